import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sideBySide, type Walk } from '../src/extract/side-by-side.js'

type Range = { from: number; to: number }

/** A list of numbers with ten per page. A range is from the first number to before the last. */
function numberWalk(numbers: number[], width: number): Walk<Range, number[]> {
  const end = Math.max(0, ...numbers) + 1
  return {
    width: () => width,
    async read({ from }) {
      // Pages arrive in another order than they were requested.
      for (let turn = 0; turn < (from * 7) % 5; turn++) await Promise.resolve()
      return numbers.filter((number) => number >= from).slice(0, 10)
    },
    advance({ from, to }, page) {
      const found = page.filter((number) => number < to)
      const last = page.at(-1) ?? end
      const ends = found.length < page.length || page.length < 10 || last + 1 >= to
      return { found, next: ends ? [] : [{ from: Math.max(from, last + 1), to }] }
    },
    pagesLeft: ({ from, to }) => (to - from) / 10,
    cut({ from, to }, parts) {
      const border = Math.floor(from + (to - from) / parts)
      return border > from
        ? [
            { from, to: border },
            { from: border, to },
          ]
        : undefined
    },
  }
}

const numberSet = fc
  .uniqueArray(fc.nat(3_000), { maxLength: 400 })
  .map((all) => all.sort((a, b) => a - b))

test('reading side by side finds everything once, whatever the width', async () => {
  await fc.assert(
    fc.asyncProperty(numberSet, fc.integer({ min: 1, max: 9 }), async (numbers, width) => {
      const found: number[] = []
      for await (const page of sideBySide(numberWalk(numbers, width), [{ from: 0, to: 3_001 }]))
        found.push(...page.found)
      expect(found.sort((a, b) => a - b)).toEqual(numbers)
    }),
  )
})

test('reading goes on from the positions of any page, and misses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      numberSet,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(30),
      async (numbers, width, stop) => {
        const found = new Set<number>()
        let positions: Range[] = [{ from: 0, to: 3_001 }]
        let pages = 0
        for await (const page of sideBySide(numberWalk(numbers, width), positions)) {
          for (const number of page.found) found.add(number)
          positions = page.positions
          if (++pages > stop) break
        }
        for await (const page of sideBySide(numberWalk(numbers, width), positions))
          for (const number of page.found) found.add(number)
        expect([...found].sort((a, b) => a - b)).toEqual(numbers)
      },
    ),
  )
})

test('no more pages are under way than the width says', async () => {
  let underWay = 0
  let most = 0
  const walk = numberWalk(
    Array.from({ length: 900 }, (_, index) => index),
    4,
  )
  const counted: typeof walk = {
    ...walk,
    async read(position) {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      return walk.read(position)
    },
  }
  for await (const _ of sideBySide(counted, [{ from: 0, to: 1_000 }]));
  expect(most).toBe(4)
})
