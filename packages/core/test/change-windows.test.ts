import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Entry, type Habits, honest, SimulatedIndex, walk } from './support/simulated-index.js'

const SECOND = 1_000
const HOUR = 3_600_000
const MORNING = Date.parse('2026-06-01T00:00:00.000Z')

/** Numbers from 0 to 1, the same each time. */
function chance(): () => number {
  let state = 7
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** Records that changed at these times, with ids in no order. */
function changedAt(moments: readonly number[], listedWithin = 0): Entry[] {
  const random = chance()
  const ids = moments.map((_, index) => String(600_000_000_000 + index * 20_011))
  return moments.map((moment) => {
    const date = MORNING + moment
    const [id = ''] = ids.splice(Math.floor(random() * ids.length), 1)
    const listed = date + Math.round((random() - 0.5) * 2 * listedWithin)
    return { id, indexed: date, shown: date, listed }
  })
}

const evenly = (count: number, from: number, to: number) =>
  Array.from({ length: count }, (_, index) => Math.round(from + ((to - from) * index) / count))

/** A day with quiet and busy hours, imports, workflows, and one millisecond with thousands of changes. */
function roughDay(count: number): number[] {
  const random = chance()
  const moments: number[] = []
  for (let burst = 0; burst < 40; burst++) {
    const begin = random() * 24 * HOUR
    const length = [1, SECOND, 60 * SECOND, 600 * SECOND][burst % 4] as number
    const size = (0.002 + 0.025 * random()) * count
    for (let index = 0; index < size; index++) moments.push(Math.floor(begin + random() * length))
  }
  for (let hour = 0; hour < 24; hour++)
    for (let index = 0; index < 0.005 * count * (hour > 8 && hour < 18 ? 5 : 1); index++)
      moments.push(Math.floor((hour + random()) * HOUR))
  while (moments.length < count) moments.push(Math.floor(random() * 24 * HOUR))
  return moments.slice(0, count)
}

describe('a window of changes', () => {
  test.each([
    { what: 'nothing', moments: [], allowed: 1 },
    { what: '300 in five minutes', moments: evenly(300, HOUR, HOUR + 300 * SECOND), allowed: 1.5 },
    { what: '10,000 in three hours', moments: evenly(10_000, 0, 3 * HOUR), allowed: 1.5 },
    { what: '12,000 in one millisecond', moments: Array(12_000).fill(HOUR), allowed: 1.5 },
    { what: '5,000 in a second', moments: evenly(5_000, HOUR, HOUR + SECOND), allowed: 1.5 },
    { what: 'a rough day of 50,000', moments: roughDay(50_000), allowed: 2.1 },
  ])('costs at most $allowed times the least searches for $what', async ({ moments, allowed }) => {
    const index = new SimulatedIndex(changedAt(moments))
    const { named } = await walk(index, [{ from: MORNING, before: MORNING + 25 * HOUR }])
    expect(named.size).toBe(moments.length)
    const least = Math.max(1, Math.ceil(moments.length / honest.page))
    expect(index.searches / least).toBeLessThanOrEqual(allowed)
  })

  test.each([
    { what: 'by some seconds', within: 20 * SECOND },
    { what: 'by up to an hour', within: HOUR },
    { what: 'altogether', within: 1e6 * HOUR },
  ])(
    'costs at most three times the least searches where hits are out of order $what',
    async ({ within }) => {
      for (const moments of [evenly(10_000, 0, 3 * HOUR), roughDay(20_000)]) {
        const index = new SimulatedIndex(changedAt(moments, within))
        const { named } = await walk(index, [{ from: MORNING, before: MORNING + 25 * HOUR }])
        expect(named.size).toBe(moments.length)
        expect(index.searches / (moments.length / honest.page)).toBeLessThanOrEqual(3)
      }
    },
  )
})

const moment = fc
  .oneof(fc.nat(40), fc.constantFrom(7, 7, 8), fc.nat(10_000_000))
  .map((after) => MORNING + after)

const entries: fc.Arbitrary<Entry[]> = fc.uniqueArray(
  fc.record({
    id: fc
      .oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 9_000, max: 99_999 }))
      .map(String),
    indexed: moment,
    shown: moment,
    listed: moment,
  }),
  { selector: ({ id }) => id, maxLength: 40 },
)

const habits: fc.Arbitrary<Habits> = fc.record({
  page: fc.integer({ min: 2, max: 7 }),
  ids: fc.record({
    filter: fc.constantFrom('number', 'text'),
    sort: fc.constantFrom('number', 'text', 'none'),
  }),
  total: fc.constantFrom(
    (count: number) => count,
    () => 0,
    () => 250,
    (count: number) => 17 * count,
    () => Number.MAX_SAFE_INTEGER,
  ),
})

const window = [{ from: MORNING, before: MORNING + 10_000_001 }]

test('every record that the index has in a window is named, whatever the order, the dates and the total of the hits', async () => {
  await fc.assert(
    fc.asyncProperty(entries, habits, fc.integer({ min: 1, max: 3 }), async (all, how, atOnce) => {
      const { named, left } = await walk(new SimulatedIndex(all, how, atOnce), window)
      expect([...named].sort()).toEqual(all.map(({ id }) => id).sort())
      expect(left).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('a walk that is gone on with from what its last page left names the rest', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ all: entries, how: habits, atOnce: fc.integer({ min: 1, max: 3 }) }),
      fc.integer({ min: 1, max: 3 }),
      async ({ all, how, atOnce }, pages) => {
        const named = new Set<string>()
        for (let left = window; left.length > 0; ) {
          // As it is kept in a checkpoint.
          const parts = JSON.parse(JSON.stringify(left))
          const index = new SimulatedIndex(all, how, atOnce)
          const found = await walk(index, parts, (page) => page === pages)
          for (const id of found.named) named.add(id)
          left = found.left as typeof window
        }
        expect([...named].sort()).toEqual(all.map(({ id }) => id).sort())
      },
    ),
    { numRuns: 300 },
  )
})

test('a record that leaves a part while it is read hides none that stay', async () => {
  await fc.assert(
    fc.asyncProperty(entries, habits, fc.array(fc.nat(39)), async (all, how, leaving) => {
      const still = [...all]
      const index = new SimulatedIndex(all, how)
      const ask = index.ask.bind(index)
      index.ask = async (call) => {
        const reply = await ask(call)
        const next = leaving.pop()
        const [left] = next === undefined ? [] : still.splice(next, 1)
        if (left) index.remove(left.id)
        return reply
      }
      const { named, left } = await walk(index, window)
      // A millisecond may have few records left while the index still had more than a page of them. Such a part stays
      // open.
      for (const { from, before } of left) expect(before - from).toBe(1)
      const isOpen = ({ indexed }: Entry) =>
        left.some(({ from, before }) => indexed >= from && indexed < before)
      for (const entry of still) if (!isOpen(entry)) expect(named).toContain(entry.id)
    }),
    { numRuns: 300 },
  )
})

test('the hints that a checkpoint keeps of a part are few', async () => {
  const index = new SimulatedIndex(
    changedAt([...Array(12_000).fill(HOUR), ...evenly(3_000, 0, 3 * HOUR)]),
  )
  let largest = 0
  for (let left = [{ from: MORNING, before: MORNING + 3 * HOUR }]; left.length > 0; ) {
    left = (await walk(index, left, (page) => page === 1)).left as typeof left
    largest = Math.max(largest, JSON.stringify(left).length)
  }
  expect(largest).toBeLessThan(1_200)
})
