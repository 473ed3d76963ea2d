import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { batch, minute, otherPortalId, portalId, run } from '../sample-rows.js'

/** Writes runs with these ids, one per minute, in both portals. */
async function begin(store: Store, ...ids: string[]): Promise<void> {
  for (const [index, id] of ids.entries())
    for (const portal of [otherPortalId, portalId])
      await store.commit(batch({ portalId: portal, run: run(id, index + 1) }))
}

const idsOf = async (store: Store, startedBefore?: string, limit = 10) =>
  (await store.runs(portalId, { limit, startedBefore })).map(({ id }) => id)

export const forgottenRunCases: readonly ConformanceCase[] = [
  storeCase(16, 'Runs that are named are forgotten, and no others', async (store, place) => {
    await begin(store, 'a', 'b', 'c', 'd')
    const before = await store.runs(portalId, { limit: 10 })
    const ofOther = await store.runs(otherPortalId, { limit: 10 })
    await store.commit(batch({ forgetRuns: ['b', 'd', 'unknown'] }))
    const kept = before.filter(({ id }) => id === 'a' || id === 'c')
    assert.deepEqual(await store.runs(portalId, { limit: 10 }), kept)
    assert.deepEqual(await store.runs(otherPortalId, { limit: 10 }), ofOther)
    assert.equal((await place.rows('sync_runs')).length, 6)
  }),

  storeCase(16, 'A run that is forgotten may be written again', async (store) => {
    await begin(store, 'a', 'b')
    await store.commit(batch({ forgetRuns: ['a'] }))
    const ended = run('a', 1, { status: 'complete', finishedAt: minute(9) })
    await store.commit(batch({ run: ended, forgetRuns: ['b'] }))
    assert.deepEqual(await store.runs(portalId, { limit: 10 }), [ended])
  }),

  storeCase(14, 'Runs from before a moment are read newest first', async (store) => {
    await begin(store, 'c', 'a', 'd', 'b')
    assert.deepEqual(await idsOf(store, minute(3), 2), ['a', 'c'])
    assert.deepEqual(await idsOf(store, minute(9), 3), ['b', 'd', 'a'])
    assert.deepEqual(await idsOf(store, minute(1)), [])
  }),
]
