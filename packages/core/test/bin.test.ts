import { expect, test } from 'vitest'
import { binInterval } from '../src/sync/bin.js'

const MINUTE = 60_000
const DAY = 86_400_000

test.each([
  { calls: 0, every: 0 },
  { calls: 1, every: 0 },
  { calls: 20, every: 0 },
  { calls: 25, every: 14.4 * MINUTE },
  { calls: 250, every: DAY / 10 },
  { calls: 2_500, every: DAY },
  { calls: 30_000, every: DAY },
])('a bin of $calls pages is read whole every $every ms', ({ calls, every }) => {
  expect(binInterval(calls)).toBe(every)
})
