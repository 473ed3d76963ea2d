import { fork } from 'node:child_process'
import { getEventListeners, once } from 'node:events'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createHubspotSync, memoryStore } from '@hubsync/core'
import { build } from 'tsup'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { silentHubspot } from './support/silent-hubspot.js'
import { createWorld } from './support/world.js'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
// Where HubSpot's client is found.
const script = path('../../packages/core/node_modules/.cache/closing-process.js')

beforeAll(async () => {
  await build({
    ...{ entry: [path('support/closing-process.ts')], outDir: dirname(script), format: 'esm' },
    ...{ target: 'node22', config: false, dts: false, silent: true, splitting: false },
    ...{ noExternal: [/^@hubsync\//, 'valibot'], tsconfig: path('../../tsconfig.json') },
    external: [/^@hubspot\/api-client/],
    esbuildOptions(options) {
      options.alias = { '@hubsync/core': path('../../packages/core/src/index.ts') }
    },
  })
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

  test('are let go when they have taken a minute', async () => {
    const hubspot = await silentHubspot(kind)
    const sync = createHubspotSync({
      ...{ store: memoryStore(), accessToken: 'a-token', baseUrl: hubspot.baseUrl },
    })
    onTestFinished(async () => {
      vi.useRealTimers()
      await sync.close()
    })
    const timers = vi.spyOn(globalThis, 'setTimeout')
    void sync.run().catch(() => {})
    await hubspot.called
    const due = timers.mock.calls.filter(([, ms]) => ms === 60_000)
    timers.mockRestore()
    for (const [giveUp] of due) giveUp()
    await hubspot.let()
  })

  test('keep no process alive that has closed its mirror', async () => {
    const hubspot = await silentHubspot(kind)
    const child = fork(script, [hubspot.baseUrl])
    onTestFinished(() => void child.kill('SIGKILL'))
    await hubspot.called
    child.send('close')
    expect(await once(child, 'exit')).toEqual([0, null])
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
    await expect(endless().run({ budgetMs: 20 })).rejects.toMatchObject({
      code: 'ABORTED',
      message: "The run's time is over, and it still waits for a token.",
    })
  })

  test('holds no run up whose mirror is closed', async () => {
    const sync = endless()
    const run = sync.run()
    await sync.close()
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test('keeps no process alive that has closed its mirror', async () => {
    const child = fork(script, ['http://127.0.0.1:9', 'never'])
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child, 'message')
    child.send('close')
    expect(await once(child, 'exit')).toEqual([0, null])
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
  /** A token function that answers when the test wants it to, and when it is first asked. */
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
    // One that is heard by nobody ends the process, and this test.
    late.reject(new Error('too late'))
    await setImmediate()
  })
})
