import { setImmediate } from 'node:timers/promises'
import { RateBudget } from '../../src/client/rate-budget.js'
import type { Clock } from '../../src/clock.js'
import { AbortedError } from '../../src/errors.js'

const WINDOW_MS = 10_000

export interface Together {
  /** HubSpot counts the calls of the last ten seconds, or begins anew every ten seconds. */
  windows: 'rolling' | 'fixed'
  limit: number
  /** When each process starts, in seconds. From then on it sends what its budget lets it, until `stops`. */
  starts: readonly number[]
  stops?: readonly (number | undefined)[]
  /** How long the fastest and the slowest reply take, in milliseconds. */
  latency: readonly [number, number]
  /** A program of somebody else's uses this share of the limit, whatever it is told. */
  outsider?: number
  /** Until when HubSpot's replies say how many calls are left, in seconds. */
  toldUntil?: number
  seconds: number
  seed: number
}

export interface Seen {
  /** By process: when HubSpot took its calls, in seconds. */
  taken: number[][]
  /** When HubSpot refused a call of a process, in seconds. */
  refused: number[]
  /** How many calls of the outsider HubSpot refused. */
  outsiderRefused: number
}

/** Processes with one token, each with a rate budget of its own, in front of a limit as HubSpot has it. */
export async function together(setting: Together): Promise<Seen> {
  const {
    windows,
    limit,
    starts,
    stops = [],
    toldUntil = Number.POSITIVE_INFINITY,
    seconds,
  } = setting
  const [fastest, slowest] = setting.latency
  const clock = jumpingClock()
  const random = randomFrom(setting.seed)
  const begin = clock.now()
  const end = begin + seconds * 1_000
  let counted: number[] = []

  /** Whether a call is taken. */
  const arrive = () => {
    const now = clock.now()
    const since = windows === 'rolling' ? now - WINDOW_MS : now - (now % WINDOW_MS) - 1
    counted = counted.filter((at) => at > since)
    const isTaken = counted.length < limit
    if (isTaken) counted.push(now)
    return isTaken
  }
  const headers = () => {
    const told = new Headers({
      'x-hubspot-ratelimit-max': String(limit),
      'x-hubspot-ratelimit-interval-milliseconds': String(WINDOW_MS),
    })
    if (clock.now() < begin + toldUntil * 1_000)
      told.set('x-hubspot-ratelimit-remaining', String(limit - counted.length))
    return told
  }

  const seen: Seen = { taken: starts.map(() => []), refused: [], outsiderRefused: 0 }
  const sendAll = async (index: number) => {
    const budget = new RateBudget(clock)
    const until = Math.min(end, begin + (stops[index] ?? seconds) * 1_000)
    const send = async () => {
      const turn = await budget.take('burst', 0)
      turn.leave()
      const took = fastest + random() * (slowest - fastest)
      await clock.sleep(Math.round(took * 0.3))
      const isTaken = arrive()
      const at = (clock.now() - begin) / 1_000
      if (isTaken) seen.taken[index]?.push(at)
      else seen.refused.push(at)
      const told = headers()
      await clock.sleep(Math.round(took * 0.7))
      turn.answered()
      budget.learn(told, turn)
      if (!isTaken) budget.pause('burst', 2_000)
      turn.end()
    }
    await clock.sleep((starts[index] ?? 0) * 1_000)
    // A run asks for the account first, and then for everything else side by side.
    await send()
    const reader = async () => {
      while (clock.now() < until) await send()
    }
    await Promise.all(Array.from({ length: 12 }, reader))
  }
  const outside = async (share: number) => {
    while (clock.now() < end) {
      await clock.sleep(Math.round((WINDOW_MS / (share * limit)) * (0.5 + random())))
      if (!arrive()) seen.outsiderRefused++
    }
  }
  const all = starts.map((_, index) => sendAll(index))
  if (setting.outsider) all.push(outside(setting.outsider))
  await clock.run(Promise.all(all))
  return seen
}

/** A clock that jumps to the next moment that somebody waits for: here nobody waits for anything else. */
function jumpingClock(): Clock & { run(work: Promise<unknown>): Promise<void> } {
  let now = 1_000_000
  let waiting: { at: number; wake: () => void }[] = []
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const entry = { at: now + ms, wake: resolve }
        waiting.push(entry)
        signal?.addEventListener('abort', () => {
          waiting = waiting.filter((each) => each !== entry)
          reject(new AbortedError())
        })
      }),
    async run(work) {
      let isOver = false
      const over = work.finally(() => {
        isOver = true
      })
      for (;;) {
        await setImmediate()
        if (isOver) return void (await over)
        now = Math.min(...waiting.map(({ at }) => at))
        const due = waiting.filter(({ at }) => at === now)
        waiting = waiting.filter(({ at }) => at > now)
        for (const { wake } of due) wake()
      }
    },
  }
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed * 2 + 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
