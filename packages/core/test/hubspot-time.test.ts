import { describe, expect, test } from 'vitest'
import { HubspotTime } from '../src/client/hubspot-time.js'

const SECOND = 1_000
const NOON = Date.parse('2026-06-01T12:00:00.000Z')

/** A machine whose clock is so many milliseconds ahead of HubSpot's, and what it concludes from replies. */
function machine(ahead: number) {
  const hubspot = { now: NOON }
  const own = () => hubspot.now + ahead
  const time = new HubspotTime({ now: own })
  /** A call that takes so long to arrive, and its reply so long to come back. */
  const call = (there: number, back: number) => {
    const sentAt = own()
    hubspot.now += there
    const headers = new Headers({ date: new Date(hubspot.now).toUTCString() })
    hubspot.now += back
    time.learn(headers, sentAt, own())
  }
  return { hubspot, time, call }
}

describe("HubSpot's clock", () => {
  test.each([
    ['ahead', 3_600 * SECOND],
    ['behind', -3_600 * SECOND],
  ])('is known to a second by a machine whose own is an hour %s', (_, ahead) => {
    const { hubspot, time, call } = machine(ahead)
    for (let calls = 0; calls < 20; calls++) {
      call(40, 73)
      expect(Math.abs(time.now - hubspot.now)).toBeLessThan(1.2 * SECOND)
    }
  })

  test("is this machine's where that is right", () => {
    const { hubspot, time, call } = machine(0)
    for (let calls = 0; calls < 20; calls++) {
      call(40, 10_000)
      expect(time.now).toBe(hubspot.now)
    }
  })

  test('is not known worse after a reply that took long', () => {
    const { hubspot, time, call } = machine(60 * SECOND)
    call(40, 73)
    const before = time.now - hubspot.now
    call(10_000, 30_000)
    expect(time.now - hubspot.now).toBe(before)
  })

  test('tells the moment before the first reply once that has come', () => {
    const { time, call } = machine(3_600 * SECOND)
    const asked = time.mark()
    call(40, 73)
    expect(Math.abs(Date.parse(asked()) - NOON)).toBeLessThan(1.2 * SECOND)
  })
})
