import type { Replacements as ReplacementsIn } from '../serve-mutants.js'

/** The modules of core in which wrong readers replace functions, by their files in `packages/core/src`. */
export interface Modules {
  'client/endpoints.ts': typeof import('../../packages/core/src/client/endpoints.js')
  'client/limits.ts': typeof import('../../packages/core/src/client/limits.js')
  'client/retry.ts': typeof import('../../packages/core/src/client/retry.js')
  'client/token.ts': typeof import('../../packages/core/src/client/token.js')
  'client/transport.ts': typeof import('../../packages/core/src/client/transport.js')
  'client/within.ts': typeof import('../../packages/core/src/client/within.js')
  'extract/change-plan.ts': typeof import('../../packages/core/src/extract/change-plan.js')
  'extract/change-search.ts': typeof import('../../packages/core/src/extract/change-search.js')
  'extract/cut-up.ts': typeof import('../../packages/core/src/extract/cut-up.js')
  'extract/id-order.ts': typeof import('../../packages/core/src/extract/id-order.js')
  'extract/in-pieces.ts': typeof import('../../packages/core/src/extract/in-pieces.js')
  'extract/is-calculated.ts': typeof import('../../packages/core/src/extract/is-calculated.js')
  'extract/page-reader.ts': typeof import('../../packages/core/src/extract/page-reader.js')
  'extract/parse-associations.ts': typeof import('../../packages/core/src/extract/parse-associations.js')
  'extract/parse-batch.ts': typeof import('../../packages/core/src/extract/parse-batch.js')
  'extract/record-reader.ts': typeof import('../../packages/core/src/extract/record-reader.js')
  'extract/step-over.ts': typeof import('../../packages/core/src/extract/step-over.js')
  'map/map-record.ts': typeof import('../../packages/core/src/map/map-record.js')
  'map/map-tombstone.ts': typeof import('../../packages/core/src/map/map-tombstone.js')
  'map/map-value.ts': typeof import('../../packages/core/src/map/map-value.js')
  'objects/contacts.ts': typeof import('../../packages/core/src/objects/contacts.js')
  'objects/reserved-names.ts': typeof import('../../packages/core/src/objects/reserved-names.js')
  'objects/type-names.ts': typeof import('../../packages/core/src/objects/type-names.js')
  'store/plan-edges.ts': typeof import('../../packages/core/src/store/plan-edges.js')
  'sync/bin.ts': typeof import('../../packages/core/src/sync/bin.js')
  'sync/checkpoint.ts': typeof import('../../packages/core/src/sync/checkpoint.js')
  'sync/far-ends.ts': typeof import('../../packages/core/src/sync/far-ends.js')
  'sync/job-tally.ts': typeof import('../../packages/core/src/sync/job-tally.js')
  'sync/pending.ts': typeof import('../../packages/core/src/sync/pending.js')
  'sync/plan-run.ts': typeof import('../../packages/core/src/sync/plan-run.js')
  'sync/portal.ts': typeof import('../../packages/core/src/sync/portal.js')
  'sync/streams/backfill.ts': typeof import('../../packages/core/src/sync/streams/backfill.js')
  'sync/streams/changes.ts': typeof import('../../packages/core/src/sync/streams/changes.js')
  'sync/streams/differences.ts': typeof import('../../packages/core/src/sync/streams/differences.js')
  'sync/streams/look-into.ts': typeof import('../../packages/core/src/sync/streams/look-into.js')
  'sync/streams/refresh-stream.ts': typeof import('../../packages/core/src/sync/streams/refresh-stream.js')
  'sync/streams/removals.ts': typeof import('../../packages/core/src/sync/streams/removals.js')
  'sync/unread-pairs.ts': typeof import('../../packages/core/src/sync/unread-pairs.js')
}

/** The replacements of core's exports. */
export type Replacements = ReplacementsIn<Modules>

/** A reader that makes one mistake; otherwise it is the real one. */
export interface Mutant {
  /** What it does, as the end of a sentence: "a reader that …". */
  does: string
  replaces: Replacements
  /** The exact name of the scenario that notices. */
  caughtBy: string
  /** The message of the scenario. Any other failure would be a fault of the mutant itself. */
  says: RegExp
}

/** A mistake of readers of HubSpot, and mutants that make it. */
export interface Trap {
  number: number
  /** The mistake, as a heading. */
  mistake: string
  mutants: readonly Mutant[]
}
