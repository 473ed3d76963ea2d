import { createHttpHandler } from '@hubsync/http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createWorld, tokens } from '../support/world.js'

const MiB = 1024 * 1024
const url = 'https://crm.example/webhooks/hubspot'

/** What looks like a signature, and is none. */
const claim = () => ({
  'x-hubspot-signature-v3': `${'A'.repeat(43)}=`,
  'x-hubspot-request-timestamp': String(Date.now()),
})

/** A handler that receives webhooks. */
async function receiving(clientTimeout = 30_000) {
  const { sync } = await createWorld({ run: false })
  const handler = createHttpHandler({
    ...{ sync, auth: tokens, clientTimeout, webhooks: { clientSecret: 'a-secret' } },
  })
  onTestFinished(() => handler.close())
  return handler
}

/** A delivery whose body has begun to come, and how to go on with it. */
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
  return { request, end: () => controller?.close(), isCancelled: () => isCancelled }
}

const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code

/** Has everything that can go on by itself do so. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a body that nobody has signed is not waited for', () => {
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
    expect([response.status, await codeOf(response)]).toEqual([413, 'BODY_TOO_LARGE'])
    expect(isCancelled()).toBe(true)
  })

  test('for longer than HubSpot itself waits, or than the handler waits for clients', async () => {
    const handler = await receiving(20)
    const { request, isCancelled } = delivery(10)
    const response = await handler.fetch(request)
    expect([response.status, await codeOf(response)]).toEqual([408, 'BODY_TOO_SLOW'])
    expect(isCancelled()).toBe(true)
  })

  test('where 16 MiB of others are on their way', async () => {
    const handler = await receiving()
    const others = Array.from({ length: 16 }, () => delivery(MiB))
    const replies = others.map(({ request }) => handler.fetch(request))
    await settled()
    const refused = await handler.fetch(delivery(1).request)
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'TOO_MANY_BODIES'])
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    others[0]?.end()
    expect((await replies[0])?.status).toBe(401)
    const next = delivery(MiB)
    next.end()
    expect((await handler.fetch(next.request)).status).toBe(401)
    for (const { end } of others.slice(1)) end()
    expect(new Set((await Promise.all(replies)).map(({ status }) => status))).toEqual(
      new Set([401]),
    )
  })

  test('and is refused at last where its signature is wrong, however it was cut into pieces', async () => {
    const handler = await receiving()
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let piece = 0; piece < 50_000; piece++) controller.enqueue(new Uint8Array([32]))
        controller.close()
      },
    })
    const headers = claim()
    const request = new Request(url, { method: 'POST', headers, body, duplex: 'half' } as never)
    expect((await handler.fetch(request)).status).toBe(401)
  })
})
