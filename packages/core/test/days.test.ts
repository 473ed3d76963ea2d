import { expect, test } from 'vitest'
import { dayIn, nextMidnight } from '../src/client/limits.js'

test.each([
  ['Europe/Vienna', '2026-11-30T22:59:59.000Z', '2026-11-30'],
  ['Europe/Vienna', '2026-11-30T23:00:00.000Z', '2026-12-01'],
  ['US/Eastern', '2026-03-08T04:59:59.000Z', '2026-03-07'],
  ['US/Eastern', '2026-03-08T05:00:00.000Z', '2026-03-08'],
  // The clocks go forward on this day, which has 23 hours.
  ['US/Eastern', '2026-03-09T03:59:59.000Z', '2026-03-08'],
  ['US/Eastern', '2026-03-09T04:00:00.000Z', '2026-03-09'],
  ['Nowhere/Else', '2026-11-30T23:59:59.000Z', '2026-11-30'],
])('in %s it is on %s the %s', (timeZone, at, day) => {
  expect(dayIn(Date.parse(at), timeZone)).toBe(day)
})

test.each([
  ['Europe/Vienna', '2026-11-30T22:59:59.500Z', '2026-11-30T23:00:00.000Z'],
  ['Nowhere/Else', '2026-11-30T08:30:00.000Z', '2026-12-01T00:00:00.000Z'],
])('the next midnight in %s after %s is %s', (timeZone, at, midnight) => {
  expect(nextMidnight(Date.parse(at), timeZone)).toBe(Date.parse(midnight))
})
