import { HubsyncError } from '../errors.js'
import { readExtent } from '../extract/extent-reader.js'
import { compareIds, type ListPage, walkList, wholeList } from '../extract/list-walk.js'
import { type EverywhereAnswer, readEverywhere } from '../extract/record-reader.js'
import { mapAbsences } from '../map/map-tombstone.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Claim, Difference } from '../store/store.js'
import type { ComparisonState, Differences, Found, RecordState } from './checkpoint.js'
import { type Job, openCheckpoint, type Page, pairsFrom } from './job.js'
import { addPending, countPending, readPending } from './pending.js'
import { readDiffering } from './read-changed.js'
import type { Stream } from './run-stream.js'

/** So many rows may go at one census, whatever share of the rows they are. */
const A_HANDFUL = 20
/** Ids of the store that are compared at a time. */
const IDS = 1_000
/** How many ids of each kind of difference are kept to be looked at. */
const EXAMPLES = 1_000

/** What a comparison is for. */
export interface Comparison {
  /** A census, which mends what it finds, or a verification, which does so when asked to. */
  name: 'census' | 'verify'
  repair: boolean
  /** Which verification it belongs to; a census stands alone. */
  round?: number
  /** Whether to walk anew, where all that is left of the last walk is to ask for what HubSpot left unanswered. */
  anew?: boolean
}

/**
 * Walks all ids of an object, active and in the bin, and compares them with the mirror: finds what is gone without a
 * trace (privacy deletes, an emptied bin), and whatever else differs. What the walk didn't meet is removed only once
 * HubSpot has been asked for it by id, and all of it only after both walks are complete.
 */
export function comparisonStream(
  definition: ObjectDefinition,
  { name, repair, round = 0, anew = false }: Comparison,
): Stream<ComparisonState> {
  return {
    name: `${definition.name}:${name}`,
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const { state: records } = await openCheckpoint<RecordState>(job, definition.name)
      const asOf = records?.completeUpTo ?? ''
      const now = new Date(job.clock.now()).toISOString()
      const goesOn = begun !== null && isUnderWay(begun) && !(anew && begun.startedAt === null)
      let state: ComparisonState = {
        ...(goesOn ? begun : { ...beginning(begun), startedAt: now }),
        round,
      }
      // What is compared alone needs no mending, and comes by again.
      if (!repair) state = { ...state, pending: {} }
      if (repair && countPending(state) > 0) {
        const page = await readPending(job, state)
        state = page.next
        yield { ...page, phase: name, last: false }
      }
      for (const phase of ['active', 'bin'] as const) {
        if (state.phase !== phase) continue
        for await (const page of walk(job, definition, state, { repair, asOf })) {
          state = page.next
          yield { ...page, phase: name }
        }
      }
      yield { ...(await confirm(job, definition, state, { repair, asOf })), phase: name }
    },
  }
}

/** Whether a comparison stopped half way, or HubSpot left some of it unanswered: it is to be gone on with. */
export function isUnderWay({ phase, ranges }: ComparisonState): boolean {
  return phase !== 'active' || ranges !== null
}

interface Terms {
  repair: boolean
  /** The moment up to which the mirror is complete: what changed after it isn't a difference. */
  asOf: string
}

async function* walk(
  job: Job,
  definition: ObjectDefinition,
  begun: ComparisonState,
  terms: Terms,
): AsyncGenerator<Omit<Page<ComparisonState>, 'phase'>> {
  const archived = begun.phase === 'bin'
  const extent = archived ? undefined : readExtent(job.hubspot, definition)
  // Its failure is met with the first page.
  extent?.catch(() => {})
  const query = {
    type: definition.type,
    properties: [definition.modifiedProperty],
    archived,
    extent,
  }
  let state = begun
  for await (const list of walkList(job.hubspot, query, begun.ranges ?? [wholeList])) {
    job.tally.read += list.records.length
    const claims = list.records.map((record) => claimOf(record, archived))
    const differing = await job.store.differing(job.origin.portalId, definition.name, claims)
    const suspects = await notMet(job, definition, list, archived)
    const done = list.ranges.length === 0
    const moved: ComparisonState = {
      ...state,
      suspects: [...state.suspects, ...suspects],
      found: addClaims(state.found, claims, differing, terms),
      ranges: done ? null : list.ranges,
      phase: done ? (archived ? 'confirm' : 'bin') : state.phase,
    }
    // The bin has a job of its own, which mends it at every run.
    const mends = terms.repair && !archived
    if (mends) job.tally.unchanged += claims.length - differing.length
    const page = mends ? await readDiffering(job, definition, differing, moved) : nothing(moved)
    state = page.next
    yield { ...page, total: (await extent)?.total, last: false }
  }
}

function claimOf({ id, updatedAt, archivedAt }: HubspotRecord, archived: boolean): Claim {
  return archived ? { id, updatedAt, archivedAt: archivedAt ?? updatedAt } : { id, updatedAt }
}

function addClaims(
  found: Differences,
  claims: readonly Claim[],
  differing: readonly Difference[],
  { asOf }: Terms,
): Differences {
  const newest = new Map(
    claims.map(({ id, updatedAt, archivedAt }) => [id, archivedAt ?? updatedAt]),
  )
  const isNewer = (id: string) => (newest.get(id) ?? '') > asOf
  const late = differing.filter(({ id }) => isNewer(id))
  const wrong = differing.filter(({ id }) => !isNewer(id))
  const missing = wrong.filter(({ reason }) => reason === 'missing').map(({ id }) => id)
  const stale = wrong.filter(({ reason }) => reason !== 'missing').map(({ id }) => id)
  return {
    compared: found.compared + claims.length,
    missing: withIds(found.missing, missing),
    stale: withIds(found.stale, stale),
    extra: found.extra,
    newer: found.newer + late.length,
  }
}

/** The ids here, in the range that a page of the list covers, that the page doesn't have. */
async function notMet(
  job: Job,
  definition: ObjectDefinition,
  { records, covered }: ListPage,
  archived: boolean,
): Promise<string[]> {
  const met = new Set(records.map(({ id }) => id))
  const missed: string[] = []
  let after = covered.after === null ? undefined : theOneBefore(covered.after)
  for (;;) {
    const ids = await job.store.ids(job.origin.portalId, definition.name, {
      after,
      upTo: covered.until === null ? undefined : theOneBefore(covered.until),
      limit: IDS,
      status: archived ? 'ARCHIVED' : 'ACTIVE',
    })
    missed.push(...ids.filter((id) => !met.has(id)))
    if (ids.length < IDS) return missed
    after = ids.at(-1)
  }
}

/** Asks HubSpot for each suspect by id, active and archived, and removes those that it knows in neither way. */
async function confirm(
  job: Job,
  definition: ObjectDefinition,
  state: ComparisonState,
  terms: Terms,
): Promise<Omit<Page<ComparisonState>, 'phase'>> {
  const { type } = definition
  const properties = await job.properties(definition)
  const suspects = state.suspects.toSorted(compareIds)
  const answer = await readEverywhere(job.hubspot, { type, ids: suspects, properties })
  const done: ComparisonState = {
    ...beginning(state),
    pending: state.pending,
    completedAt: state.startedAt ?? state.completedAt,
    found: await addSuspects(job, definition, state.found, answer, terms),
    // The walk is over, but for these.
    ...(answer.unanswered.length > 0 ? { phase: 'confirm', suspects: answer.unanswered } : {}),
  }
  const next = addPending(done, new Map([[definition.name, answer.unanswered]]))
  if (!terms.repair) return { ...nothing(next), last: true }

  await expectFew(job, definition, answer.missing.length)
  const ids = answer.active.map(({ id }) => id)
  return {
    records: [{ definition, records: [...answer.active, ...answer.archived] }],
    near: (await pairsFrom(job, definition)).map((pair) => ({ pair, ids })),
    newcomers: [{ definition, ids }],
    tombstones: mapAbsences(definition, answer.aliases, answer.missing),
    feed: true,
    next,
    last: true,
  }
}

/** What the suspects turned out to be. */
async function addSuspects(
  job: Job,
  definition: ObjectDefinition,
  found: Differences,
  answer: EverywhereAnswer,
  terms: Terms,
): Promise<Differences> {
  const claims = [
    ...answer.active.map((record) => claimOf(record, false)),
    ...answer.archived.map((record) => claimOf(record, true)),
  ]
  const differing = await job.store.differing(job.origin.portalId, definition.name, claims)
  const compared = addClaims(found, claims, differing, terms)
  const elsewhere = [...answer.aliases.keys(), ...answer.missing]
  return { ...compared, compared: found.compared, extra: withIds(found.extra, elsewhere) }
}

async function expectFew(job: Job, definition: ObjectDefinition, gone: number): Promise<void> {
  const counts = (await job.store.counts(job.origin.portalId))[definition.name]
  const rows = (counts?.active ?? 0) + (counts?.archived ?? 0)
  if (gone <= A_HANDFUL || gone <= rows * job.removalShare) return
  throw new HubsyncError(
    'REMOVAL_REFUSED',
    `Expected at most ${Math.round(job.removalShare * 100)} % of the ${rows} rows of ${definition.name} to be gone from HubSpot, but ${gone} are. Nothing was removed. If that is right, set \`removalShare\` to 1 and run ${definition.name}:census.`,
  )
}

function beginning(last: ComparisonState | null): ComparisonState {
  return {
    round: last?.round ?? 0,
    phase: 'active',
    after: null,
    startedAt: null,
    ranges: null,
    suspects: [],
    completedAt: last?.completedAt ?? null,
    pending: last?.pending ?? {},
    found: {
      compared: 0,
      missing: { count: 0, ids: [] },
      stale: { count: 0, ids: [] },
      extra: { count: 0, ids: [] },
      newer: 0,
    },
  }
}

function withIds({ count, ids }: Found, more: readonly string[]): Found {
  return { count: count + more.length, ids: [...ids, ...more].slice(0, EXAMPLES) }
}

function nothing<State>(next: State): Omit<Page<State>, 'phase' | 'last'> {
  return { records: [], near: [], newcomers: [], tombstones: [], feed: true, next }
}

/** A list goes on at an id, a range of the store after one. */
function theOneBefore(id: string): string {
  return String(BigInt(id) - 1n)
}
