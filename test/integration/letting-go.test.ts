import { getEventListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { createHubspotSync, memoryStore } from '@hubsync/core'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { silentHubspot } from './support/silent-hubspot.js'
import { buildClosingProcess } from './support/start-closing-process.js'
import { createWorld } from './support/world.js'

let start: Awaited<ReturnType<typeof buildClosingProcess>>

beforeAll(async () => {
  start = await buildClosingProcess('letting-go')
})

describe.each(['hang', 'drip'] as const)('calls to a HubSpot that lets them %s', (kind) => {
  test('are let go when the signal of their run aborts', async () => {
    const hubspot = await silentHubspot(kind)
    const sync = createHubspotSync({
      ...{ store: memoryStore(), accessToken: 'a-token', baseUrl: hubspot.baseUrl },
    })
    const stop = new AbortController()
    const run = sync.run({ signal: stop.signal })
    await hubspot.called
    stop.abort()
    expect(await run).toMatchObject({ status: 'partial' })
    await hubspot.let()
  })

  test('are let go when the mirror is closed', async () => {
    const hubspot = await silentHubspot(kind)
    const sync = createHubspotSync({
      ...{ store: memoryStore(), accessToken: 'a-token', baseUrl: hubspot.baseUrl },
    })
    const run = sync.run().catch((error: unknown) => error)
    await hubspot.called
    await sync.close()
    await hubspot.let()
    await run
  })

  test('are let go when they take longer than `requestTimeout`', async () => {
    const hubspot = await silentHubspot(kind)
    const sync = createHubspotSync({
      ...{ store: memoryStore(), accessToken: 'a-token', baseUrl: hubspot.baseUrl },
      requestTimeout: 500,
    })
    const run = sync.run().catch((error: unknown) => error)
    await hubspot.called
    await hubspot.let()
    await sync.close()
    await run
  })

  test('keep no process alive that has closed its mirror', async () => {
    const hubspot = await silentHubspot(kind)
    const child = start(hubspot.baseUrl, 'a-token')
    await hubspot.called
    expect(await child.close()).toEqual([0, null])
  })
})

test('a run listens once to its signal, however many calls are under way, and no longer than it goes on', async () => {
  const { portal, sync } = createWorld(memoryStore(), { portal: { latency: 300 } })
  portal.createMany('contacts', 500, () => ({}))
  const { signal } = new AbortController()
  const listening = new Set<number>()
  await sync.run({
    signal,
    onEvent: () => listening.add(getEventListeners(signal, 'abort').length),
  })
  expect([...listening]).toEqual([1])
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

describe('a token function that never answers', () => {
  const accessToken = () => new Promise<string>(() => {})
  const endless = () =>
    createHubspotSync({ store: memoryStore(), accessToken, baseUrl: 'http://127.0.0.1:9' })

  test('holds no run up whose signal aborts', async () => {
    const stop = new AbortController()
    const run = endless().run({ signal: stop.signal })
    stop.abort()
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('holds no run up whose time is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    onTestFinished(() => void vi.useRealTimers())
    const refused = expect(endless().run({ budgetMs: 20 })).rejects.toMatchObject({
      code: 'ABORTED',
      message:
        'The `accessToken` function had not answered when `budgetMs` was over. Check that function, or raise `budgetMs`.',
    })
    await vi.advanceTimersByTimeAsync(5_020)
    await refused
  })

  test('holds no run up whose mirror is closed', async () => {
    const sync = endless()
    const run = sync.run()
    await sync.close()
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('keeps no process alive that has closed its mirror', async () => {
    const child = start('http://127.0.0.1:9', 'never')
    await child.running
    expect(await child.close()).toEqual([0, null])
  })

  test('holds no renewal up in the middle of a run that is known', async () => {
    const { portal, again } = createWorld(memoryStore())
    await again().run()
    const stop = new AbortController()
    const sync = again({
      accessToken: ({ refused }) => {
        if (refused === undefined) return portal.token
        stop.abort()
        return accessToken()
      },
    })
    portal.fault({ kind: 'expired-token', path: 'objects', times: Number.POSITIVE_INFINITY })
    expect(await sync.run({ signal: stop.signal })).toMatchObject({ status: 'partial' })
  })
  /** A token function that answers when the test tells it to. Also reports when it is first called. */
  function lateToken() {
    const late = Promise.withResolvers<string>()
    const asked = Promise.withResolvers<void>()
    const accessToken = () => {
      asked.resolve()
      return late.promise
    }
    return { accessToken, asked: asked.promise, late }
  }

  test('serves a later run where it does answer, after its own was aborted', async () => {
    const { accessToken, asked, late } = lateToken()
    const { portal, again } = createWorld(memoryStore())
    const sync = again({ accessToken })
    const stop = new AbortController()
    const run = sync.run({ signal: stop.signal })
    await asked
    stop.abort()
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
    late.resolve(portal.token)
    expect(await sync.run()).toMatchObject({ status: 'complete' })
  })

  test('may fail once nobody waits for it', async () => {
    const { accessToken, asked, late } = lateToken()
    const { again } = createWorld(memoryStore())
    const sync = again({ accessToken })
    const run = sync.run()
    await asked
    await sync.close()
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
    // An unhandled rejection ends the process, and this test.
    late.reject(new Error('too late'))
    await setImmediate()
  })
})
