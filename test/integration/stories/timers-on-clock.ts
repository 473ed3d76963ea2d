import type { VirtualClock } from './virtual-clock.js'

/**
 * Core waits so long for a silent store: 5 seconds after the end of a run, whose own time is at most 5 seconds. Nothing
 * else in a story has such a timer.
 */
const isWaitForStore = (ms: number) => ms >= 5_000 && ms <= 10_000

/** Does work whose waits for a silent store go by a story's clock, not by the machine's. */
export async function withTimersOn<T>(clock: VirtualClock, work: () => Promise<T>): Promise<T> {
  const { setTimeout: set, clearTimeout: clear } = globalThis
  const waits = new Map<unknown, AbortController>()

  globalThis.setTimeout = ((
    fire: (...given: unknown[]) => void,
    ms = 0,
    ...given: unknown[]
  ): unknown => {
    const timer = set(fire, ms, ...given)
    if (!isWaitForStore(ms)) return timer
    clear(timer)
    const wait = new AbortController()
    waits.set(timer, wait)
    clock.sleep(ms, wait.signal).then(
      () => waits.delete(timer) && fire(...given),
      () => {},
    )
    return timer
  }) as typeof setTimeout
  globalThis.clearTimeout = (timer) => {
    waits.get(timer)?.abort()
    waits.delete(timer)
    clear(timer)
  }
  try {
    return await work()
  } finally {
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear })
  }
}
