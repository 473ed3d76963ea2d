import {
  createHubspotSync,
  HubsyncError,
  memoryStore,
  type RunOptions,
  type Store,
} from '@hubsync/core'
import { askedUntil } from '@hubsync/core/store'
import { createPortal } from '@hubsync/emulator'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../src/clock.js'
import { heedingStore } from '../src/sync/heeding-store.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/**
 * A mirror whose store keeps the commit of the first contacts to itself.
 *
 * @param answerMs - when the commit is made after all; left out: never.
 */
function slowMirror(answerMs?: number) {
  const portal = createPortal({ limits: false })
  portal.createMany('contacts', 3, () => ({}))
  const memory = memoryStore()
  const asked: string[] = []
  const kept = Promise.withResolvers<void>()
  let isFirst = true
  let givenUp: AbortSignal | undefined
  const commit: Store['commit'] = async (batch) => {
    if (!isFirst || !batch.rows?.some(({ rows }) => rows.length > 0)) return memory.commit(batch)
    isFirst = false
    givenUp = askedUntil()
    kept.resolve()
    asked.length = 0
    await new Promise<void>((done) => {
      if (answerMs !== undefined) setTimeout(done, answerMs)
    })
    return memory.commit(batch)
  }
  const store = new Proxy(memory, {
    get(target, name) {
      const member = name === 'commit' ? commit : Reflect.get(target, name)
      return (...given: unknown[]) => {
        asked.push(String(name))
        return Reflect.apply(member, target, given)
      }
    },
  })
  const sync = createHubspotSync({
    ...{ store, accessToken: portal.token },
    limits: { burst: 1e9, search: 1e9, associations: 1e9 },
    client: {
      apiRequest: ({ method, path, qs, body, headers }) =>
        portal.fetch(
          new Request(`https://api.hubapi.com${path}?${new URLSearchParams(qs)}`, {
            ...{ method, headers: { 'content-type': 'application/json', ...headers } },
            body: body === undefined ? null : JSON.stringify(body),
          }),
        ),
    },
  })
  const run = (given: Omit<RunOptions, 'jobs'>) => sync.run({ jobs: ['contacts'], ...given })
  return { sync, run, asked, kept: kept.promise, givenUp: () => givenUp }
}

test('a store that is slow has the commit under way, and the end of the run, written after the abort', async () => {
  const { run, sync, kept } = slowMirror(4_000)
  const stop = new AbortController()
  const report = run({ signal: stop.signal })
  await kept
  stop.abort()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(await report).toMatchObject({ jobs: { contacts: { created: 3 } } })
  expect(await sync.runs()).toMatchObject([{ status: (await report).status }])
})

test('a store that has been given up is asked nothing more', async () => {
  const { run, asked, kept } = slowMirror()
  const stop = new AbortController()
  const report = run({ signal: stop.signal }).catch((error: unknown) => error)
  await kept
  stop.abort()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await report).toMatchObject({ code: 'ABORTED' })
  expect(asked).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('a store hears that it was given up, through whatever is wrapped around it, and not before', async () => {
  const { run, givenUp, kept } = slowMirror()
  const stop = new AbortController()
  const report = run({ signal: stop.signal }).catch((error: unknown) => error)
  await kept
  stop.abort()
  await vi.advanceTimersByTimeAsync(4_999)
  expect(givenUp()?.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(await report).toBe(givenUp()?.reason)
})

test.each(['signal', 'close()'])(
  'a run that its %s ends is stopped on request, says its report',
  async (end) => {
    const { run, sync, kept } = slowMirror(1_000)
    const stop = new AbortController()
    const report = run({ signal: stop.signal })
    await kept
    if (end === 'signal') stop.abort()
    else void sync.close()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await report).toMatchObject({
      status: 'partial',
      jobs: { contacts: { reason: 'Stopped on request. Run again to go on from here.' } },
    })
  },
)

test('a store that was closed with its mirror ends the run as ABORTED, and one that others closed as CLOSED', async () => {
  const codes: string[] = []
  for (const isMirrors of [true, false]) {
    const memory = memoryStore()
    const closed = new HubsyncError('CLOSED', 'Expected an open store.')
    const answers = Promise.withResolvers<never>()
    const asked = Promise.withResolvers<void>()
    const stop = new AbortController()
    const store: Store = {
      ...memory,
      async missing() {
        asked.resolve()
        return answers.promise
      },
    }
    const heeding = heedingStore(store, systemClock, { signal: stop.signal })
    const answer = heeding.missing({ objects: [], pairs: [] })
    await asked.promise
    if (isMirrors) stop.abort()
    answers.reject(closed)
    codes.push(await answer.then(String, ({ code }) => code))
  }
  expect(codes).toEqual(['ABORTED', 'CLOSED'])
  expect(vi.getTimerCount()).toBe(0)
})

test('a run whose store was given up is not taken for running', async () => {
  const { run, sync, kept } = slowMirror()
  const report = run({ budgetMs: 1_000 }).catch((error: unknown) => error)
  await kept
  await vi.advanceTimersByTimeAsync(6_000)
  expect(await report).toMatchObject({ code: 'STORE_FAILED' })
  expect(await sync.running()).toEqual([])
})

test('a commit that comes to the store after that of a later run changes nothing', async () => {
  const { run, sync, kept } = slowMirror(7_000)
  const stop = new AbortController()
  const first = run({ signal: stop.signal }).catch((error: unknown) => error)
  await kept
  stop.abort()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await first).toMatchObject({ code: 'ABORTED' })
  expect(await run({})).toMatchObject({ status: 'complete' })
  const { results } = await sync.list('contacts')
  expect(results).toHaveLength(3)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await sync.list('contacts')).toMatchObject({ results })
  expect(await run({})).toMatchObject({ status: 'complete' })
})
