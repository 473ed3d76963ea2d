import type { Store } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { afterEach, expect, test, vi } from 'vitest'
import { caller, createWorld } from './support/world.js'

afterEach(() => void vi.useRealTimers())

test('/health answers within 5 seconds if the store never answers, and then asks it again', async () => {
  const { again, database } = await createWorld()
  const store = database.store()
  let isSilent = false
  let asked = 0
  const readCheckpoint: Store['readCheckpoint'] = async (...given) => {
    asked++
    return isSilent ? new Promise(() => {}) : store.readCheckpoint(...given)
  }
  const silent = new Proxy(store, {
    get: (target, name) => (name === 'readCheckpoint' ? readCheckpoint : Reflect.get(target, name)),
  })
  const call = caller(createHttpHandler({ sync: again({ store: silent }), auth: 'all' }), '')
  expect((await call('/health')).status).toBe(200)
  isSilent = true
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const before = asked
  const replies = Promise.all([call('/health'), call('/health')])
  await vi.advanceTimersByTimeAsync(5_000)
  for (const { status, body, headers } of await replies) {
    expect([status, body.code]).toEqual([503, 'STORE_FAILED'])
    expect(headers.get('retry-after')).toBe('5')
  }
  expect(asked).toBe(before + 1)
  isSilent = false
  expect((await call('/health')).status).toBe(200)
  expect(vi.getTimerCount()).toBe(0)
})
