import { createHmac } from 'node:crypto'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createBodyReader } from '../../src/webhooks/read-bodies.js'
import { createWorld, tokens } from '../support/world.js'

const MiB = 1024 * 1024
const url = 'https://crm.example/webhooks/hubspot'

/** Headers with the form of a signature that isn't one. */
const claim = () => ({
  'x-hubspot-signature-v3': `${'A'.repeat(43)}=`,
  'x-hubspot-request-timestamp': String(Date.now()),
})

/** A handler that receives webhooks. */
async function receiving(clientTimeout = 30_000) {
  const { sync } = await createWorld({ run: false })
  const handler = createHttpHandler({
    sync,
    auth: tokens,
    clientTimeout,
    webhooks: { clientSecret: 'a-secret' },
  })
  onTestFinished(() => handler.close())
  return handler
}

/** A delivery whose body is partly sent, and functions to continue it. */
function delivery(bytes: number, headers: Record<string, string> = claim()) {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given
      if (bytes > 0) given.enqueue(new Uint8Array(bytes).fill(32))
    },
    cancel() {
      isCancelled = true
    },
  })
  const request = new Request(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
  return {
    request,
    end: () => controller?.close(),
    breakOff: () => controller?.error(new Error('The client is gone.')),
    isCancelled: () => isCancelled,
  }
}

/** The problem in a reply. */
const problemOf = async (response: Response) =>
  (await response.json()) as { status: number; code: string; detail: string }

/** Lets all pending work proceed. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('an unsigned body is not waited for', () => {
  test.each<[string, Record<string, string>]>([
    ['without a signature', {}],
    ['with a signature of another form', { ...claim(), 'x-hubspot-signature-v3': 'AAAA' }],
    ['with an older signature of another form', { 'x-hubspot-signature': 'zz' }],
    ['with an old moment', { ...claim(), 'x-hubspot-request-timestamp': '1700000000000' }],
    ['with an announced length above 1 MiB', { ...claim(), 'content-length': String(MiB + 1) }],
  ])('%s', async (_, headers) => {
    const handler = await receiving()
    const { request } = delivery(10, headers)
    const { status } = await handler.fetch(request)
    expect(status).toBe('content-length' in headers ? 413 : 401)
  })

  test('beyond 1 MiB', async () => {
    const handler = await receiving()
    const { request, isCancelled } = delivery(MiB + 1)
    const response = await handler.fetch(request)
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
    expect(isCancelled()).toBe(true)
  })

  test.each([
    ['than HubSpot itself waits', 30_000, 5_000],
    ['than the handler waits for clients', 2_000, 2_000],
  ])('for longer %s', async (_, clientTimeout, ms) => {
    const handler = await receiving(clientTimeout)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { request, isCancelled } = delivery(10)
    const response = handler.fetch(request)
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect(isCancelled()).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const { status, code, detail } = await problemOf(await response)
    expect([status, code]).toEqual([408, 'BODY_TOO_SLOW'])
    expect(detail).toBe(`Expected the whole body within ${ms / 1_000} s.`)
    expect(isCancelled()).toBe(true)
  })

  test('where it ends early', async () => {
    const handler = await receiving()
    const { request, breakOff } = delivery(10)
    const response = handler.fetch(request)
    breakOff()
    expect(await problemOf(await response)).toMatchObject({
      status: 400,
      detail: 'The body ended early. Send it again.',
    })
  })

  test('once 16 MiB of others have begun after it', async () => {
    const handler = await receiving()
    const [oldest, ...others] = Array.from({ length: 16 }, () => delivery(MiB))
    const refusal = handler.fetch(oldest?.request as Request)
    const replies = others.map(({ request }) => handler.fetch(request))
    await settled()
    const next = delivery(1)
    next.end()
    expect((await handler.fetch(next.request)).status).toBe(401)
    const refused = await refusal
    expect(await problemOf(refused)).toMatchObject({ status: 503, code: 'TOO_MANY_BODIES' })
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(oldest?.isCancelled()).toBe(true)
    for (const { end } of others) end()
    const statuses = (await Promise.all(replies)).map(({ status }) => status)
    expect(new Set(statuses)).toEqual(new Set([401]))
  })

  test('and does not keep signed deliveries out, however many slow ones there are', async () => {
    const handler = await receiving()
    const replies = Array.from({ length: 40 }, () => handler.fetch(delivery(MiB - 1).request))
    await settled()
    const timestamp = String(Date.now())
    const signature = createHmac('sha256', 'a-secret').update(`POST${url}[]${timestamp}`)
    const headers = {
      'x-hubspot-signature-v3': signature.digest('base64'),
      'x-hubspot-request-timestamp': timestamp,
    }
    const genuine = await handler.fetch(new Request(url, { method: 'POST', body: '[]', headers }))
    expect(genuine.status).toBe(204)
    void replies
  })
})

test('50,000 chunks of one byte take 64 KiB of the budget, and arrive whole', async () => {
  const read = createBodyReader({ bytes: MiB, together: MiB + 64 * 1024, ms: 30_000 })
  const other = delivery(MiB)
  let left = 50_000
  const isRead = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (left-- > 0) return controller.enqueue(new Uint8Array([32]))
      isRead.resolve()
      await end.promise
      controller.close()
    },
  })
  const whole = read(new Request(url, { method: 'POST', body, duplex: 'half' } as RequestInit))
  await isRead.promise
  await settled()
  const large = read(other.request)
  await settled()
  other.end()
  expect(await large).toHaveLength(MiB)
  end.resolve()
  expect(String(await whole)).toBe(' '.repeat(50_000))
})
