import './node-version.js'

export type { TokenOptions } from './access.js'
export type {
  AssociationCategory,
  AssociationDefinition,
  AssociationLabels,
  WantedAssociation,
} from './association-types.js'
export type {
  HubspotOption,
  PropertyDefinition,
  PropertyOption,
  PropertyType,
} from './catalogue/definition.js'
export type { Clock, ClockOptions, TestClock } from './clock.js'
export { createClock } from './clock.js'
export type { ControlCallers } from './control/guard.js'
export type { CustomObjectDetails } from './custom-objects.js'
export type { DealSplit, HubspotDealSplit } from './deal-splits.js'
export type { Fault, FaultHandle, FaultKind, FaultMatch, RandomFaults } from './faults.js'
export type { MergedHistory } from './histories.js'
export type { KnownEntry } from './history-shape.js'
export type { Call } from './journal.js'
export type { LatencyGroup } from './latency.js'
export type { Authorization, HubspotApp, NewApp, PortalApps } from './oauth/apps.js'
export type { Operation } from './operations.js'
export type { HubspotOwner, NewOwner, OwnerChanges } from './owners.js'
export type {
  HubspotPipeline,
  HubspotStage,
  NewPipeline,
  NewStage,
  PipelineChanges,
  StageChanges,
  WritePermissions,
} from './pipelines.js'
export { createPortal } from './portal.js'
export type { PortalDealSplits } from './portal-deal-splits.js'
export type { PortalLists } from './portal-lists.js'
export type { PortalOptions } from './portal-options.js'
export type { PortalOwners } from './portal-owners.js'
export type { PortalPipelines } from './portal-pipelines.js'
export type { PortalProperties } from './portal-properties.js'
export type { CustomObject, HubspotAssociationType, PortalSchema } from './portal-schema.js'
export type {
  AssociationRow,
  CreateOptions,
  GeneratedIds,
  Portal,
  PortalRecords,
  PortalTruth,
  UpdateOptions,
} from './portal-types.js'
export type { CustomCatalogue, IdOrder, LifecyclePipelines, ListOrder } from './portal-variants.js'
export type { HubspotPropertyGroup } from './property-groups.js'
export type { HubspotProperty } from './property-shape.js'
export type { Lane, Limits } from './rate-limits.js'
export type { Id } from './record-ids.js'
export type { HubspotList, ListKind, NewList } from './record-lists.js'
export type { AssociateOptions, Moments } from './record-options.js'
export type { ChangeSource, HistoryEntry, HubspotRecord } from './record-shape.js'
export type { PortalSamples } from './sample-records.js'
export type { Misplacement, SearchDisorder, SearchLag } from './search-inaccuracy.js'
export type {
  PortalSeed,
  PortalSeeds,
  SeedAssociation,
  SeedAssociationType,
  SeedList,
  SeedOwner,
  SeedRecord,
} from './seed/seed.js'
export type { ListenOptions, PortalServer } from './server.js'
export type { TeamOfOwner } from './teams.js'
export type { PropertyValue, Values } from './values.js'
export type { WebhookEvent } from './webhook-event.js'
export type { PortalWebhooks, WebhookTarget } from './webhooks.js'
