import { CheckpointConflictError } from '../errors.js'
import type { ReadOptions } from '../options.js'
import type { ChangeEntry, CheckpointMove } from '../store/store.js'
import {
  againIfOvertaken,
  type Place as CheckpointPlace,
  moveCheckpoint,
  openCheckpoint,
  type StreamCheckpoint,
} from './checkpoint.js'
import {
  beginningOf,
  cursorLost,
  cursorOf,
  type FeedPlace,
  isSamePlace,
  placeAfter,
  placeOf,
} from './feed-cursor.js'
import type { Job } from './job.js'

/** A page of the change feed. */
export interface ChangePage {
  /** The entries, in the order of their commits; empty where there is nothing new. */
  results: ChangeEntry[]
  /** Where the next page goes on; stays as given where there is nothing new. What is in it may change: keep it as it is. */
  cursor: string
  /**
   * True where no cursor was given and the feed has lost its first entries to `changeRetention`: `results` isn't all that ever happened.
   * After a cursor nothing is left out, so it is false then.
   */
  forgotten: boolean
}

/** Which page of the change feed to give. */
export interface ChangeOptions extends ReadOptions {
  /**
   * The cursor of the page before. `'now'` passes over all entries that are there, and gives the cursor to go on from. Left out: from the
   * oldest entry that is kept.
   */
  after?: string | undefined
  /** 1 to 1,000. Default: 100. */
  limit?: number | undefined
}

/** What is kept of a portal's feed beside its entries. */
type FeedState = {
  /** Tells this feed from one that is made anew. */
  life: string
  /** The last entry that was forgotten, with all before it; the beginning while none was. */
  forgotten: FeedPlace
  /**
   * The ends of backfills, in their order, each by an id of its own. The feed doesn't tell of what a backfill reads, so a reader that has
   * seen the end of one can't go on in a feed that was set back to before. Left out before the first.
   */
  ends?: { object: string; id: string }[]
}

/** The stream that it is the checkpoint of. No object has a job of that name. */
const FEED = 'changes:feed'

/** How many entries are read and forgotten at a time, so that no commit holds its host for long. */
const AT_ONCE = 1_000

/** Where a portal's feed is. */
type Place = Pick<Job, 'store' | 'clock'> & { origin: Pick<Job['origin'], 'portalId'> }

/** Starts the feed of a portal that is new to this store. Call it before the portal is pinned: the feed can be read from then on. */
export async function beginFeed(place: Place): Promise<void> {
  const checkpoint = await openFeed(place)
  if (checkpoint.state) return
  const life = crypto.randomUUID()
  await unlessOvertaken(checkpoint.commit({ life, forgotten: beginningOf(life) }))
}

/** Gives the feed another life: no cursor is honoured any more, since the feed can't tell what becomes of the rows. */
export async function renewFeed(place: CheckpointPlace): Promise<void> {
  const life = crypto.randomUUID()
  const state = { life, forgotten: beginningOf(life) }
  await moveCheckpoint<FeedState>(place, FEED, () => state)
}

/**
 * Ends an object's backfill: whoever sees that end is given cursors of after it, since the commit that makes it moves the feed's checkpoint
 * too. Where it had ended before, cursors that were given since are good no longer.
 *
 * @param commit - is called again where another runner has moved that checkpoint meanwhile.
 */
export async function endBackfill<Result>(
  place: Place,
  object: string,
  commit: (move: CheckpointMove) => Promise<Result>,
): Promise<Result> {
  return await againIfOvertaken(FEED, async () => {
    const checkpoint = await openFeed(place)
    const { ends = [], ...feed } = await readState(place, checkpoint)
    const before = ends.findIndex((end) => end.object === object)
    const kept = before < 0 ? ends : ends.slice(0, before)
    const end = { object, id: crypto.randomUUID() }
    return await commit(checkpoint.moveTo({ ...feed, ends: [...kept, end] }))
  })
}

/**
 * A page of the feed.
 *
 * @param from - left out: from the oldest entry that is kept.
 * @throws `CURSOR_LOST` where there may have been entries after that place that can't be given.
 */
export async function readChanges(
  place: Place,
  from: FeedPlace | undefined,
  limit: number,
): Promise<ChangePage> {
  const { store, origin } = place
  // The entry that the cursor names is read again. The state is read afterwards: were it read before, entries after the cursor that are
  // forgotten in between would be missed without a word.
  const page = from ? { after: from.seq - 1, limit: limit + 1 } : { limit }
  const entries = await store.changes(origin.portalId, page)
  const state = await readState(place)
  const { life, forgotten, ends = [] } = state
  if (!from) return pageOf(state, entries, currentPlace(state, forgotten), forgotten.seq > 0)
  const [first] = entries
  const named = first?.seq === from.seq ? first : undefined
  const there = named ? placeOf(life, named) : forgotten
  const isThere = [undefined, ...ends].some((end) => isSamePlace(placeAfter(end?.id, there), from))
  if (!isThere)
    throw cursorLost(
      from.seq < forgotten.seq
        ? 'Expected a cursor with all that came after it still in the change feed, but some of that is forgotten (`changeRetention`).'
        : "Expected a cursor of this change feed, but it doesn't have what the cursor names: the mirror was made anew, or restored from a backup.",
    )
  return pageOf(state, named ? entries.slice(1) : entries.slice(0, limit), from)
}

/** A page without entries that goes on after all that are there. */
export async function endOfFeed(place: Place): Promise<ChangePage> {
  const [last] = await place.store.changes(place.origin.portalId, { limit: 1, newestFirst: true })
  const state = await readState(place)
  const { cursor } = pageOf(state, last ? [last] : [], currentPlace(state, state.forgotten))
  return { results: [], cursor, forgotten: false }
}

/** A place as cursors name it that are given now. */
function currentPlace({ ends = [] }: FeedState, place: FeedPlace): FeedPlace {
  return placeAfter(ends.at(-1)?.id, place)
}

function pageOf(
  state: FeedState,
  results: ChangeEntry[],
  before: FeedPlace,
  forgotten = false,
): ChangePage {
  const last = results.at(-1)
  const place = last ? currentPlace(state, placeOf(state.life, last)) : before
  return { results, cursor: cursorOf(place), forgotten }
}

/**
 * Forgets the entries from before a moment, up to the first one that isn't. Entries of machines whose clocks differ don't lie in the order
 * of their moments, and a feed with gaps in the middle could be followed by nobody.
 */
export async function forgetChanges(
  place: Place,
  before: string,
  signal?: AbortSignal,
): Promise<void> {
  const { store, origin } = place
  const checkpoint = await openFeed(place)
  let state = await readState(place, checkpoint)
  for (let isOver = false; !isOver && !signal?.aborted; ) {
    const entries = await store.changes(origin.portalId, {
      after: state.forgotten.seq,
      limit: AT_ONCE,
    })
    const kept = entries.findIndex(({ at }) => at >= before)
    const last = (kept === -1 ? entries : entries.slice(0, kept)).at(-1)
    if (!last) return
    state = { ...state, forgotten: placeOf(state.life, last) }
    const moved = await unlessOvertaken(checkpoint.commit(state, { forgetChangesUpTo: last.seq }))
    isOver = !moved || kept !== -1 || entries.length < AT_ONCE
  }
}

function openFeed(place: Place): Promise<StreamCheckpoint<FeedState>> {
  return openCheckpoint<FeedState>(place, FEED)
}

async function readState(
  place: Place,
  checkpoint?: StreamCheckpoint<FeedState>,
): Promise<FeedState> {
  const { state } = checkpoint ?? (await openFeed(place))
  if (state) return state
  // A mirror of the versions that gave feeds no life has one from its first run.
  const life = (await pinnedAt(place)) ?? ''
  return { life, forgotten: beginningOf(life) }
}

/** When the portal was first synced into this store; undefined before that. */
async function pinnedAt({ store, origin }: Place): Promise<string | undefined> {
  const pinned = await store.portals()
  return pinned.find(({ portalId }) => portalId === origin.portalId)?.firstRunAt
}

/** Whether a commit was made. Another runner that was at the same has done what there was to do. */
async function unlessOvertaken(commit: Promise<unknown>): Promise<boolean> {
  try {
    await commit
    return true
  } catch (error) {
    if (error instanceof CheckpointConflictError) return false
    throw error
  }
}
