import { expect, test } from 'vitest'
import { someOf } from '../src/counted.js'

test.each([
  [2, 'p1, p2'],
  [6, 'p1, p2, p3, p4, p5 and 1 other'],
  [7, 'p1, p2, p3, p4, p5 and 2 others'],
])('a sentence about %i names has five of them, and the number of the others', (count, text) => {
  expect(someOf(Array.from({ length: count }, (_, index) => `p${index + 1}`))).toBe(text)
})
