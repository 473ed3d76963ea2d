import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shareOf } from '../src/client/shared-pace.js'
import { type Seen, together } from './support/one-token.js'

const everyWindow = ['rolling', 'fixed'] as const

/** How many calls of each process were taken between two moments, in seconds. */
function takenBetween({ taken }: Seen, from: number, until: number): number[] {
  return taken.map((moments) => moments.filter((at) => at >= from && at < until).length)
}

describe.each(everyWindow)('processes with one token, counted in %s windows', (windows) => {
  test.each([2, 3, 5])(
    '%i that start at once are never refused, and share well and evenly',
    async (processes) => {
      const seen = await together({
        windows,
        limit: 100,
        starts: Array.from({ length: processes }, () => 0),
        latency: [50, 400],
        seconds: 90,
        seed: processes,
      })
      expect(seen.refused).toEqual([])
      const counts = takenBetween(seen, 60, 90)
      expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0.6 * 300)
      expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 3)
    },
  )

  test('one that comes later is soon let in by one that has the whole limit', async () => {
    const seen = await together({
      windows,
      limit: 190,
      starts: [0, 13],
      latency: [300, 400],
      seconds: 103,
      seed: 1,
    })
    // The first refusals tell them of each other.
    expect(seen.refused.length).toBeLessThan(20)
    expect(Math.max(...seen.refused)).toBeLessThan(23)
    const counts = takenBetween(seen, 73, 103)
    expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 3)
  })

  test('a program of somebody else that uses a third of the limit is never refused', async () => {
    const seen = await together({
      windows,
      limit: 100,
      starts: [4, 8],
      latency: [50, 400],
      outsider: 0.3,
      seconds: 90,
      seed: 3,
    })
    expect(seen.outsiderRefused).toBe(0)
    expect(seen.refused).toEqual([])
  })

  test('one has the whole limit again two windows after the other has stopped', async () => {
    const seen = await together({
      windows,
      limit: 100,
      starts: [0, 0],
      stops: [undefined, 40],
      latency: [50, 400],
      seconds: 80,
      seed: 4,
    })
    expect(takenBetween(seen, 60, 80)[0]).toBeGreaterThan(190)
  })

  test('one has the whole limit again after two windows in which HubSpot did not say what is left', async () => {
    const seen = await together({
      windows,
      limit: 100,
      starts: [0, 0],
      stops: [undefined, 30],
      toldUntil: 30,
      latency: [50, 400],
      seconds: 80,
      seed: 6,
    })
    expect(takenBetween(seen, 60, 80)[0]).toBeGreaterThan(190)
  })

  test('one that is alone sends as if HubSpot did not say what is left', async () => {
    const alone = { windows, limit: 190, starts: [0], latency: [50, 400], seconds: 60 } as const
    const told = await together({ ...alone, seed: 5 })
    const untold = await together({ ...alone, seed: 5, toldUntil: 0 })
    expect(told.taken).toEqual(untold.taken)
    expect(told.refused).toEqual([])
  })
})

test.each([
  { why: 'alone', limit: 100, own: 99, others: 0, share: Number.POSITIVE_INFINITY },
  {
    why: 'others use too little to be noticed',
    limit: 190,
    own: 180,
    others: 3,
    share: Number.POSITIVE_INFINITY,
  },
  {
    why: 'others use little: five times that is kept free',
    limit: 100,
    own: 80,
    others: 3,
    share: 85,
  },
  {
    why: 'others use a third, and this process may use the rest',
    limit: 100,
    own: 1,
    others: 30,
    share: 40,
  },
  { why: 'two with equal shares', limit: 100, own: 38, others: 38, share: 38 },
  { why: 'too much is used', limit: 100, own: 50, others: 50, share: 29 },
  { why: 'others use it up', limit: 100, own: 0, others: 100, share: 5 },
  { why: 'a limit of a few calls', limit: 10, own: 0, others: 10, share: 1 },
])('the share of a process: $why', ({ limit, own, others, share }) => {
  expect(Math.round(shareOf({ limit, own, others }))).toBe(share)
})

test('of two processes that see the same calls, the one with fewer gains on the other', () => {
  const calls = fc.integer({ min: 10, max: 90 })
  fc.assert(
    fc.property(calls, calls, (few, many) => {
      fc.pre(few < many)
      const small = shareOf({ limit: 100, own: few, others: many })
      const large = shareOf({ limit: 100, own: many, others: few })
      expect(small / large).toBeGreaterThan(few / many)
      expect(small).toBeLessThanOrEqual(large)
    }),
  )
})
