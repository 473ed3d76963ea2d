import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createQuickClock } from '../../../test/quick-clock.js'
import { RateBudget } from '../src/client/rate-budget.js'
import type { Clock } from '../src/clock.js'

describe('the rate budget', () => {
  test('lets no more calls through than a limit allows, in any window', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 90 }),
        async (limit, calls) => {
          const clock = createQuickClock({ now: 1_000_000 })
          const budget = new RateBudget(clock, { burst: limit })
          const left: number[] = []
          await Promise.all(
            Array.from({ length: calls }, async () => {
              await budget.take('burst', 0)
              left.push(clock.now())
            }),
          )
          for (const [index, at] of left.entries()) {
            const earlier = left[index - limit]
            if (earlier !== undefined) expect(at - earlier).toBeGreaterThanOrEqual(10_000)
          }
        },
      ),
      { numRuns: 12 },
    )
  })

  test('lets no more through either where calls come with pauses and timers fire late', async () => {
    const clock = createQuickClock({ now: 1_000_000 })
    let lateness = 0
    const late = {
      now: () => clock.now(),
      sleep: (ms: number, signal?: AbortSignal) => {
        lateness = (lateness + 70) % 190
        return clock.sleep(ms + lateness, signal)
      },
    }
    const budget = new RateBudget(late, { search: 5 })
    const left: number[] = []
    for (const calls of [1, 7, 3, 12, 2, 9]) {
      await Promise.all(
        Array.from({ length: calls }, async () => {
          await budget.take('search', 0)
          left.push(clock.now())
        }),
      )
      await clock.sleep(230 * calls)
    }
    for (const [index, at] of left.entries())
      expect(at - (left[index - 5] ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  test('makes up for the moment in which nothing was asked of it, but never at more than twice its pace', async () => {
    const clock = createQuickClock({ now: 1_000_000 })
    const budget = new RateBudget(clock, { burst: 100 })
    const left: number[] = []
    await Promise.all(
      Array.from({ length: 60 }, async () => {
        await budget.take('burst', 0)
        left.push(clock.now() - 1_000_000)
      }),
    )
    const gaps = left.map((at, index) => at - (left[index - 1] ?? at))
    expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(50)
    expect(left.at(-1)).toBeLessThan(5_100)
    expect(left.at(-1)).toBeGreaterThan(4_800)
  })

  test('serves the lower priority first, and the first come among equals', async () => {
    const clock = createQuickClock({ now: 0, autoAdvance: false })
    const budget = new RateBudget(clock, { search: 1 })
    const served: string[] = []
    const ask = (name: string, priority: number) =>
      budget.take('search', priority).then(() => served.push(name))
    const all = [ask('first', 5), ask('late b', 2), ask('late c', 2), ask('early', 1)]
    await clock.advance(10_000)
    await Promise.all(all)
    expect(served).toEqual(['first', 'early', 'late b', 'late c'])
  })

  test("learns the burst limit from HubSpot's headers, and the association limit of the small plans with it", () => {
    const budget = new RateBudget(createQuickClock())
    const headers = (max: string) =>
      new Headers({
        'x-hubspot-ratelimit-max': max,
        'x-hubspot-ratelimit-interval-milliseconds': '10000',
      })
    budget.learn(headers('190'))
    expect(Math.round(budget.spacing('burst'))).toBe(53)
    expect(Math.round(budget.spacing('associations'))).toBe(67)
    budget.learn(headers('100'))
    expect(Math.round(budget.spacing('associations'))).toBe(100)
    budget.learn(new Headers())
    expect(Math.round(budget.spacing('burst'))).toBe(100)
    budget.learn(headers('80'))
    expect(Math.round(budget.spacing('associations'))).toBe(125)
  })

  test.each([0.5, 1, 2.5, 2.9])(
    'keeps to %d searches a second also after a pause',
    async (search) => {
      const clock = createQuickClock({ now: 1_000_000 })
      const budget = new RateBudget(clock, { search })
      const left: number[] = []
      for (let index = 0; index < 30; index++) {
        if (index % 10 === 9) await clock.sleep(30_000)
        ;(await budget.take('search', 0)).answered()
        left.push(clock.now())
      }
      // At most so many in any period that has room for a whole number of them.
      const calls = Math.max(1, Math.floor(search))
      const windowMs = (calls / search) * 1_000
      for (const [index, at] of left.entries())
        expect(at - (left[index - calls] ?? -Infinity)).toBeGreaterThanOrEqual(windowMs)
    },
  )

  test('keeps to figures that the user fixed', () => {
    const budget = new RateBudget(createQuickClock(), { burst: 10 })
    budget.learn(new Headers({ 'x-hubspot-ratelimit-max': '190' }))
    expect(budget.spacing('burst')).toBeGreaterThan(1_000)
  })

  test('leaves the queue when its signal aborts, and lets the others go on', async () => {
    const clock = createQuickClock({ now: 0, autoAdvance: false })
    const budget = new RateBudget(clock, { search: 1 })
    const abort = new AbortController()
    await budget.take('search', 0)
    const given = budget.take('search', 0, abort.signal)
    const other = budget.take('search', 0)
    abort.abort()
    await expect(given).rejects.toMatchObject({ code: 'ABORTED' })
    await clock.advance(1_040)
    expect((await other).waited).toBeLessThanOrEqual(1_040)
  })

  test('serves who comes in the moment in which the last one leaves', async () => {
    const clock = createQuickClock({ now: 0, autoAdvance: false })
    const budget = new RateBudget(clock, { search: 1 })
    await budget.take('search', 0)
    const abort = new AbortController()
    const given = budget.take('search', 0, abort.signal)
    abort.abort()
    const next = budget.take('search', 0)
    await expect(given).rejects.toMatchObject({ code: 'ABORTED' })
    await clock.advance(1_040)
    expect((await next).waited).toBeLessThanOrEqual(1_040)
  })

  test('makes nobody wait for the time by which a clock is set back', async () => {
    const clock = createQuickClock({ now: 10_000_000, autoAdvance: false })
    const budget = new RateBudget(clock, { search: 1 })
    await budget.take('search', 0)
    clock.set(1_000)
    const next = budget.take('search', 0)
    await clock.advance(1_040)
    expect((await next).waited).toBeLessThanOrEqual(1_040)
  })

  test('calls that had no reply tell nothing of how long replies take', async () => {
    const clock = createQuickClock({ now: 1_000_000 })
    const budget = new RateBudget(clock, { search: 5 })
    await replies(30, budget, clock)
    for (let index = 0; index < 100; index++) (await budget.take('search', 0)).end()
    const before = clock.now()
    await replies(25, budget, clock)
    // Replies that take as long as the others are not late: five windows of a second.
    expect(clock.now() - before).toBeLessThan(5_500)
  })

  test('a call that never has its reply is not counted for ever', async () => {
    const clock = createQuickClock({ now: 1_000_000 })
    const budget = new RateBudget(clock, { search: 5 })
    await replies(30, budget, clock)
    for (let index = 0; index < 5; index++) await budget.take('search', 0)
    const before = clock.now()
    await budget.take('search', 0)
    expect(clock.now() - before).toBeLessThan(3_000)
  })

  test('nor one that was given up after long, while nobody asked', async () => {
    const clock = createQuickClock({ now: 1_000_000 })
    const budget = new RateBudget(clock, { search: 1 })
    await replies(30, budget, clock)
    const lost = await budget.take('search', 0)
    await clock.sleep(60_000)
    lost.end()
    const before = clock.now()
    await budget.take('search', 0)
    expect(clock.now()).toBe(before)
  })
})

/** Searches that all get their reply after 300 ms. */
async function replies(count: number, budget: RateBudget, clock: Clock): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      const turn = await budget.take('search', 0)
      await clock.sleep(300)
      turn.answered()
    }),
  )
}

test.each([
  ['2592000000', '100'],
  ['0', '100'],
  ['-1', '100'],
  ['1e300', '100'],
  ['10000', '0'],
  ['10000', '1e-9'],
  ['10000', '1e300'],
  ['10000', 'Infinity'],
  ['ten seconds', 'a hundred'],
])('no header is believed that says a limit of %s ms and %s calls', (interval, calls) => {
  const budget = new RateBudget(createQuickClock())
  budget.learn(new Headers({ 'x-hubspot-ratelimit-max': '190' }))
  const before = budget.spacing('burst')
  budget.learn(
    new Headers({
      'x-hubspot-ratelimit-max': calls,
      'x-hubspot-ratelimit-interval-milliseconds': interval,
      'x-hubspot-ratelimit-daily': '0',
      'x-hubspot-ratelimit-daily-remaining': '1e300',
    }),
  )
  expect(budget.spacing('burst')).toBe(before)
  expect(budget.daily).toBeUndefined()
})

test('an empty header is not a figure of 0', () => {
  const budget = new RateBudget(createQuickClock())
  budget.learn(
    new Headers({
      'x-hubspot-ratelimit-max': '190',
      'x-hubspot-ratelimit-daily': '250000',
      'x-hubspot-ratelimit-daily-remaining': '',
    }),
  )
  expect(budget.daily).toBeUndefined()
})
