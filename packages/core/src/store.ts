// What writers of a store need from core, besides the errors of the main entry; and the way to say what is wrong with a
// given value.

import './node-version.js'

export { millisecondsOf } from './durations.js'
export { expectedGot, kindOf, noOptionNamed, show, unexpected } from './expected.js'
export { filterExpectations, filterFromText } from './map/filter-value.js'
export { askedUntil, askWithin } from './store/asked-until.js'
export { checkpointMoves } from './store/checkpoint-moves.js'
export type { Filter } from './store/filters.js'
export { filtersOf, shortestDecimal } from './store/filters.js'
export type { HistoryNames } from './store/history-tables.js'
export {
  historyComments,
  historyGapComments,
  historyNames,
  selectStages,
  stagesComment,
} from './store/history-tables.js'
export type { Label, Labelled, LabelledProperties, LabelledView } from './store/labelled-views.js'
export { labelledViewComment, labelledViewName, labelsOf } from './store/labelled-views.js'
export type {
  CommitPlan,
  IdsByName,
  KnownTombstone,
  Lookups,
  PairPlan,
  PlannedEdge,
  PlannedRow,
  RecordsPlan,
  StoredState,
} from './store/plan-commit.js'
export {
  endsOf,
  historyTableOf,
  lookUp,
  lookupsOf,
  pairOf,
  planCommit,
  referenceOf,
  tableOf,
} from './store/plan-commit.js'
export { keeperOf } from './store/plan-histories.js'
export type {
  HistoryLookup,
  HistoryPlan,
  KnownEntry,
  KnownGap,
  KnownHistory,
  PlacedEntry,
} from './store/plan-history.js'
export type { LeasePlan, StoredLease } from './store/plan-lease.js'
export { leasesAt, planLease } from './store/plan-lease.js'
export type { ReferencePlan } from './store/plan-reference.js'
export { planReference } from './store/plan-reference.js'
export type { KnownRow, RowPlan } from './store/plan-row.js'
export { differenceOf, noRows, planRow } from './store/plan-row.js'
export { rawText } from './store/raw-text.js'
export { referenceComments } from './store/reference-comments.js'
export type {
  ReferenceColumn,
  ReferenceName,
  ReferenceRow,
  ReferenceSet,
  ReferenceTable,
  StoredReferenceRow,
} from './store/reference-tables.js'
export { referenceTables } from './store/reference-tables.js'
export type * from './store/store.js'
export type { TableComments } from './store/table-comments.js'
export { objectComments, pairComments, syncComments } from './store/table-comments.js'
export type {
  HistoryTable,
  MirrorSchema,
  MissingTables,
  ObjectTable,
  PairTable,
  TableColumn,
  TablePart,
} from './store/tables.js'
export {
  COUNTED_ROWS,
  mergeSchemas,
  mirrorSchema,
  schemaThere,
  schemaWithout,
} from './store/tables.js'
