import { setTimeout as wait } from 'node:timers/promises'

/** The source of time of a portal. */
export interface Clock {
  /** The current time, in milliseconds since 1970. */
  now(): number
  /** Resolves `milliseconds` later on this clock; rejects with the signal's reason when aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /**
   * Calls `then` once this time has come. Unlike a sleeper it doesn't make an idle clock go there, nor a process wait.
   * A clock without it makes no late deliveries of webhooks.
   */
  onceAt?(at: number, then: () => void): void
}

/** A clock that the test moves. See {@link createClock}. */
export interface TestClock extends Clock {
  /**
   * Advances the clock by `milliseconds`. Wakes all sleepers that are due, in order, including those that start to
   * sleep meanwhile.
   *
   */
  advance(milliseconds: number): Promise<void>
  /** Sets the clock, and wakes the sleepers that are due. It can also be set back, which wakes none. */
  set(at: number | string | Date): void
}

/** Options of {@link createClock}. */
export interface ClockOptions {
  /** The start time: milliseconds, an ISO date or a `Date`. @defaultValue 2026-03-30T12:00:00Z */
  now?: number | string | Date
  /**
   * Whether the clock jumps to its earliest sleeper by itself when the process is idle. Then a test that waits for a
   * minute takes a few milliseconds. Without it only `advance` and `set` move the clock. @defaultValue true
   *
   */
  autoAdvance?: boolean
}

interface Sleeper {
  readonly due: number
  readonly wake: () => void
}

const START = Date.UTC(2026, 2, 30, 12)

/**
 * How many idle turns of the event loop the clock waits before a jump. It waits longer
 * before a longer jump, because a long sleep is often the timeout of a running call, which must not expire.
 */
function quietTurns(jump: number): number {
  return jump <= 1_000 ? 2 : jump <= 15_000 ? 5 : 25
}

/**
 * A clock for tests. Pass it to the portal and to the code under test.
 *
 * @example const clock = createClock({ now: '2026-03-30T12:00:00Z' }) await clock.sleep(60_000) // some milliseconds
 * later clock.now() // 2026-03-30T12:01:00Z
 */
export const createClock = (options: ClockOptions = {}): TestClock =>
  createClockOf(turnForSockets, options)

/** Waits about a millisecond, in which a reply may come in through a socket. */
export async function turnForSockets(): Promise<void> {
  await wait(1)
  // Timers run before sockets are read. One more turn, so that a reply that has arrived is handled first.
  await new Promise((resolve) => setImmediate(resolve))
}

/** A clock for which such an idle turn of the event loop has passed when `turn` resolves. */
export const createClockOf = (turn: () => Promise<void>, options: ClockOptions = {}): TestClock => {
  const { autoAdvance = true } = options
  let now = toMilliseconds(options.now ?? START)
  let activity = 0
  let watching = false
  const sleepers = new Set<Sleeper>()
  /** Those that an idle clock doesn't go to. */
  const alarms = new Set<Sleeper>()

  const earliest = (of: Iterable<Sleeper> = sleepers): Sleeper | undefined => {
    let first: Sleeper | undefined
    for (const sleeper of of) if (!first || sleeper.due < first.due) first = sleeper
    return first
  }

  const moveTo = (at: number) => {
    activity++
    now = at
    const due = [...sleepers, ...alarms].filter((sleeper) => sleeper.due <= at)
    for (const sleeper of due.sort((a, b) => a.due - b.due)) {
      sleepers.delete(sleeper)
      alarms.delete(sleeper)
      sleeper.wake()
    }
  }

  /**
   * Waits until the clock hasn't been used for some turns of the event loop, then jumps. Repeats while there are
   * sleepers.
   */
  const watch = async () => {
    watching = true
    for (let first = earliest(); first; first = earliest()) {
      const seen = activity
      const turns = quietTurns(first.due - now)
      for (let passed = 0; passed < turns && seen === activity; passed++) await turn()
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
    onceAt(at, then) {
      alarms.add({ due: at, wake: then })
    },
    async advance(milliseconds) {
      const target = now + milliseconds
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve))
        const next = earliest([...sleepers, ...alarms])
        if (!next || next.due > target) break
        moveTo(Math.max(now, next.due))
      }
      moveTo(target)
      await new Promise((resolve) => setImmediate(resolve))
    },
    set: (at) => moveTo(toMilliseconds(at)),
  }
}

/** A clock that can be advanced. */
export type MovableClock = Clock & Pick<TestClock, 'advance'>

/** The real time, which can be advanced besides. */
export const createRunningClock = (): MovableClock => {
  let ahead = 0
  const sleepers = new Set<Sleeper>()
  const now = () => Date.now() + ahead
  return {
    now,
    sleep: (milliseconds, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const end = (settle: () => void) => {
          clearTimeout(timer)
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', abort)
          settle()
        }
        const abort = () => end(() => reject(signal?.reason))
        const sleeper: Sleeper = { due: now() + milliseconds, wake: () => end(resolve) }
        const timer = setTimeout(sleeper.wake, milliseconds)
        sleepers.add(sleeper)
        signal?.addEventListener('abort', abort)
      }),
    onceAt(at, then) {
      let timer: NodeJS.Timeout
      const alarm: Sleeper = {
        due: at,
        wake: () => {
          clearTimeout(timer)
          sleepers.delete(alarm)
          then()
        },
      }
      // A timer may end a moment before the clock shows its time.
      const ring = () => (now() < at ? arm() : alarm.wake())
      const arm = () => {
        timer = setTimeout(ring, at - now()).unref()
      }
      arm()
      sleepers.add(alarm)
    },
    async advance(milliseconds) {
      ahead += milliseconds
      for (const { due, wake } of [...sleepers].sort((a, b) => a.due - b.due))
        if (due <= now()) wake()
    },
  }
}

/** Converts a date of any form to milliseconds since 1970. */
export function toMilliseconds(at: number | string | Date): number {
  const milliseconds = typeof at === 'number' ? at : new Date(at).getTime()
  if (!Number.isFinite(milliseconds))
    throw new TypeError(
      `Expected a date, got ${String(at)}. Give milliseconds, an ISO date or a Date.`,
    )
  return Math.floor(milliseconds)
}
