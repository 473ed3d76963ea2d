import { setTimeout as wait } from 'node:timers/promises'

/** Where the portal takes its time from. */
export interface Clock {
  /** The moment it is, in milliseconds since 1970. */
  now(): number
  /** Resolves `milliseconds` later on this clock; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** A clock that the test moves. See {@link createClock}. */
export interface TestClock extends Clock {
  /**
   * Moves the clock on by `milliseconds`, waking every sleeper on the way in its order, those included
   * that go to sleep again meanwhile.
   */
  advance(milliseconds: number): Promise<void>
  /** Puts the clock at a moment, and wakes the sleepers that are due by then. It may also go back; then nobody wakes. */
  set(at: number | string | Date): void
}

/** Options of {@link createClock}. */
export interface ClockOptions {
  /** The moment it starts at: milliseconds, an ISO date or a `Date`. @defaultValue 2026-03-30T12:00:00Z */
  now?: number | string | Date
  /**
   * Whether the clock jumps to its earliest sleeper by itself once the process has gone quiet. Then a
   * test that waits for a minute takes some milliseconds. Without it only `advance` and `set` move it.
   * @defaultValue true
   */
  autoAdvance?: boolean
}

interface Sleeper {
  readonly due: number
  readonly wake: () => void
}

const START = Date.UTC(2026, 2, 30, 12)

/**
 * How many quiet turns of the event loop, about a millisecond each, come before a jump. The longer the jump
 * the more, since a long sleeper beside a running call is mostly that call's timeout, which must not win.
 */
function quietTurns(jump: number): number {
  return jump <= 1_000 ? 2 : jump <= 15_000 ? 5 : 25
}

/**
 * A clock for tests, to be given to the portal and to the code under test alike.
 *
 * @example
 * const clock = createClock({ now: '2026-03-30T12:00:00Z' })
 * await clock.sleep(60_000) // some milliseconds later
 * clock.now() // 2026-03-30T12:01:00Z
 */
export const createClock = (options: ClockOptions = {}): TestClock => {
  const { autoAdvance = true } = options
  let now = toMilliseconds(options.now ?? START)
  let activity = 0
  let watching = false
  const sleepers = new Set<Sleeper>()

  const earliest = (): Sleeper | undefined => {
    let first: Sleeper | undefined
    for (const sleeper of sleepers) if (!first || sleeper.due < first.due) first = sleeper
    return first
  }

  const moveTo = (at: number) => {
    activity++
    now = at
    const due = [...sleepers].filter((sleeper) => sleeper.due <= at)
    for (const sleeper of due.sort((a, b) => a.due - b.due)) {
      sleepers.delete(sleeper)
      sleeper.wake()
    }
  }

  /** Waits until nobody used the clock for some turns of the event loop, then jumps; again while somebody sleeps. */
  const watch = async () => {
    watching = true
    for (let first = earliest(); first; first = earliest()) {
      const seen = activity
      const turns = quietTurns(first.due - now)
      for (let turn = 0; turn < turns && seen === activity; turn++) {
        await wait(1)
        // Timers run before sockets are read: one more step, so that a reply that has arrived comes first.
        await new Promise((resolve) => setImmediate(resolve))
      }
      if (seen === activity && sleepers.has(first)) moveTo(Math.max(now, first.due))
    }
    watching = false
  }

  return {
    now() {
      activity++
      return now
    },
    sleep(milliseconds, signal) {
      activity++
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const abort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          due: now + Math.max(0, milliseconds),
          wake: () => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        sleepers.add(sleeper)
        if (autoAdvance && !watching) void watch()
      })
    },
    async advance(milliseconds) {
      const target = now + milliseconds
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve))
        const next = earliest()
        if (!next || next.due > target) break
        moveTo(Math.max(now, next.due))
      }
      moveTo(target)
      await new Promise((resolve) => setImmediate(resolve))
    },
    set: (at) => moveTo(toMilliseconds(at)),
  }
}

/** The real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    try {
      await wait(milliseconds, undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
}

/** Milliseconds since 1970 of whatever form of date. */
export function toMilliseconds(at: number | string | Date): number {
  const milliseconds = typeof at === 'number' ? at : new Date(at).getTime()
  if (!Number.isFinite(milliseconds))
    throw new TypeError(
      `Expected a date, got ${String(at)}. Give milliseconds, an ISO date or a Date.`,
    )
  return Math.floor(milliseconds)
}
