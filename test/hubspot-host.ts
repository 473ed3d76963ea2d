import type { Portal } from '@hubsync/emulator'
import { onTestFinished } from 'vitest'

const HUBSPOT = 'https://api.hubapi.com'

const untouched = globalThis.fetch
const portals = new Map<string, Portal>()

/**
 * Has a portal answer what the running test fetches from HubSpot's host, or from another, until the test ends or the result is called.
 * It stands in for `fetch` itself: through sockets and TLS most of a test's time would go into those. What a socket does is for the
 * tests that put a portal on a port, and for those of the emulator and of the docs, which go through MSW. Servers of this machine are reached as ever.
 */
export function answerFor(portal: Portal, origin = HUBSPOT): () => void {
  portals.set(origin, portal)
  globalThis.fetch = fetchFromPortals
  const close = () => {
    if (portals.get(origin) === portal) portals.delete(origin)
    if (portals.size === 0) globalThis.fetch = untouched
  }
  onTestFinished(close)
  return close
}

async function fetchFromPortals(...given: Parameters<typeof fetch>): Promise<Response> {
  const request = new Request(...given)
  const { origin, hostname } = new URL(request.url)
  if (hostname === '127.0.0.1') return untouched(request)
  const portal = portals.get(origin)
  if (!portal) throw new Error(`Expected a portal to answer for ${origin}, but none does.`)
  const { signal } = request
  signal.throwIfAborted()
  // As the real `fetch`, it rejects at once when it is aborted, whatever the portal is doing.
  const givenUp = Promise.withResolvers<never>()
  const giveUp = () => givenUp.reject(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([portal.fetch(request), givenUp.promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
