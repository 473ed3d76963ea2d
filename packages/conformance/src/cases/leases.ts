import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import type { Lease, LeaseRequest } from '@hubsync/core/store'
import { type ConformanceCase, migrated, placeCase, storeCase } from '../conformance-case.js'
import { everything } from '../read-back.js'
import { batch, minute, otherPortalId, portalId } from '../sample-rows.js'
import type { Place } from '../store-harness.js'

const asked = (
  want: LeaseRequest['want'],
  holder: string,
  jobs: string[],
  more: Partial<LeaseRequest> = {},
): LeaseRequest => ({ portalId, want, holder, jobs, at: minute(1), ...more })

const holders = (leases: readonly Lease[]) =>
  Object.fromEntries(leases.map(({ job, holder }) => [job, holder]))

/** Who holds what, as another process sees it. */
async function held(place: Place): Promise<Record<string, string>> {
  return holders(await (await migrated(place)).leases(portalId, minute(1)))
}

/** Two requests at once, each on a connection of its own. */
async function race(
  stores: readonly Store[],
  want: LeaseRequest['want'],
  jobs: string[],
  round: number,
): Promise<Record<string, string>[]> {
  const answers = stores.map((store, index) =>
    store.lease(asked(want, `holder ${index} of ${round}`, jobs)),
  )
  return (await Promise.all(answers)).map(holders)
}

export const leaseCases: readonly ConformanceCase[] = [
  storeCase(
    17,
    'A lease that was taken is there for all to see until its holder releases it',
    async (store, place) => {
      assert.deepEqual(await store.leases(portalId, minute(1)), [])
      const taken = await store.lease(asked('take', 'a', ['contacts', "o'clock 😀"]))
      assert.deepEqual(holders(taken), { contacts: 'a', "o'clock 😀": 'a' })
      for (const { startedAt, renewedAt, silentMs } of taken) {
        assert.match(startedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        assert.equal(renewedAt, startedAt)
        assert.ok(silentMs >= 0 && silentMs < 60_000, `Expected no silence, got ${silentMs} ms`)
      }
      const lines = await place.rows('sync_leases')
      const line = lines.find(({ job }) => job === 'contacts')
      assert.deepEqual([line?.portal_id, line?.holder, lines.length], [portalId, 'a', 2])
      assert.deepEqual(await held(place), { contacts: 'a', "o'clock 😀": 'a' })
      assert.deepEqual(await store.lease(asked('release', 'a', ['contacts'])), [])
      assert.deepEqual(await held(place), { "o'clock 😀": 'a' })
    },
  ),

  storeCase(17, 'A job that another holds is left to it, and others are taken', async (store) => {
    const [first] = await store.lease(asked('take', 'a', ['contacts']))
    const answer = await store.lease(asked('take', 'b', ['contacts', 'deals']))
    assert.deepEqual(holders(answer), { contacts: 'a', deals: 'b' })
    const { startedAt, renewedAt } = answer.find(({ job }) => job === 'contacts') as Lease
    assert.deepEqual([startedAt, renewedAt], [first?.startedAt, first?.renewedAt])
  }),

  storeCase(17, 'Who asks for all jobs or none gets none where one is held', async (store) => {
    await store.lease(asked('take', 'a', ['contacts']))
    const answer = await store.lease(asked('take all', 'b', ['deals', 'contacts']))
    assert.deepEqual(holders(answer), { contacts: 'a' })
    await store.lease(asked('release', 'a', ['contacts']))
    const again = await store.lease(asked('take all', 'b', ['deals', 'contacts']))
    assert.deepEqual(holders(again), { contacts: 'b', deals: 'b' })
  }),

  placeCase(17, 'Of several that ask for a job at once one gets it', async (place) => {
    const stores = [await migrated(place), await migrated(place), await migrated(place)]
    for (let round = 1; round <= 10; round++) {
      const [one, ...others] = await race(stores, 'take', ['contacts', 'deals'], round)
      const winner = one?.contacts
      assert.match(String(winner), new RegExp(`of ${round}$`))
      for (const answer of [one, ...others])
        assert.deepEqual(answer, { contacts: winner, deals: winner })
      assert.deepEqual(await held(place), { contacts: winner, deals: winner })
      const release = asked('release', String(winner), ['contacts', 'deals'])
      assert.deepEqual(await stores[0]?.lease(release), [])
    }
  }),

  storeCase(
    17,
    'A holder keeps its job while it renews the lease, and loses it by two minutes of silence',
    async (store, place) => {
      const [first] = await store.lease(asked('take', 'a', ['contacts']))
      await place.ageLeases(100_000)
      const [left] = await store.lease(asked('take', 'b', ['contacts']))
      assert.equal(left?.holder, 'a')
      assert.ok((left?.silentMs ?? 0) >= 100_000, `Expected a silence, got ${left?.silentMs} ms`)
      const [renewed] = await store.lease(asked('renew', 'a', ['contacts']))
      assert.ok((renewed?.silentMs ?? Number.NaN) < 60_000)
      assert.equal(renewed?.startedAt, first?.startedAt)
      await place.ageLeases(100_000)
      assert.deepEqual(holders(await store.lease(asked('take', 'b', ['contacts']))), {
        contacts: 'a',
      })
      await place.ageLeases(21_000)
      const [taken] = await store.lease(asked('take', 'b', ['contacts']))
      assert.equal(taken?.holder, 'b')
      assert.ok((taken?.silentMs ?? Number.NaN) < 60_000)
    },
  ),

  storeCase(
    17,
    'Who has lost a job neither renews nor releases it, nor gets back what is gone',
    async (store, place) => {
      await store.lease(asked('take', 'a', ['contacts', 'deals']))
      await place.ageLeases(121_000)
      await store.lease(asked('take', 'b', ['contacts']))
      const renewed = await store.lease(asked('renew', 'a', ['contacts', 'deals']))
      assert.deepEqual(holders(renewed), { contacts: 'b', deals: 'a' })
      const released = await store.lease(asked('release', 'a', ['contacts', 'deals']))
      assert.deepEqual(holders(released), { contacts: 'b' })
      await store.lease(asked('release', 'b', ['contacts']))
      assert.deepEqual(await store.lease(asked('renew', 'a', ['contacts'])), [])
      assert.deepEqual(await place.rows('sync_leases'), [])
    },
  ),

  storeCase(17, 'A job is taken from a holder that is known to be over', async (store) => {
    await store.lease(asked('take', 'a', ['contacts']))
    const [lease] = await store.lease(asked('take', 'b', ['contacts'], { over: ['x', 'a'] }))
    assert.equal(lease?.holder, 'b')
  }),

  storeCase(17, 'Leases of one portal are no others', async (store) => {
    await store.lease(asked('take', 'a', ['contacts']))
    const elsewhere = await store.lease(
      asked('take', 'b', ['contacts'], { portalId: otherPortalId }),
    )
    assert.deepEqual(holders(elsewhere), { contacts: 'b' })
    await store.lease(asked('release', 'b', ['contacts'], { portalId: otherPortalId }))
    assert.deepEqual(holders(await store.leases(portalId, minute(1))), { contacts: 'a' })
    assert.deepEqual(await store.leases(otherPortalId, minute(1)), [])
  }),

  storeCase(17, 'Leases and commits leave each other alone', async (store, place) => {
    await store.lease(asked('take', 'a', ['contacts']))
    const before = await place.rows('sync_leases')
    const checkpoint = { stream: 'contacts', expected: null, next: { page: 1 } }
    await store.commit(batch({ checkpoint }))
    assert.deepEqual(await place.rows('sync_leases'), before)
    await store.lease(asked('release', 'a', ['contacts']))
    assert.deepEqual(await store.readCheckpoint(portalId, 'contacts'), { page: 1 })
  }),

  placeCase(
    17,
    'A request that fails at any of its statements changes no lease, and can be repeated',
    async (place) => {
      const { store, failAt, failed } = place.failing()
      await (await migrated(place)).lease(asked('take', 'a', ['deals']))
      await store.leases(portalId, minute(1))
      const before = await everything(place)
      const request = asked('take', 'b', ['contacts', 'companies'])
      for (let statement = 1; ; statement++) {
        failAt(statement)
        const outcome = await store.lease(request).catch(() => 'failed')
        if (!failed()) {
          assert.deepEqual(holders(outcome as Lease[]), { companies: 'b', contacts: 'b' })
          break
        }
        assert.equal(outcome, 'failed', `Statement ${statement} failed unnoticed`)
        assert.deepEqual(await everything(place), before, `Statement ${statement} left something`)
        assert.ok(statement < 100, 'Expected the statements to come to an end')
      }
      assert.deepEqual(await held(place), { companies: 'b', contacts: 'b', deals: 'a' })
    },
  ),
]
