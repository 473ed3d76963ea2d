import { Client } from '@hubspot/api-client'
import { createHubspotSync, memoryStore } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { expect, onTestFinished, test } from 'vitest'
import type { ApiRequester } from '../src/client/transport.js'

test('a client that the program has besides keeps its retries', async () => {
  const portal = createPortal()
  portal.createMany('contacts', 1, () => ({}))
  const { url, close } = await portal.listen()
  onTestFinished(close)
  const own = new Client({ accessToken: portal.token, basePath: url, numberOfApiCallRetries: 2 })
  const sync = createHubspotSync({
    ...{ store: memoryStore(), accessToken: portal.token, baseUrl: url },
  })
  onTestFinished(() => sync.close())
  await sync.plan()
  portal.fault({ kind: 'error' })
  const { results } = await own.crm.objects.basicApi.getPage('contacts')
  expect(results).toHaveLength(1)
})

const MiB = 1024 * 1024

/** A reply of so many bytes, and the number of bytes that were read. */
function largeReply(bytes: number) {
  const piece = new Uint8Array(MiB).fill(32)
  const reply = { taken: 0, isCancelled: false, body: new ReadableStream<Uint8Array>() }
  reply.body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (reply.taken >= bytes) return controller.close()
        reply.taken += MiB
        controller.enqueue(piece)
      },
      cancel() {
        reply.isCancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return reply
}

/** What a run reports about HubSpot if each of its replies is one of these. */
async function runOn(bodies: (() => ReturnType<typeof largeReply>)[], status = 200) {
  const replies: ReturnType<typeof largeReply>[] = []
  const client: ApiRequester = {
    async apiRequest() {
      const reply = bodies[Math.min(replies.length, bodies.length - 1)]?.() ?? largeReply(0)
      replies.push(reply)
      return new Response(reply.body, { status })
    },
  }
  const clock = { now: Date.now, sleep: async () => {} }
  const sync = createHubspotSync({ store: memoryStore(), client: client as never, clock })
  onTestFinished(() => sync.close())
  return { replies, error: await sync.run().catch((error: unknown) => error) }
}

test.each([200, 500])('a reply is not read beyond 64 MiB, status %i', async (status) => {
  const { replies, error } = await runOn([() => largeReply(128 * MiB)], status)
  expect(error).toMatchObject({
    code: 'HUBSPOT_REPLY',
    message: expect.stringContaining('more than 64 MiB'),
  })
  expect(replies).toHaveLength(2)
  for (const { taken, isCancelled } of replies)
    expect({ taken, isCancelled }).toEqual({ taken: 65 * MiB, isCancelled: true })
})

test('a reply of 64 MiB is read whole', async () => {
  const { error } = await runOn([() => largeReply(64 * MiB)], 400)
  expect(error).toMatchObject({ code: 'HUBSPOT_REJECTED', status: 400 })
})

test('a client of HubSpot whose replies have no stream is read as before', async () => {
  const client = {
    apiRequest: async () => ({
      status: 401,
      headers: new Headers(),
      text: async () => '{"message":"no"}',
    }),
  }
  const sync = createHubspotSync({ store: memoryStore(), client: client as never })
  onTestFinished(() => sync.close())
  await expect(sync.run()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})
