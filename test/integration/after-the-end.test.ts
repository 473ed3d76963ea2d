import { setImmediate } from 'node:timers/promises'
import { memoryStore, type SyncEvent } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { heldMirror, stoppableClock } from './support/held-mirror.js'

/** The pages of a list after its first. */
const laterPages = /\/contacts\?.*after=/
type Sync = ReturnType<typeof heldMirror>['sync']

/** Lets all pending work proceed. */
async function settle() {
  for (let turn = 0; turn < 20; turn++) await setImmediate()
}

/** A store whose commits of contacts fail. */
function failingStore() {
  const store = memoryStore()
  const { commit } = store
  return {
    ...store,
    commit: async (batch: Parameters<typeof commit>[0]) => {
      if (batch.rows?.some(({ rows }) => rows.length > 0)) throw new Error('the disk is full')
      return commit(batch)
    },
  }
}

describe('once it has ended, nothing is under way', () => {
  test.each([
    ['its calls are spent', { maxCalls: 3 }, {}],
    ['its store has failed', {}, { store: failingStore() }],
  ])('of a run, since %s', async (_, given, options) => {
    const { sync, calls } = heldMirror((call) => laterPages.test(call), options)
    const report = await sync.run({ jobs: ['contacts'], ...given })
    expect(calls.open).toBe(0)
    await settle()
    expect(calls.sent.some((call) => laterPages.test(call))).toBe(true)
    expect(calls.sent.length).toBe(report.calls)
  })

  test('of a run whose call waits for another attempt, and its listener hears nothing more', async () => {
    const clock = stoppableClock()
    const { sync, calls } = heldMirror(
      (call) => {
        if (!laterPages.test(call)) return false
        clock.stands = true
        return { status: 502 }
      },
      { clock, store: failingStore() },
    )
    const heard: SyncEvent[] = []
    const report = await sync.run({ jobs: ['contacts'], onEvent: (event) => heard.push(event) })
    const told = heard.length
    expect(clock.asleep).toBe(0)
    clock.stands = false
    await settle()
    expect(calls.sent.length).toBe(report.calls)
    expect(heard.length).toBe(told)
  })

  test('of a run whose calls wait for their turn', async () => {
    const clock = stoppableClock()
    const { sync, calls } = heldMirror(
      (call) => {
        if (call.includes('/objects/')) clock.stands = true
        return false
      },
      { clock, limits: { burst: 5 }, store: failingStore() },
    )
    const report = await sync.run({ jobs: ['contacts'] })
    expect(clock.asleep).toBe(0)
    expect(calls.sent.length).toBe(report.calls)
  })

  test.each([
    ['a verification', (sync: Sync) => sync.verify({ maxCalls: 3 })],
    [
      'a refresh',
      (sync: Sync) =>
        sync.refreshProperties({ properties: ['firstname'], objects: ['contacts'], maxCalls: 3 }),
    ],
  ])('of %s', async (_, work) => {
    let isHeld = false
    const { sync, calls } = heldMirror((call) => isHeld && laterPages.test(call))
    await sync.run()
    isHeld = true
    const before = calls.sent.length
    const report = await work(sync)
    await settle()
    expect(calls.open).toBe(0)
    expect(calls.sent.length - before).toBe(report.calls)
  })

  test.each([
    ['syncRecords()', (sync: Sync, ids: string[]) => sync.syncRecords('contacts', ids)],
    ['syncQueued()', (sync: Sync) => sync.syncQueued()],
  ])('of %s that has failed', async (_, work) => {
    let reads: undefined | number
    const { sync, calls, ids } = heldMirror((call) => {
      if (reads === undefined || !call.includes('/batch/read')) return false
      return ++reads === 2 ? { status: 403 } : true
    })
    await sync.run()
    await sync.enqueue(ids.map((id) => ({ object: 'contacts', id })))
    reads = 0
    await expect(work(sync, ids)).rejects.toMatchObject({ code: 'HUBSPOT_REJECTED' })
    await settle()
    expect(calls.open).toBe(0)
    expect(reads).toBeGreaterThan(2)
  })
})
