// What users need. What writers of a store need is in store.ts. The stages of the river are not exported: they may
// change.

import './node-version.js'

export type { AccessToken, TokenRequest } from './access-token.js'
export type { ApiRequester } from './client/transport.js'
export type { Clock } from './clock.js'
export { createHubspotSync } from './create-hubspot-sync.js'
export type { Duration } from './durations.js'
export type {
  HubspotFailure,
  HubsyncErrorCode,
  RefusingConstraint,
  ReportedError,
} from './errors.js'
export {
  AbortedError,
  adviceOnLoading,
  CheckpointConflictError,
  ConstraintError,
  HubspotError,
  HubsyncError,
  InvalidOptionError,
  isHubsyncError,
  isNotInstalled,
  isPassing,
} from './errors.js'
export type { SyncEvent, SyncListener } from './events.js'
export type {
  AssociationType,
  ObjectType,
  PropertyDefinition,
  PropertyGroup,
  PropertyOption,
} from './extract/parse-catalogue.js'
export type { HubspotSync, PruneOptions, RefreshOptions } from './hubspot-sync.js'
export type { UnsettledHistory } from './map/map-history.js'
export type { Misfit } from './map/map-record.js'
export type * from './model.js'
export {
  calls,
  communications,
  emails,
  meetings,
  notes,
  postalMail,
  tasks,
} from './objects/activities.js'
export type {
  Column,
  ColumnKind,
  ColumnOptions,
  ColumnTypes,
  ListColumn,
  TextColumn,
} from './objects/columns.js'
export { column } from './objects/columns.js'
export {
  carts,
  contracts,
  discounts,
  fees,
  invoices,
  lineItems,
  orders,
  payments,
  products,
  quotes,
  subscriptions,
  taxes,
} from './objects/commerce.js'
export { companies } from './objects/companies.js'
export { contacts } from './objects/contacts.js'
export { deals } from './objects/deals.js'
export type {
  Columns,
  InferRow,
  KeepsHistory,
  ObjectDefinition,
  ObjectDefinitionInput,
  PropertySelection,
  SpelledOut,
  ValueOf,
  WithHistory,
} from './objects/define-object.js'
export { defineObject } from './objects/define-object.js'
export type { HistorySelection } from './objects/history-selection.js'
export type { InferTables, SqlDatabase } from './objects/infer-tables.js'
export { appointments, courses, listings, projects, services } from './objects/object-library.js'
export type { Pair } from './objects/pairs.js'
export type { ReferencePart } from './objects/reference-parts.js'
export { feedbackSubmissions, goals, leads, tickets, users } from './objects/sales-and-service.js'
export { standardObjects } from './objects/standard-objects.js'
export type { PipelineProperties, TypeTraits } from './objects/standard-types.js'
export { standardTypeOf } from './objects/standard-types.js'
export type { CanonicalType } from './objects/type-names.js'
export type {
  HubspotSyncOptions,
  Logger,
  MirrorReaderOptions,
  PortalReaderOptions,
  PortalSyncOptions,
  QueueOptions,
  ReadOptions,
  RunOptions,
  WatchOptions,
} from './options.js'
export { defaultObjects } from './options.js'
export { optionNames, readerOptionNames } from './resolve-options.js'
export { memoryStore } from './store/memory-store.js'
export type { ChangeEntry, PortalRecord, RunRecord, Store } from './store/store.js'
export type { ChangeOptions, ChangePage } from './sync/change-feed.js'
export type { ChangedKind } from './sync/changed-kinds.js'
export type {
  Differences,
  Found,
  HistoryDifferences,
  PairDifferences,
} from './sync/checkpoint-states.js'
export type { AddedContent, DefinitionChanges, StalePart } from './sync/definition-changes.js'
export type {
  DescribedAssociation,
  DescribedObject,
  DescribedProperty,
  DescribeOptions,
  PortalDescription,
} from './sync/describe.js'
export type { ChangeHandler, FollowOptions } from './sync/follow.js'
export type { JobName } from './sync/jobs.js'
export type { MadeView } from './sync/make-views.js'
export type { BackfillPlan, ObjectPlan } from './sync/plan.js'
export type { PruneReport } from './sync/prune.js'
export type { QueuedRecord } from './sync/queue.js'
export type {
  FoundGap,
  HistoryReport,
  JobHolder,
  JobReport,
  JobReports,
  JobStatus,
  LeftOut,
  ReportsOf,
  RunReport,
  RunStatus,
} from './sync/report.js'
export type { SyncRecordsReport } from './sync/sync-records.js'
export type { JobProgress } from './sync/tell/run-notes.js'
export { followProgress } from './sync/tell/run-notes.js'
export type { VerifyOptions, VerifyReport } from './sync/verify.js'
export type { HistoryOptions, HistoryValue } from './view/history-reads.js'
export type { HistoryStatus } from './view/history-status.js'
export type { ObjectRun, StatusError } from './view/last-error.js'
export type { MirrorReader } from './view/mirror-reader.js'
export { createMirrorReader } from './view/mirror-reader.js'
export type {
  Membership,
  OptionRow,
  OwnerRow,
  PipelineRow,
  PropertyRow,
  ReferenceRows,
  StageRow,
  TeamRow,
} from './view/reference-rows.js'
export type {
  ListOptions,
  ReadOf,
  ReferenceReadOptions,
  RelatedOf,
  RelatedRecord,
  RowName,
  RowOf,
  RowOptions,
  RowPage,
  WhereIn,
  WhereOf,
  WhereReference,
} from './view/row-types.js'
export type { RunningRun } from './view/running.js'
export type {
  MirrorStatus,
  ObjectStatus,
  ReferenceStatus,
  UnindexedFilter,
  WorkingJob,
} from './view/status.js'
