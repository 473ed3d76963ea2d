import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createWebhookWorld, targetUrl } from './webhook-world.js'

const minutes = 60_000

/** A delivery of which something was changed after it was signed. */
const altered = async (
  request: Request,
  change: { headers?: Record<string, string | null>; body?: Uint8Array; url?: string },
) => {
  const headers = new Headers(request.headers)
  for (const [name, value] of Object.entries(change.headers ?? {}))
    if (value === null) headers.delete(name)
    else headers.set(name, value)
  const body = change.body ?? new Uint8Array(await request.clone().arrayBuffer())
  return new Request(change.url ?? request.url, { method: 'POST', headers, body })
}

const olderOnly = { 'x-hubspot-signature-v3': null, 'x-hubspot-request-timestamp': null }

describe('a delivery is refused, and changes nothing,', () => {
  test.each<[string, Parameters<typeof altered>[1], number]>([
    ['without a signature', { headers: { ...olderOnly, 'x-hubspot-signature': null } }, 0],
    ['with another signature', { headers: { 'x-hubspot-signature-v3': 'AAAA' } }, 0],
    ['with an empty signature', { headers: { 'x-hubspot-signature-v3': '' } }, 0],
    ['without a moment', { headers: { 'x-hubspot-request-timestamp': null } }, 0],
    ['with a malformed timestamp', { headers: { 'x-hubspot-request-timestamp': '1e13' } }, 0],
    ['older than five minutes', {}, 5 * minutes + 1],
    ['from more than five minutes ahead', {}, -5 * minutes - 1],
    ['with another body', { body: new TextEncoder().encode('[]') }, 0],
    ['with another query', { url: `${targetUrl}?more` }, 0],
    ['to another host', { url: 'https://evil.example/webhooks/hubspot' }, 0],
    [
      'with a wrong version 3 beside a right version 1',
      { headers: { 'x-hubspot-signature-v3': `${'A'.repeat(43)}=` } },
      0,
    ],
    [
      'with a wrong version 1',
      { headers: { ...olderOnly, 'x-hubspot-signature': '0'.repeat(64) } },
      0,
    ],
    [
      'with version 2, which webhooks do not have',
      { headers: { ...olderOnly, 'x-hubspot-signature-version': 'v2' } },
      0,
    ],
  ])('%s', async (_, change, later) => {
    const { portal, store, webhooks, receiver, clock } = await createWebhookWorld()
    const before = await store.readCheckpoint(String(portal.portalId), 'queue')
    portal.create('contacts', {})
    const request = await altered(webhooks.request(webhooks.pending), change)
    clock.set(clock.now() + later)
    const response = await receiver.receive(request)
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
    await receiver.drained()
    expect(await store.readCheckpoint(String(portal.portalId), 'queue')).toEqual(before)
    expect(portal.calls).toEqual([])
    expect(receiver.counts).toMatchObject({ refused: 1, deliveries: 0 })
  })

  test('signed with another secret', async () => {
    const { portal, receiver, clock } = await createWebhookWorld()
    const stranger = portal.webhooks({ url: targetUrl, clientSecret: 'another' })
    expect((await receiver.receive(stranger.request([]))).status).toBe(401)
    expect(clock.now()).toBeGreaterThan(0)
  })
})

describe('a delivery is taken', () => {
  test.each([-5 * minutes, 0, 5 * minutes])('%d ms from its timestamp', async (later) => {
    const { webhooks, receiver, clock } = await createWebhookWorld({ run: false })
    const request = webhooks.request([])
    clock.set(clock.now() + later)
    expect((await receiver.receive(request)).status).toBe(204)
  })

  test('with version 1 if there is no version 3', async () => {
    const { webhooks, receiver } = await createWebhookWorld({ run: false })
    const request = await altered(webhooks.request([]), { headers: olderOnly })
    expect((await receiver.receive(request)).status).toBe(204)
  })

  test.each([
    ['https://crm.example.com/in?app=7', undefined, 'https://crm.example.com/in?app=7'],
    ['https://crm.example.com/in?a=%3A%20%2f', undefined, 'https://crm.example.com/in?a=%3A%20%2f'],
    ['https://crm.example.com/in', 'https://crm.example.com', 'http://127.0.0.1:8080/in'],
    ['https://crm.example.com/in?app=7', 'https://crm.example.com/', 'http://crm:80/in?app=7'],
    ['https://crm.example.com/a/in', 'https://crm.example.com/a/in', 'http://127.0.0.1/in'],
    ['https://crm.example.com/a/in?x=1', 'https://crm.example.com/a/in', 'http://localhost/in?x=1'],
  ])(
    'that was sent to %s, with the public URL %s, and arrived at %s',
    async (url, publicUrl, arrivedAt) => {
      const { webhooks, receiver } = await createWebhookWorld({
        run: false,
        target: { url },
        receiver: { publicUrl },
      })
      const request = await altered(webhooks.request([]), { url: arrivedAt })
      expect((await receiver.receive(request)).status).toBe(204)
    },
  )

  test('whatever bytes its text has', async () => {
    const { webhooks, receiver } = await createWebhookWorld({ run: false })
    const request = webhooks.request([{ propertyValue: 'Łódź 😀 \u0000 \ud800' }])
    expect((await receiver.receive(request)).status).toBe(204)
  })
})

test('any flipped bit in body, timestamp, signature or address is refused', async () => {
  const { portal, webhooks, receiver, contacts, id } = await createWebhookWorld({
    target: { url: `${targetUrl}?app=7` },
  })
  const event = { subscriptionType: 'contact.creation', portalId: portal.portalId, objectId: 1 }
  const v3 = webhooks.request([event, { ...event, objectId: Number(id(contacts)), note: 'é' }])
  const v1 = await altered(v3, { headers: olderOnly })
  const parts = ['body', 'moment', 'signature', 'address', 'body of v1', 'signature of v1'] as const
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...parts), fc.nat(), fc.nat(7), async (part, place, bit) => {
      const flip = (bytes: Uint8Array) => {
        const flipped = Uint8Array.from(bytes)
        const at = place % flipped.length
        flipped[at] = (flipped[at] as number) ^ (1 << bit)
        return flipped
      }
      const flipText = (text: string) => Buffer.from(flip(Buffer.from(text))).toString('latin1')
      const request = part.endsWith('v1') ? v1 : v3
      const header = (name: string) => {
        const value = flipText(request.headers.get(name) as string)
        // A header can't contain other characters.
        fc.pre(/^[\x21-\x7e\x80-\xff]+$/.test(value))
        return { headers: { [name]: value } }
      }
      const changes = {
        body: async () => ({ body: flip(new Uint8Array(await request.clone().arrayBuffer())) }),
        moment: () => header('x-hubspot-request-timestamp'),
        signature: () => header(request === v1 ? 'x-hubspot-signature' : 'x-hubspot-signature-v3'),
        address: () => {
          const url = flipText(request.url)
          // Skips invalid URLs, and those that are normalised to the same URL.
          fc.pre(URL.canParse(url) && /^https?:/.test(url) && !/[#@]/.test(url))
          fc.pre(new URL(url).href !== request.url)
          return { url }
        },
      }
      const change = await changes[part.replace(' of v1', '') as keyof typeof changes]()
      expect((await receiver.receive(await altered(request, change))).status).toBe(401)
    }),
    { numRuns: 600, seed: 7 },
  )
  expect(receiver.counts).toMatchObject({ deliveries: 0, accepted: 0 })
  expect((await receiver.receive(v3)).status).toBe(204)
  expect((await receiver.receive(v1)).status).toBe(204)
})
