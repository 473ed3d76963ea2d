import { expect, test, vi } from 'vitest'
import { createClock, createPortal, type TestClock, type WebhookEvent } from '../src/index.js'

const url = 'https://hooks.example.com/in/hubspot?app=7'
const clientSecret = 'a secret'

/** A portal that sends as things happen, on a clock that only the test moves. */
const sendAutomatically = (answer: () => number) => {
  const clock = createClock({ autoAdvance: false })
  const portal = createPortal({ clock })
  const attempts: { at: number; attempt: unknown; type: unknown }[] = []
  const receive = async (request: Request) => {
    for (const event of (await request.json()) as WebhookEvent[])
      attempts.push({
        at: clock.now(),
        attempt: event.attemptNumber,
        type: event.subscriptionType,
      })
    return new Response(null, { status: answer() })
  }
  const webhooks = portal.webhooks({ url, clientSecret, automatic: true, fetch: receive })
  return { clock, portal, webhooks, attempts }
}
const HOUR = 3_600_000

test('a delivery that is refused is sent again later, and new events do not wait for it', async () => {
  let status = 503
  const { clock, portal, webhooks, attempts } = sendAutomatically(() => status)
  portal.create('contacts', {})
  await vi.waitFor(() => expect(webhooks.pending[0]?.attemptNumber).toBe(1))
  status = 204
  portal.create('companies', {})
  await vi.waitFor(() => expect(attempts.at(-1)?.type).toBe('company.creation'))
  expect(webhooks.pending).toMatchObject([{ subscriptionType: 'contact.creation' }])
  await clock.advance(HOUR)
  await vi.waitFor(() => expect(webhooks.pending).toEqual([]))
  expect(attempts.at(-1)).toMatchObject({ type: 'contact.creation', attempt: 1 })
})

test('a delivery is sent ten more times, spread over a day, and then given up', async () => {
  const { clock, portal, webhooks, attempts } = sendAutomatically(() => 503)
  portal.create('contacts', {})
  await vi.waitFor(() => expect(attempts.length).toBeGreaterThan(0))
  for (let passed = 0; passed < 26 * HOUR; passed += HOUR / 4) await clock.advance(HOUR / 4)
  await vi.waitFor(() => expect(webhooks.pending).toEqual([]))
  const moments = new Map(attempts.map(({ attempt, at }) => [attempt, at - attempts[0]!.at]))
  expect([...moments.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(moments.get(10)).toBeGreaterThan(12 * HOUR)
  expect(moments.get(10)).toBeLessThanOrEqual(24 * HOUR)
})

test('a whole day that passes at once has all attempts behind it', async () => {
  const { clock, portal, webhooks, attempts } = sendAutomatically(() => 503)
  portal.create('contacts', {})
  await vi.waitFor(() => expect(webhooks.pending[0]?.attemptNumber).toBe(1))
  await clock.advance(24 * HOUR)
  await vi.waitFor(() => expect(webhooks.pending).toEqual([]))
  expect(attempts.at(-1)?.attempt).toBe(10)
})

test('a delivery that waits does not move a clock that jumps by itself', async () => {
  const clock = createClock()
  const before = clock.now()
  const portal = createPortal({ clock })
  const receive = async () => new Response(null, { status: 503 })
  const webhooks = portal.webhooks({ url, clientSecret, automatic: true, fetch: receive })
  portal.create('contacts', {})
  await vi.waitFor(() => expect(webhooks.pending[0]?.attemptNumber).toBe(1))
  await clock.sleep(10)
  expect(clock.now()).toBe(before + 10)
})

test('a closed subscription sends nothing again', async () => {
  const { clock, portal, webhooks, attempts } = sendAutomatically(() => 503)
  portal.create('contacts', {})
  await vi.waitFor(() => expect(webhooks.pending[0]?.attemptNumber).toBe(1))
  const sent = attempts.length
  webhooks.close()
  await clock.advance(24 * HOUR)
  expect(attempts.length).toBe(sent)
})

test('on a running clock a delivery is sent again when the clock is advanced', async () => {
  let status = 503
  const portal = createPortal()
  const receive = async () => new Response(null, { status })
  const webhooks = portal.webhooks({ url, clientSecret, automatic: true, fetch: receive })
  portal.create('contacts', {})
  await vi.waitFor(() => expect(webhooks.pending[0]?.attemptNumber).toBe(1))
  status = 204
  await (portal.clock as TestClock).advance(HOUR)
  await vi.waitFor(() => expect(webhooks.pending).toEqual([]))
})

test('a receiver that throws is one that does not reply', async () => {
  const portal = createPortal()
  const webhooks = portal.webhooks({
    ...{ url, clientSecret },
    fetch: () => {
      throw new Error('not at home')
    },
  })
  portal.create('contacts', {})
  expect([...new Set(await webhooks.deliver())]).toEqual([0])
  expect(webhooks.pending[0]).toMatchObject({ attemptNumber: 1 })
})

test('a delivery that is under way when the portal is reset is not sent again', async () => {
  const refused = Promise.withResolvers<Response>()
  const receive = vi.fn(() => refused.promise)
  const portal = createPortal()
  const webhooks = portal.webhooks({ url, clientSecret, fetch: receive })
  portal.create('contacts', {})
  const delivered = webhooks.deliver()
  await vi.waitFor(() => expect(receive).toHaveBeenCalled())
  portal.reset()
  refused.resolve(new Response(null, { status: 503 }))
  await delivered
  expect(webhooks.pending).toEqual([])
})
