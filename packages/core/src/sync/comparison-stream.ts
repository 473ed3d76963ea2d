import { HubsyncError } from '../errors.js'
import { readExtent } from '../extract/extent-reader.js'
import { compareIds, type ListPage, walkList, wholeList } from '../extract/list-walk.js'
import type { EverywhereAnswer } from '../extract/record-reader.js'
import { mapAbsences } from '../map/map-tombstone.js'
import type { HubspotRecord } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Claim, Difference } from '../store/store.js'
import type { ComparisonState, Differences, Found, RecordState } from './checkpoint.js'
import { type Job, nothing, openCheckpoint, type Page, type Position } from './job.js'
import { readAnew, readDiffering } from './read-changed.js'
import type { Stream } from './run-stream.js'

/** So many rows may go at one census, whatever share of the rows they are. */
const A_HANDFUL = 20
/** Ids of the store that are compared at a time. */
const IDS = 1_000
/** Suspects that are asked for at a time. */
const SUSPECTS = 200
/** How many ids of each kind of difference are kept to be looked at. */
const EXAMPLES = 1_000

/** What a comparison is for. */
export interface Comparison {
  /** A census, which mends what it finds, or a verification, which does so when asked to. */
  name: 'census' | 'verify'
  repair: boolean
  /** Which verification it belongs to; a census stands alone. */
  round?: number
  /** Whether to begin a walk, where none is under way. */
  anew: boolean
}

type State = Position<ComparisonState>

/** A page of a comparison, but for what its phase is called. */
type ComparisonPage = Omit<Page<ComparisonState>, 'phase' | 'feed'>

/**
 * Walks all ids of an object, active and in the bin, and compares them with the mirror: finds what is gone without a
 * trace (privacy deletes, an emptied bin), and whatever else differs. What the walk didn't meet is removed only once
 * HubSpot has been asked for it by id, and all of it only after both walks are complete.
 */
export function comparisonStream(
  definition: ObjectDefinition,
  { name, repair, round = 0, anew }: Comparison,
): Stream<ComparisonState> {
  return {
    name: `${definition.name}:${name}`,
    kind: name === 'census' ? 'of runs' : repair ? 'aside' : 'writes nothing',
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      const { state: records } = await openCheckpoint<RecordState>(job, definition.name)
      const asOf = records?.completeUpTo ?? ''
      const now = new Date(job.clock.now()).toISOString()
      const goesOn = begun !== null && isUnderWay(begun) && !(anew && begun.startedAt === null)
      if (!goesOn && !anew) return
      const state: State = goesOn
        ? { ...begun, round }
        : { ...beginning(begun), startedAt: now, round }
      // One that mends has asked for what was left unanswered before; one that doesn't comes by it again.
      let askedAgain = goesOn || repair ? undefined : begun?.pending
      for await (const page of compare(job, definition, state, { repair, asOf })) {
        yield { ...page, ...(askedAgain ? { askedAgain } : {}), phase: name, feed: true }
        askedAgain = undefined
      }
    },
  }
}

async function* compare(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
  let state = begun
  for (const phase of ['active', 'bin'] as const) {
    if (state.phase !== phase) continue
    for await (const page of walk(job, definition, state, terms)) {
      state = page.next
      yield page
    }
  }
  yield* confirm(job, definition, state, terms)
}

/** Whether a comparison stopped half way, or HubSpot left some of it unanswered: it is to be gone on with. */
export function isUnderWay({ phase, ranges }: Pick<ComparisonState, 'phase' | 'ranges'>): boolean {
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
  begun: State,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
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
    const differing = await job.differing(definition.name, claims)
    const suspects = await notMet(job, definition, list, archived)
    const done = list.ranges.length === 0
    state = {
      ...state,
      suspects: [...state.suspects, ...suspects],
      found: addClaims(state.found, claims, differing, terms),
      ranges: done ? null : list.ranges,
      phase: done ? (archived ? 'confirm' : 'bin') : state.phase,
    }
    // The bin has a job of its own, which mends it at every run.
    const mends = terms.repair && !archived
    if (mends) job.tally.unchanged += claims.length - differing.length
    const content = mends ? await readDiffering(job, definition, differing) : nothing
    yield { ...content, total: (await extent)?.total, next: state, last: false }
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

/**
 * Asks HubSpot for each suspect by id, active and archived, and removes those that it knows in neither way. Where they are many that
 * takes several pages, and none is removed before it is known of all how many are gone.
 */
async function* confirm(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
  let state: State = { ...begun, suspects: begun.suspects.toSorted(compareIds) }
  while (isToBeSifted(state, terms)) {
    const { page, gone } = await sift(job, definition, state, terms)
    state = page.next
    if (state.sieve?.over) {
      const refusal = await refusalOf(job, definition, gone)
      // The next census asks for all of them again: they may be back.
      if (refusal) {
        yield { ...page, next: unsifted(state), last: true }
        throw refusal
      }
    }
    yield page
  }
  while (terms.repair && state.suspects.length > SUSPECTS) {
    const { answer, mending } = await ask(job, definition, state.suspects.slice(0, SUSPECTS))
    state = {
      ...state,
      suspects: state.suspects.slice(SUSPECTS),
      ...(state.sieve && {
        sieve: { ...state.sieve, left: [...state.sieve.left, ...answer.unanswered] },
      }),
    }
    yield { ...mending, next: state, last: false }
  }
  yield await confirmRest(job, definition, state, terms)
}

/** Whether there are too many suspects to ask for all of them and remove those that are gone, in one page. */
function isToBeSifted({ suspects, sieve }: State, { repair }: Terms): boolean {
  if (!repair || sieve === undefined) return suspects.length > SUSPECTS
  return !sieve.over
}

/** The comparison as it was before any suspect was asked for, but for those that were found somewhere. */
function unsifted({ sieve, ...state }: State): State {
  if (sieve === undefined) return state
  return { ...state, suspects: [...state.suspects, ...sieve.left], found: sieve.before }
}

/** Asks for the next suspects. Those that are somewhere are mended; those that are gone stay suspects until it is known of all. */
async function sift(
  job: Job,
  definition: ObjectDefinition,
  state: State,
  terms: Terms,
): Promise<{ page: ComparisonPage; gone: number }> {
  const { gone, left, before } = state.sieve ?? { gone: 0, left: [], before: state.found }
  const asked = state.suspects.slice(gone, gone + SUSPECTS)
  const rest = state.suspects.slice(gone + SUSPECTS)
  const { answer, mending } = await ask(job, definition, asked)
  const kept = terms.repair ? [...state.suspects.slice(0, gone), ...answer.missing] : []
  const next: State = {
    ...state,
    suspects: [...kept, ...rest],
    sieve: {
      gone: kept.length,
      over: terms.repair && rest.length === 0,
      left: [...left, ...answer.unanswered],
      before,
    },
    found: await addSuspects(job, definition, state.found, answer, terms),
  }
  if (!terms.repair) return { page: { ...nothing, next, last: false }, gone: 0 }
  const tombstones = mending.tombstones.filter(({ reason }) => reason === 'merged')
  return { page: { ...mending, tombstones, next, last: false }, gone: kept.length }
}

/** Asks for what suspects are left, and ends the comparison. */
async function confirmRest(
  job: Job,
  definition: ObjectDefinition,
  state: State,
  terms: Terms,
): Promise<ComparisonPage> {
  const { sieve } = state
  const asked = terms.repair ? state.suspects : state.suspects.slice(sieve?.gone ?? 0)
  const { answer, mending } = await ask(job, definition, asked)
  const open = [...(sieve?.left ?? []), ...answer.unanswered]
  const next: State = {
    ...beginning(state),
    completedAt: state.startedAt ?? state.completedAt,
    found: sieve?.over
      ? state.found
      : await addSuspects(job, definition, state.found, answer, terms),
    // The walk is over, but for these.
    ...(open.length > 0 ? { phase: 'confirm', suspects: open } : {}),
  }
  const unanswered = { [definition.name]: open }
  if (!terms.repair) return { ...nothing, unanswered, next, last: true }
  const refusal = await refusalOf(job, definition, answer.missing.length)
  if (refusal) throw refusal
  return { ...mending, unanswered, next, last: true }
}

/** Asks for records wherever they are: what they are, and how the mirror is mended by that. */
async function ask(job: Job, definition: ObjectDefinition, suspects: readonly string[]) {
  const { content, answer } = await readAnew(job, definition, suspects)
  const mending = {
    ...content,
    tombstones: mapAbsences(definition, answer.aliases, answer.missing),
  }
  return { answer, mending }
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
  const differing = await job.differing(definition.name, claims)
  const compared = addClaims(found, claims, differing, terms)
  const elsewhere = [...answer.aliases.keys(), ...answer.missing]
  return { ...compared, compared: found.compared, extra: withIds(found.extra, elsewhere) }
}

/** Why so many are not removed, or undefined where they are few. */
async function refusalOf(
  job: Job,
  definition: ObjectDefinition,
  gone: number,
): Promise<HubsyncError | undefined> {
  const counts = (await job.store.counts(job.origin.portalId))[definition.name]
  const rows = (counts?.active ?? 0) + (counts?.archived ?? 0)
  if (gone <= A_HANDFUL || gone <= rows * job.removalShare) return undefined
  return new HubsyncError(
    'REMOVAL_REFUSED',
    `Expected at most ${Math.round(job.removalShare * 100)} % of the ${rows} rows of ${definition.name} to be gone from HubSpot, but ${gone} are. No row of ${definition.name} was removed. If that is right, set \`removalShare\` to 1 and run ${definition.name}:census.`,
  )
}

function beginning(last: State | null): State {
  return {
    round: last?.round ?? 0,
    phase: 'active',
    after: null,
    startedAt: null,
    ranges: null,
    suspects: [],
    completedAt: last?.completedAt ?? null,
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

/** A list goes on at an id, a range of the store after one. */
function theOneBefore(id: string): string {
  return String(BigInt(id) - 1n)
}
