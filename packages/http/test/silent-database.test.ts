import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createHttpHandler } from '@hubsync/http'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { silentStore } from './support/silent-store.js'
import { caller, createWorld } from './support/world.js'

afterEach(() => void vi.useRealTimers())

/** A handler whose database no longer answers. */
async function silentHandler() {
  const { again, database, ids } = await createWorld({ onPort: true })
  const { store, asked, fallSilent } = silentStore(database.store())
  const sync = again({ store })
  const errors: unknown[] = []
  const logger = { debug() {}, info() {}, warn() {}, error: (told: unknown) => errors.push(told) }
  const handler = createHttpHandler({ sync, auth: 'all', logger })
  onTestFinished(() => handler.close())
  const [run] = await sync.runs()
  fallSilent()
  return { handler, asked, errors, id: ids.contacts[0] as string, runId: run?.id as string }
}

type Ids = { id: string; runId: string }

const routes: Record<string, (ids: Ids) => [path: string, init?: RequestInit]> = {
  'a page': () => ['/contacts'],
  'a record': ({ id }) => [`/contacts/${id}`],
  'its companies': ({ id }) => [`/contacts/${id}/companies`],
  changes: () => ['/changes'],
  'the status': () => ['/status'],
  runs: () => ['/etl/hubspot/runs'],
  'a run': ({ runId }) => [`/etl/hubspot/runs/${runId}`],
  'the status page': () => ['/'],
  'a job to start': () => ['/etl/hubspot/contacts', { method: 'POST' }],
}

test.each(Object.keys(routes))(
  'a database that never answers is reported after 30 seconds: %s',
  async (name) => {
    const { handler, asked, ...ids } = await silentHandler()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const [path, init] = routes[name]?.(ids) ?? ['']
    const reply = caller(handler, 'all')(path, init)
    await vi.advanceTimersByTimeAsync(29_999)
    expect(asked.until?.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    const { status, body, headers } = await reply
    expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'STORE_FAILED', '5'])
    expect(body.detail).toBe('The database did not answer within 30 seconds.')
    expect(asked.until?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  },
)

test.each(Object.keys(routes))('if a client leaves, its read is given up: %s', async (name) => {
  const { handler, asked, errors, ...ids } = await silentHandler()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const [path, init] = routes[name]?.(ids) ?? ['']
  const client = new AbortController()
  const reply = caller(handler, 'all')(path, { ...init, signal: client.signal })
  await vi.waitUntil(() => asked.count > 0)
  client.abort()
  expect((await reply).status).toBe(499)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked.until?.aborted).toBe(true)
  expect(errors).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('if a client closes its connection, its read is given up', async () => {
  const { handler, asked } = await silentHandler()
  const server = createServer(handler.listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [accepted] = (await once(server, 'connection')) as [Socket]
  socket.write('GET /contacts HTTP/1.1\r\nhost: crm.example\r\nauthorization: Bearer all\r\n\r\n')
  await vi.waitUntil(() => asked.count > 0)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const gone = once(accepted, 'close')
  socket.destroy()
  await gone
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked.until?.aborted).toBe(true)
})

test('a client that leaves does not end the check of /health for others', async () => {
  const { handler, asked } = await silentHandler()
  const call = caller(handler, '')
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const client = new AbortController()
  const replies = [call('/health', { signal: client.signal }), call('/health')] as const
  await vi.waitUntil(() => asked.count > 0)
  client.abort()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(asked.until?.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1_000)
  expect((await replies[1]).body.detail).toBe('The database did not answer within 5 seconds.')
})
