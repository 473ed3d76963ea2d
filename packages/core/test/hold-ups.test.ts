import { createClock, createPortal } from '@hubsync/emulator'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HubspotClient } from '../src/client/hubspot-client.js'
import { TokenSource } from '../src/client/token.js'
import type { ApiRequester } from '../src/client/transport.js'

/** What happens to a call before it leaves: connections are made, and the event loop is busy with a commit. */
interface HoldUp {
  connectMs: number
  busyMs: number
}

const onItsWay = fc.constant({ connectMs: 0, busyMs: 0 })
const heldUp = fc.record({
  connectMs: fc.integer({ min: 0, max: 60 }),
  busyMs: fc.integer({ min: 50, max: 400 }),
})
/** Most calls leave at once. */
const holdUps = fc.array(fc.oneof({ weight: 25, arbitrary: onItsWay }, heldUp), {
  minLength: 40,
  maxLength: 120,
})

test('no call is refused for speed, whatever holds calls up after their turn has come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 20, max: 190 }), holdUps, async (burst, ways) => {
      const { ask, portal } = clientOf(burst, ways)
      await Promise.all(Array.from({ length: 2.5 * burst }, ask))
      expect(portal.calls.filter(({ status }) => status === 429)).toHaveLength(0)
    }),
    { numRuns: 4, endOnFailure: true },
  )
})

function clientOf(burst: number, ways: readonly HoldUp[]) {
  const clock = createClock()
  const portal = createPortal({ clock, limits: { burst }, latency: 300 })
  let sent = 0
  const requester: ApiRequester = {
    async apiRequest({ method, path, headers = {} }) {
      const { connectMs, busyMs } = ways[sent++ % ways.length] ?? { connectMs: 0, busyMs: 0 }
      if (connectMs > 0) await clock.sleep(connectMs)
      // Nothing else gets to run meanwhile.
      if (busyMs > 0) clock.set(clock.now() + busyMs)
      return portal.fetch(new Request(`https://api.hubapi.com${path}`, { method, headers }))
    },
  }
  const client = new HubspotClient({
    requester,
    clock,
    token: new TokenSource(portal.token, clock),
    apiVersion: '2026-03',
  })
  const nobody = { call() {}, retry() {}, answered() {}, wait() {} }
  const hubspot = client.observedBy(nobody)
  return { portal, ask: () => hubspot.ask(hubspot.endpoints.account()) }
}
