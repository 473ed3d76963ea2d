import { createPortal } from '@hubsync/emulator'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createQuickClock } from '../../../test/quick-clock.js'
import { HubspotClient } from '../src/client/hubspot-client.js'
import { TokenSource } from '../src/client/token.js'
import type { ApiRequester } from '../src/client/transport.js'

/** Delays of a call before it leaves: connections are opened, and a commit blocks the event loop. */
interface HoldUp {
  connectMs: number
  busyMs: number
}

const open = { connectMs: 0, busyMs: 0 }
const busyMs = fc.integer({ min: 50, max: 400 })
const connectMs = fc.integer({ min: 0, max: 60 })

/** The delays of one call after another, repeated. One call of so many is delayed. */
function waysWith(heldUp: fc.Arbitrary<HoldUp>, oneIn: number) {
  const way = fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(open) }, heldUp)
  return fc.array(way, { minLength: 40, maxLength: 120 })
}

const portals = fc.integer({ min: 20, max: 190 })
const runs = { numRuns: 4, endOnFailure: true }

test('no call is refused for speed where a commit holds up calls while they connect', async () => {
  const ways = waysWith(fc.record({ connectMs, busyMs }), 25)
  await fc.assert(
    fc.asyncProperty(portals, ways, async (burst, ways) => {
      expect(await refusals(burst, ways)).toBe(0)
    }),
    runs,
  )
})

test('no call is refused for speed where commits hold up most calls before they leave', async () => {
  const ways = waysWith(fc.record({ connectMs: fc.constant(0), busyMs }), 2)
  await fc.assert(
    fc.asyncProperty(portals, ways, async (burst, ways) => {
      expect(await refusals(burst, ways)).toBe(0)
    }),
    runs,
  )
})

test('no call is refused for speed where commits hold up a few calls, and with them the replies to most', async () => {
  const ways = Array<HoldUp>(45).fill(open)
  for (const [index, connectMs, busyMs] of [
    [3, 1, 394],
    [7, 5, 130],
    [25, 18, 384],
    [33, 1, 387],
  ] as const)
    ways[index] = { connectMs, busyMs }
  expect(await refusals(187, ways)).toBe(0)
})

async function refusals(burst: number, ways: readonly HoldUp[]): Promise<number> {
  const { ask, portal } = clientOf(burst, ways)
  await Promise.all(Array.from({ length: 2.5 * burst }, ask))
  return portal.calls.filter(({ status }) => status === 429).length
}

function clientOf(burst: number, ways: readonly HoldUp[]) {
  const clock = createQuickClock()
  const portal = createPortal({ clock, limits: { burst }, latency: 300 })
  let sent = 0
  const requester: ApiRequester = {
    async apiRequest({ method, path, headers = {} }) {
      const { connectMs, busyMs } = ways[sent++ % ways.length] ?? { connectMs: 0, busyMs: 0 }
      if (connectMs > 0) await clock.sleep(connectMs)
      // Nothing else runs meanwhile.
      if (busyMs > 0) clock.set(clock.now() + busyMs)
      return portal.fetch(new Request(`https://api.hubapi.com${path}`, { method, headers }))
    },
  }
  const client = new HubspotClient({
    requester,
    clock,
    token: new TokenSource(portal.token, clock),
    apiVersion: '2026-03',
    timeoutMs: 60_000,
  })
  const nobody = { call() {}, retry() {}, answered() {}, wait() {} }
  const hubspot = client.observedBy(nobody)
  return { portal, ask: () => hubspot.ask(hubspot.endpoints.account()) }
}
