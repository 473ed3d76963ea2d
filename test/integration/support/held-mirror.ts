import {
  type ApiRequester,
  createHubspotSync,
  type HubspotSyncOptions,
  memoryStore,
} from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'

type Request = Parameters<ApiRequester['apiRequest']>[0]

/**
 * A mirror of 450 contacts whose HubSpot answers nothing to some calls, until they are given up.
 *
 * @param held - whether a call, as `POST /path?query`, is left without an answer, or what it is answered.
 */
export function heldMirror(
  held: (call: string) => boolean | { status: number; headers?: Record<string, string> },
  options: Partial<HubspotSyncOptions> = {},
) {
  const portal = createPortal({ limits: false })
  const ids = portal.createMany('contacts', 450, (index) => ({ firstname: `First ${index}` }))
  const calls = { sent: [] as string[], open: 0 }

  async function hold(signal: AbortSignal | undefined): Promise<never> {
    calls.open++
    await new Promise((done) => signal?.addEventListener('abort', done))
    calls.open--
    throw signal?.reason
  }

  async function apiRequest({ method, path, qs, body, headers, signal }: Request) {
    const url = `${path}?${new URLSearchParams(qs)}`
    const call = `${method} ${url}`
    calls.sent.push(call)
    const answer = held(call)
    if (answer === true) return hold(signal)
    if (answer) return new Response('{}', answer)
    return portal.fetch(
      new Request(`https://api.hubapi.com${url}`, {
        ...{ method, headers: { 'content-type': 'application/json', ...headers } },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    )
  }

  const sync = createHubspotSync({
    ...{ store: memoryStore(), accessToken: portal.token, client: { apiRequest } },
    limits: { burst: 1e9, search: 1e9, associations: 1e9 },
    ...{ associations: [], census: false },
    ...options,
  })
  return { portal, sync, calls, ids }
}

/** A clock whose sleeps end at once, until it is stopped. */
export function stoppableClock() {
  let now = Date.parse('2026-06-01T08:00:00.000Z')
  const clock = {
    stands: false,
    /** The number of sleepers while it is stopped. */
    asleep: 0,
    now: () => now,
    advance(ms: number) {
      now += ms
    },
    async sleep(ms: number, signal?: AbortSignal) {
      if (!clock.stands) {
        now += ms
        return
      }
      clock.asleep++
      await new Promise((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason)),
      ).finally(() => clock.asleep--)
    },
  }
  return clock
}
