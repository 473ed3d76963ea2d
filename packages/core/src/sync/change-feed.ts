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
  /** The entries, in the order of their commits. Empty if there is nothing new. */
  results: ChangeEntry[]
  /**
   * The cursor of the next page. If there is nothing new, it is the cursor that was given. Its form may change: store
   * it as it is.
   */
  cursor: string
  /**
   * True if no cursor was given and the feed no longer has its first entries (`changeRetention`): `results` isn't all
   * that ever happened. After a cursor no entry is left out, so it is false then.
   */
  forgotten: boolean
}

/** Which page of the change feed to give. */
export interface ChangeOptions extends ReadOptions {
  /**
   * The cursor of the previous page. `'now'` skips all existing entries and returns a cursor for those that follow.
   * Default: start at the oldest entry that is kept.
   */
  after?: string | undefined
  /** 1 to 1,000. Default: 100. */
  limit?: number | undefined
}

/** What is stored about a portal's feed besides its entries. */
type FeedState = {
  /** Identifies this feed. A feed that starts again has another one. */
  life: string
  /**
   * The place of the last entry that was deleted. All entries before it are deleted too. Before the first deletion: the
   * beginning.
   */
  forgotten: FeedPlace
  /**
   * The ends of backfills, in order, each with its own id. The feed has no entries for what a backfill reads. So a
   * reader that has seen the end of a backfill can't continue in a feed that was restored from before it. Absent before
   * the first.
   */
  ends?: { object: string; id: string }[]
}

/** The stream whose checkpoint has the state of the feed. No object has a job of that name. */
const FEED = 'changes:feed'

/** How many entries are read and deleted at a time, so that no commit takes long. */
const AT_ONCE = 1_000

/** The store and the portal of a feed. */
type Place = Pick<Job, 'store' | 'clock'> & { origin: Pick<Job['origin'], 'portalId'> }

/**
 * Starts the feed of a portal that is new to this store. Call it before the portal is pinned: the feed can be read from
 * then on.
 */
export async function beginFeed(place: Place): Promise<void> {
  const checkpoint = await openFeed(place)
  if (checkpoint.state) return
  const life = crypto.randomUUID()
  await unlessOvertaken(checkpoint.commit({ life, forgotten: beginningOf(life) }))
}

/**
 * Starts the feed again: no earlier cursor is valid any more, because the feed can't report what happens to the rows.
 */
export async function renewFeed(place: CheckpointPlace): Promise<void> {
  const life = crypto.randomUUID()
  const state = { life, forgotten: beginningOf(life) }
  await moveCheckpoint<FeedState>(place, FEED, () => state)
}

/**
 * Ends an object's backfill. The commit that does so moves the feed's checkpoint too, so that later cursors contain
 * this end. If the object's backfill had ended before, cursors given since then become invalid.
 *
 * @param commit - is called again if another runner has moved that checkpoint meanwhile.
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
 * Reads a page of the feed.
 *
 * @param from - default: start at the oldest entry that is kept.
 * @throws `CURSOR_LOST` if entries after that place may be missing.
 */
export async function readChanges(
  place: Place,
  from: FeedPlace | undefined,
  limit: number,
): Promise<ChangePage> {
  const { store, origin } = place
  // The entry that the cursor names is read again. The state is read after the entries: otherwise entries that are
  // deleted between the two reads would be missing without an error.
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
        ? 'Expected the change feed to have all entries after the cursor, but some were deleted (`changeRetention`).'
        : "Expected a cursor of this change feed, but it doesn't have the entry that the cursor names: the mirror was made again, or restored from a backup.",
    )
  return pageOf(state, named ? entries.slice(1) : entries.slice(0, limit), from)
}

/** An empty page whose cursor is after all existing entries. */
export async function endOfFeed(place: Place): Promise<ChangePage> {
  const [last] = await place.store.changes(place.origin.portalId, { limit: 1, newestFirst: true })
  const state = await readState(place)
  const { cursor } = pageOf(state, last ? [last] : [], currentPlace(state, state.forgotten))
  return { results: [], cursor, forgotten: false }
}

/** A place as a cursor names it that is given now. */
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
 * Deletes the entries from before a moment, up to the first later one. Entries of machines with different clocks may
 * not be in the order of their moments, and no reader could follow a feed with gaps in the middle.
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
  // Earlier versions stored no state: they identified the feed by the portal's first run.
  const life = (await pinnedAt(place)) ?? ''
  return { life, forgotten: beginningOf(life) }
}

/** When the portal was first synced into this store; undefined before that. */
async function pinnedAt({ store, origin }: Place): Promise<string | undefined> {
  const pinned = await store.portals()
  return pinned.find(({ portalId }) => portalId === origin.portalId)?.firstRunAt
}

/** Whether a commit was made. If another runner was faster, it has done the same work. */
async function unlessOvertaken(commit: Promise<unknown>): Promise<boolean> {
  try {
    await commit
    return true
  } catch (error) {
    if (error instanceof CheckpointConflictError) return false
    throw error
  }
}
