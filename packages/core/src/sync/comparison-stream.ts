import { hintedExtent } from '../extract/extent-reader.js'
import { type ListPage, walkList, wholeList } from '../extract/list-walk.js'
import type { HubspotRecord, RecordStatus } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { ComparisonState } from './checkpoint.js'
import { addDifferences, isLate, reachOf } from './differences.js'
import { type Job, nothing, type Position } from './job.js'
import { lookInto, type Terms, withoutRemovals } from './look-into.js'
import type { Stream } from './run-stream.js'
import { beginning, type ComparisonPage, confirm } from './suspects.js'
import { claimOf } from './versions.js'

/** Ids of the store that are compared at a time. */
const IDS = 1_000

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
      const now = new Date(job.clock.now()).toISOString()
      const goesOn = begun !== null && isUnderWay(begun) && !(anew && begun.startedAt === null)
      if (!goesOn && !anew) return
      const state: State = goesOn
        ? { ...begun, round }
        : { ...beginning(begun), startedAt: now, round }
      // One that mends has asked for what was left unanswered before; one that doesn't comes by it again.
      let askedAgain = goesOn || repair ? undefined : begun?.pending
      const terms = { repair, reach: await reachOf(job, definition) }
      for await (const page of compare(job, definition, state, terms)) {
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

async function* walk(
  job: Job,
  definition: ObjectDefinition,
  begun: State,
  terms: Terms,
): AsyncGenerator<ComparisonPage> {
  const archived = begun.phase === 'bin'
  const extent = archived ? undefined : hintedExtent(job.hubspot, definition)
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
    const done = list.ranges.length === 0
    const moved: State = {
      ...state,
      ranges: done ? null : list.ranges,
      phase: done ? (archived ? 'confirm' : 'bin') : state.phase,
    }
    const status = archived ? 'ARCHIVED' : 'ACTIVE'
    const page = await comparePage(job, definition, { ...list, status }, moved, terms)
    state = page.next
    yield { ...page, total: (await extent)?.total, last: false }
  }
}

/** A page of a list, and the status of the records that it shows. */
type PageOfStatus = ListPage & { status: RecordStatus }

/**
 * Compares a page of the list with what is here. Records that are here in another state than they were met in are asked for at the end,
 * like those that weren't met: so each is looked at once.
 */
async function comparePage(
  job: Job,
  definition: ObjectDefinition,
  list: PageOfStatus,
  begun: State,
  terms: Terms,
): Promise<Omit<ComparisonPage, 'last'>> {
  const { records, status } = list
  const differing = await job.differing(definition.name, records.map(claimOf))
  job.tally.read += records.length
  if (terms.repair) job.tally.unchanged += records.length - differing.length
  const elsewhere = differing.filter(({ stored }) => stored && stored.status !== status)
  const missed = await notMet(job, definition, list)
  const suspects = [...begun.suspects, ...elsewhere.map(({ id }) => id), ...missed]
  const { found } = begun
  const compared = { ...found, compared: found.compared + records.length }
  const state: State = { ...begun, suspects: [...new Set(suspects)], found: compared }
  const byId = new Map(records.map((record) => [record.id, record]))
  const here = differing
    .filter((difference) => !elsewhere.includes(difference))
    .map(({ id, stored }) => ({ record: byId.get(id) as HubspotRecord, stored }))
  const now = job.hubspotNow()
  // What has changed since the last run is no difference whatever else HubSpot says of it, and is read only to be mended.
  const late = terms.repair ? [] : here.filter((each) => isLate(each, terms.reach, now))
  const open = here.filter((each) => !late.includes(each)).map(({ record }) => record.id)
  const counted = addDifferences(state, late, terms.reach, { now, next: 0 })
  const next = { ...state, ...counted }
  if (open.length === 0) return { ...nothing, next }
  const look = await lookInto(job, definition, open, next, terms)
  const { unanswered } = look.content
  const content = terms.repair ? withoutRemovals(look.content) : { ...nothing, unanswered }
  return { ...content, next: look.state }
}

/** The ids here, in the range that a page of the list covers, that the page doesn't have. */
async function notMet(
  job: Job,
  definition: ObjectDefinition,
  { records, covered, status }: PageOfStatus,
): Promise<string[]> {
  const met = new Set(records.map(({ id }) => id))
  const missed: string[] = []
  let after = covered.after === null ? undefined : theOneBefore(covered.after)
  for (;;) {
    const ids = await job.store.ids(job.origin.portalId, definition.name, {
      after,
      upTo: covered.until === null ? undefined : theOneBefore(covered.until),
      limit: IDS,
      status,
    })
    missed.push(...ids.filter((id) => !met.has(id)))
    if (ids.length < IDS) return missed
    after = ids.at(-1)
  }
}

/** A list goes on at an id, a range of the store after one. */
function theOneBefore(id: string): string {
  return String(BigInt(id) - 1n)
}
