import { HubsyncError } from '../errors.js'
import { type ListPage, walkList } from '../extract/list-walk.js'
import { readRecords } from '../extract/record-reader.js'
import { mergedTombstone, purgedTombstone } from '../map/map-tombstone.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { CensusState } from './checkpoint.js'
import { type Job, type Page, pairsFrom } from './job.js'
import { addPending } from './pending.js'
import { readChanged } from './read-changed.js'
import type { Stream } from './run-stream.js'

/** So many rows may go at one census, whatever share of the rows they are. */
const A_HANDFUL = 20
/** Ids of the store that are compared at a time. */
const IDS = 1_000

/**
 * Walks all ids of an object, active and in the bin, and compares them with the mirror: finds what is gone without a
 * trace (privacy deletes, an emptied bin), and whatever else differs. What the walk didn't meet is removed only once
 * HubSpot has been asked for it by id, and all of it only after both walks are complete.
 */
export function censusStream(definition: ObjectDefinition): Stream<CensusState> {
  return {
    name: `${definition.name}:census`,
    count: (job, result) => job.tally.addRows(definition.name, result),
    async *pages(begun, job) {
      let state: CensusState = begun ?? {
        phase: 'active',
        after: null,
        suspects: [],
        completedAt: null,
        pending: {},
      }
      for (const phase of ['active', 'bin'] as const) {
        if (state.phase !== phase) continue
        for await (const page of walk(job, definition, state)) {
          state = page.next
          yield page
        }
      }
      yield confirm(job, definition, state)
    },
  }
}

async function* walk(
  job: Job,
  definition: ObjectDefinition,
  begun: CensusState,
): AsyncGenerator<Page<CensusState>> {
  const archived = begun.phase === 'bin'
  let state = begun
  const pages = walkList(job.hubspot, {
    type: definition.type,
    after: begun.after ?? undefined,
    properties: [definition.modifiedProperty],
    archived,
  })
  let after = begun.after === null ? undefined : before(begun.after)
  for await (const list of pages) {
    job.tally.read += list.records.length
    const upTo = list.next === undefined ? undefined : list.records.at(-1)?.id
    const suspects = await notMet(job, definition, list, after, upTo, archived)
    after = upTo ?? after
    const moved: CensusState = {
      ...state,
      suspects: [...state.suspects, ...suspects],
      ...(list.next === undefined
        ? { after: null, phase: archived ? ('confirm' as const) : ('bin' as const) }
        : { after: list.next }),
    }
    const page = archived
      ? nothing(moved)
      : await readChanged(
          job,
          definition,
          list.records.map(({ id, updatedAt }) => ({ id, updatedAt })),
          moved,
        )
    state = page.next
    yield { ...page, phase: 'census', last: false }
  }
}

/** The ids here, in the range that a page of the list covers, that the page doesn't have. */
async function notMet(
  job: Job,
  definition: ObjectDefinition,
  { records }: ListPage,
  after: string | undefined,
  upTo: string | undefined,
  archived: boolean,
): Promise<string[]> {
  const met = new Set(records.map(({ id }) => id))
  const ordered = records.every(({ id }, index) => {
    const previous = index === 0 ? after : records[index - 1]?.id
    return previous === undefined || BigInt(id) > BigInt(previous)
  })
  if (!ordered)
    throw new HubsyncError(
      'UNRECONCILED',
      `Expected HubSpot to list ${definition.type} in the order of their ids, but a page isn't. No census is possible on it; nothing was removed.`,
    )
  const missed: string[] = []
  for (let from = after; ; ) {
    const ids = await job.store.ids(job.origin.portalId, definition.name, {
      after: from,
      upTo,
      limit: IDS,
      status: archived ? 'ARCHIVED' : 'ACTIVE',
    })
    missed.push(...ids.filter((id) => !met.has(id)))
    if (ids.length < IDS) return missed
    from = ids.at(-1)
  }
}

/** Asks HubSpot for each suspect by id, active and archived, and removes those that it knows in neither way. */
async function confirm(
  job: Job,
  definition: ObjectDefinition,
  state: CensusState,
): Promise<Page<CensusState>> {
  const { type } = definition
  const properties = await job.properties(definition)
  const active = await readRecords(job.hubspot, { type, ids: state.suspects, properties })
  const inBin = await readRecords(job.hubspot, {
    type,
    ids: active.missing,
    properties,
    archived: true,
  })
  await expectFew(job, definition, inBin.missing.length)
  const ids = active.records.map(({ id }) => id)
  const done: CensusState = {
    phase: 'active',
    after: null,
    suspects: [],
    completedAt: new Date(job.clock.now()).toISOString(),
    pending: {},
  }
  return {
    phase: 'census',
    records: [{ definition, records: [...active.records, ...inBin.records] }],
    near: (await pairsFrom(job, definition)).map((pair) => ({ pair, ids })),
    newcomers: [{ definition, ids }],
    tombstones: [
      ...[...active.aliases, ...inBin.aliases].map(([loser, winner]) =>
        mergedTombstone(definition, loser, winner),
      ),
      ...inBin.missing.map((id) => purgedTombstone(definition, id)),
    ],
    feed: true,
    next: addPending(
      done,
      new Map([[definition.name, [...active.unanswered, ...inBin.unanswered]]]),
    ),
    last: true,
  }
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

function nothing(next: CensusState): Omit<Page<CensusState>, 'phase' | 'last'> {
  return { records: [], near: [], newcomers: [], tombstones: [], feed: true, next }
}

/** The number before an id: a walk goes on at the id itself, a range of the store after the one before. */
function before(id: string): string {
  return String(BigInt(id) - 1n)
}
