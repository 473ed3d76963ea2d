import { HubsyncError, isHubsyncError } from '../errors.js'
import type { ReadOptions, ResolvedOptions } from '../options.js'
import { type ChangePage, endOfFeed, readChanges } from './change-feed.js'
import { isConflictOver, openCheckpoint, type StreamCheckpoint } from './checkpoint.js'
import { expectWritable } from './expect-writable.js'
import { placeNamed } from './feed-cursor.js'

/** What is done with the pages of the change feed. It may be called again with a page that it has had. */
export type ChangeHandler = (page: ChangePage, given: { signal: AbortSignal }) => unknown

/** What `follow()` takes besides the name and the handler. */
export interface FollowOptions extends ReadOptions {
  /**
   * Where a consumer begins that the store doesn't know yet: with what comes from now on, or at the oldest entry that is
   * kept. A known one goes on after its last page. Default: `'now'`.
   */
  from?: 'now' | 'oldest' | undefined
  /**
   * Reads the records anew, for a consumer with a copy of its own. It is called before the first page (unless `from` is
   * `'oldest'`), and whenever entries of the feed were missed. `follow` takes the cursor of now before the call, and
   * goes on from there once the call has resolved. Default: none, and `follow` rejects with `CURSOR_LOST` if entries
   * were missed.
   */
  snapshot?: ((given: { signal: AbortSignal }) => unknown) | undefined
  /** The most entries of a page, 1 to 1,000. Default: 100. */
  limit?: number | undefined
  /** Hears each error that `follow` outlives: of the handler, of `snapshot` and of the store. Default: none. */
  onError?: ((error: unknown) => void) | undefined
}

/** Where a consumer is in the feed. */
type ConsumerState = { cursor: string }

/** How long it waits before it looks for new entries. */
const POLL_MS = 1_000
/** The pauses after failures in a row: from the first to the longest, each twice as long as the one before. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** The stream that keeps the cursor of a consumer. No job and no other stream has such a name. */
const streamOf = (name: string) => `changes:consumer:${name}`

/** A consumer, and what it was given. */
export interface Consumer extends Omit<FollowOptions, 'signal' | 'limit'> {
  name: string
  handler: ChangeHandler
  signal: AbortSignal
  limit: number
}

type Mirror = Pick<
  ResolvedOptions,
  'store' | 'clock' | 'logger' | 'objects' | 'pairs' | 'reference'
>
type Place = Mirror & { origin: { portalId: string } }

/**
 * Gives a consumer the pages of the feed, one after the other, until the signal ends it. Its cursor moves once the
 * handler has resolved. So a page that a process died over is given again.
 *
 * @throws `CURSOR_LOST` if entries were missed and there is no `snapshot`; an error of the store that waiting doesn't
 * heal.
 */
export async function follow(
  mirror: Mirror,
  portalId: () => Promise<string>,
  consumer: Consumer,
): Promise<void> {
  const { name, signal, onError } = consumer
  let isWritable = false
  for (let failures = 0; !signal.aborted; ) {
    try {
      const place = { ...mirror, origin: { portalId: await portalId() } }
      // A page whose cursor can't be kept would be given again each time.
      if (!isWritable) await expectWritable(mirror, await mirror.store.portals())
      isWritable = true
      const isAtEnd = await nextPage(place, consumer)
      failures = 0
      if (isAtEnd) await pause(POLL_MS)
    } catch (error) {
      if (signal.aborted) return
      isWritable = false
      if (!(error instanceof Failure) && !isOfStore(error)) throw error
      const ms = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS)
      failures++
      const cause = error instanceof Failure ? error.cause : error
      onError?.(cause)
      mirror.logger?.warn({ consumer: name, failures, error: cause }, `trying again in ${ms} ms`)
      await pause(ms)
    }
  }

  async function pause(ms: number): Promise<void> {
    await mirror.clock.sleep(ms, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

/** An error of what the caller gave. It is tried again, whatever it is. */
class Failure extends Error {}

/** Whether the store has failed, which may be over the next time. Every other error of the mirror ends `follow`. */
function isOfStore(error: unknown): boolean {
  return isHubsyncError(error) && error.code === 'STORE_FAILED'
}

/** Gives the next page to the handler. @returns whether that was the end of the feed for now. */
async function nextPage(place: Place, consumer: Consumer): Promise<boolean> {
  const { name, handler, signal, limit, from = 'now' } = consumer
  const checkpoint = await openCheckpoint<ConsumerState>(place, streamOf(name))
  const cursor = checkpoint.state?.cursor
  const page =
    cursor === undefined && from === 'now' ? undefined : await pageAfter(place, consumer, cursor)
  if (page === undefined) {
    await beginAnew(place, consumer, checkpoint)
    return false
  }
  if (page.results.length === 0) return true
  await called(() => handler(page, { signal }))
  await moveTo(checkpoint, page.cursor)
  return page.results.length < limit
}

/** The page after a cursor; undefined if entries were missed and the consumer can make a new snapshot. */
async function pageAfter(
  place: Place,
  { name, limit, snapshot }: Consumer,
  cursor: string | undefined,
): Promise<ChangePage | undefined> {
  try {
    return await readChanges(place, cursor === undefined ? undefined : placeNamed(cursor), limit)
  } catch (error) {
    if (!isHubsyncError(error) || error.code !== 'CURSOR_LOST') throw error
    if (snapshot) return undefined
    throw new HubsyncError(
      'CURSOR_LOST',
      `The consumer "${name}" has missed changes. ${error.message} For that, give \`snapshot\` to follow(…): it is called whenever changes were missed, and the consumer goes on from now.`,
      { cause: error },
    )
  }
}

/** What changes while the snapshot is made is in the pages after it. */
async function beginAnew(
  place: Place,
  { snapshot, signal }: Consumer,
  checkpoint: StreamCheckpoint<ConsumerState>,
): Promise<void> {
  const { cursor } = await endOfFeed(place)
  if (snapshot) await called(() => snapshot({ signal }))
  await moveTo(checkpoint, cursor)
}

async function called(call: () => unknown): Promise<void> {
  try {
    await call()
  } catch (cause) {
    throw new Failure('The consumer failed.', { cause })
  }
}

/** Another process of the same name may have been faster. Then the next page is read from where that one is. */
async function moveTo(checkpoint: StreamCheckpoint<ConsumerState>, cursor: string): Promise<void> {
  try {
    await checkpoint.commit({ cursor })
  } catch (error) {
    if (!isConflictOver(checkpoint.stream, error)) throw error
  }
}
