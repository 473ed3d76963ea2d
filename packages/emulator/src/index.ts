export type { TokenOptions } from './access.js'
export type { AssociationCategory, AssociationDefinition } from './association-types.js'
export type { PropertyDefinition, PropertyOption, PropertyType } from './catalogue/definition.js'
export type { Clock, ClockOptions, TestClock } from './clock.js'
export { createClock } from './clock.js'
export type { PropertyValue, SearchDisorder, SearchLag, Values } from './crm.js'
export type { Fault, FaultHandle, FaultKind, FaultMatch, RandomFaults } from './faults.js'
export type { Call } from './journal.js'
export { createPortal } from './portal.js'
export type { IdOrder, ListOrder, PortalOptions } from './portal-options.js'
export type {
  AssociateOptions,
  AssociationRow,
  CustomObject,
  GeneratedIds,
  Id,
  Moments,
  NewOwner,
  Portal,
  PortalRecords,
  PortalSchema,
  PortalTruth,
} from './portal-types.js'
export type { Lane, Limits } from './rate-limits.js'
export type { HistoryEntry, HubspotRecord } from './record-shape.js'
export type { LatencyGroup } from './request-handler.js'
export type { Operation } from './routes/route.js'
export type { Misplacement } from './search-index.js'
export type { ListenOptions, PortalServer } from './server.js'
export type { WebhookEvent } from './webhook-event.js'
export type { PortalWebhooks, WebhookTarget } from './webhooks.js'
