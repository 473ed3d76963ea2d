import type { ResolvedWatchOptions } from '../call-options.js'
import type { Clock } from '../clock.js'
import { AbortedError, isHubsyncError, isPassing } from '../errors.js'
import type { RunOptions } from '../options.js'
import type { RunReport } from './report.js'

/** How much earlier or later than its pace a run may start: many processes must not ask HubSpot in the same second. */
const JITTER = 0.05
/** How long the page in hand may take once the watch is to end. */
const GRACE_MS = 10_000
/** How often the queue is looked at. */
const LOOK_MS = 1_000
/** The longest pause after failures, unless the pace is slower. */
const LONGEST_PAUSE_MS = 15 * 60_000

/** What a mirror is asked for by a watch. */
export interface WatchedMirror {
  readonly clock: Clock
  run(given: Omit<RunOptions, 'wait'>): Promise<RunReport>
  /** When the latest run of these jobs that another watch or process made began; undefined without one. */
  latestOfOthers(own: ReadonlySet<string>): Promise<number | undefined>
  /** How many records are queued, and a mark that changes when any are added; undefined before the first run. */
  lookAtQueue(): Promise<{ left: number; mark: string } | undefined>
  /** Reads what is queued, once nobody else is at it, and gives how many records that were. */
  syncQueued(): Promise<number>
}

/**
 * Runs a mirror again and again, and reads what is enqueued meanwhile. Resolves once the signal has ended it.
 *
 * @param chance - from 0 to 1, for tests.
 * @throws the first error that doesn't pass by itself, unless somebody hears the errors.
 */
export async function watch(
  mirror: WatchedMirror,
  given: ResolvedWatchOptions,
  chance: () => number = Math.random,
): Promise<void> {
  const failed = new AbortController()
  const ended = AbortSignal.any([given.signal, failed.signal])
  const loops = [runAgain(mirror, given, ended, chance)]
  // Who names jobs has others read the queue.
  if (!given.jobs) loops.push(readQueue(mirror, given, ended))
  try {
    await Promise.all(loops)
  } catch (error) {
    failed.abort()
    await Promise.allSettled(loops)
    throw error
  }
}

async function runAgain(
  mirror: WatchedMirror,
  given: ResolvedWatchOptions,
  ended: AbortSignal,
  chance: () => number,
): Promise<void> {
  const { clock } = mirror
  const own = new Set<string>()
  let failures = 0
  while (!ended.aborted) {
    const start = clock.now()
    const isWell = await attempt(given, ended, async () => {
      const runId = crypto.randomUUID()
      own.add(runId)
      return runOnce(mirror, given, runId, ended)
    })
    failures = isWell ? 0 : failures + 1
    const pause = pauseAfter(failures, given.every, chance())
    // Where another process has run meanwhile, the turn of this one comes as much later.
    const isDue = async () => {
      const others = await mirror.latestOfOthers(own).catch(() => undefined)
      const now = clock.now()
      // A start that lies further ahead than a pace is of a clock that is wrong, or that was set back since.
      const believed = [start, others ?? start].filter((at) => at - now <= pause)
      return believed.length === 0 ? 0 : Math.max(...believed) + pause - now
    }
    let ms = Math.min(pause, start + pause - clock.now())
    while (ms > 0 && !ended.aborted) {
      await clock.sleep(ms, ended).catch(() => {})
      ms = ended.aborted ? 0 : await isDue()
    }
  }
}

/** The time from the start of a run to that of the next, after so many failures in a row. */
export function pauseAfter(failures: number, every: number, chance: number): number {
  const longest = Math.max(every, LONGEST_PAUSE_MS)
  const pause = Math.min(every * 2 ** Math.min(failures, 20), longest)
  return Math.round(pause * (1 - JITTER + 2 * JITTER * chance))
}

/** @returns whether the run did not fail. */
async function runOnce(
  mirror: WatchedMirror,
  { jobs, maxCalls, budgetMs, onEvent, onReport }: ResolvedWatchOptions,
  runId: string,
  ended: AbortSignal,
): Promise<boolean> {
  const late = new AbortController()
  const over = new AbortController()
  const giveUp = () =>
    mirror.clock.sleep(GRACE_MS, over.signal).then(
      () => late.abort(),
      () => {},
    )
  ended.addEventListener('abort', giveUp, { once: true })
  try {
    const report = await mirror.run({
      jobs,
      maxCalls,
      budgetMs,
      runId,
      signal: late.signal,
      onEvent(event) {
        onEvent?.(event)
        // Ends the run at its next page boundary.
        if (ended.aborted) throw new AbortedError()
      },
    })
    if (report.status !== 'busy') onReport?.(report)
    return report.status !== 'failed'
  } finally {
    over.abort()
    ended.removeEventListener('abort', giveUp)
  }
}

async function readQueue(
  mirror: WatchedMirror,
  given: ResolvedWatchOptions,
  ended: AbortSignal,
): Promise<void> {
  const { clock } = mirror
  let seen: string | undefined
  let pause = LOOK_MS
  let retryAt = 0
  while (!ended.aborted) {
    const isWell = await attempt(given, ended, async () => {
      const queue = await mirror.lookAtQueue()
      // What HubSpot left unanswered stays in the queue, and is asked for ever more rarely.
      if (!queue || queue.left === 0 || (queue.mark === seen && clock.now() < retryAt)) return true
      const read = await mirror.syncQueued()
      seen = (await mirror.lookAtQueue())?.mark
      pause = read > 0 ? LOOK_MS : Math.min(2 * pause, LONGEST_PAUSE_MS)
      retryAt = clock.now() + pause
      return true
    })
    if (!isWell) pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
    await clock.sleep(isWell ? LOOK_MS : pause, ended).catch(() => {})
  }
}

/**
 * Does work that may fail for a while.
 *
 * @returns what it gives, or false if it failed.
 */
async function attempt(
  { onError }: ResolvedWatchOptions,
  ended: AbortSignal,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await work()
  } catch (error) {
    // Work that was ended says so by one of these, whatever it was at.
    const isEnd = isHubsyncError(error) && ['ABORTED', 'CLOSED'].includes(error.code)
    if (ended.aborted && isEnd) return false
    if (!onError && !isPassing(error)) throw error
    onError?.(error)
    return false
  }
}
