import type { ClockOptions, TestClock } from '@hubsync/emulator'
import { createClockOf, turnForSockets } from '../packages/emulator/src/clock.js'

/** Within so many turns of the event loop, what needs nothing from outside has gone on until it waits for the clock. */
const TURNS = 12

/** What is open in every process of tests (its output, its channel to Vitest), or can not bring a reply. */
const BRINGS_NOTHING = new Set(['PipeWrap', 'TTYWrap', 'Timeout', 'Immediate'])

/**
 * The emulator's clock, for tests in which a portal and a mirror are in one process. It waits for what may come from outside, such as
 * a database's reply, as long as the emulator's own does. Where nothing can, it waits for the turns of the event loop, and not a
 * millisecond for each: in a test with many short sleeps these were most of its time.
 */
export function createQuickClock(options: ClockOptions = {}): TestClock {
  return createClockOf(async () => {
    if (process.getActiveResourcesInfo().some((kind) => !BRINGS_NOTHING.has(kind)))
      return turnForSockets()
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
  }, options)
}
