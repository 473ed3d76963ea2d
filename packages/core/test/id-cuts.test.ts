import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALL_IDS, cutsByIds } from '../src/extract/id-cuts.js'

/** The parts into which a range is cut, and the ids in each, in the order of numbers or of texts. */
function partsOf(
  ids: readonly string[],
  cuts: readonly string[],
  isBefore: (id: string, cut: string) => boolean,
) {
  const ends = [...cuts, undefined]
  return ends.map((end, index) => {
    const begin = ends[index - 1]
    return ids.filter(
      (id) =>
        (begin === undefined || !isBefore(id, begin)) && (end === undefined || isBefore(id, end)),
    )
  })
}

test('a cut leaves fewer of the ids that were seen in each part, however HubSpot compares ids', () => {
  const id = fc
    .oneof(fc.integer({ min: 1, max: 9_999 }), fc.integer({ min: 1, max: 99_999_999 }))
    .map(String)
  const page = fc.uniqueArray(id, { minLength: 2, maxLength: 60 })
  const held = fc.integer({ min: 201, max: 200_000 })
  fc.assert(
    fc.property(page, held, (seen, held) => {
      const cuts = cutsByIds(seen, held, ALL_IDS)
      for (const isBefore of [
        (one: string, other: string) => Number(one) < Number(other),
        (one: string, other: string) => one < other,
      ])
        for (const part of cuts.length > 0 ? partsOf(seen, cuts, isBefore) : [])
          expect(part.length).toBeLessThan(seen.length)
    }),
    { numRuns: 2_000 },
  )
})

test('the lowest id, which is the last one by its text, cuts nothing', () => {
  const page = [
    '999',
    ...Array.from({ length: 199 }, (_, index) => String(1_000_000 + ((index * 77) % 199))),
  ]
  const cuts = cutsByIds(page, 40_001, { from: '999', before: null })
  expect(cuts).not.toContain('999')
  expect(cuts.length).toBeGreaterThan(0)
})
