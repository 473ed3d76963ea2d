import assert from 'node:assert/strict'
import { isHubsyncError, type Store } from '@hubsync/core'
import type { Batch, Checkpoint } from '@hubsync/core/store'
import { type ConformanceCase, migrated, storeCase } from '../conformance-case.js'
import { everything, expectRefusal } from '../read-back.js'
import { batch, companiesOf, edge, group, minute, portalId, row, rowsFrom } from '../sample-rows.js'

function move(expected: Checkpoint | null, next: Checkpoint, content: Partial<Batch> = {}): Batch {
  return batch({ ...content, checkpoint: { stream: 'contacts', expected, next } })
}

/** Content that changes every table. */
const content: Partial<Batch> = {
  at: minute(200),
  rows: [group('contacts', row('1', { at: 5 }), row('7')), group('companies', row('91'))],
  associations: [companiesOf('1')],
  tombstones: [{ object: 'contacts', id: '2', reason: 'purged', intoId: null }],
  run: {
    id: 'run-9',
    jobs: [],
    status: 'running',
    counts: null,
    error: null,
    startedAt: minute(9),
    finishedAt: null,
  },
  portal: {
    portalId,
    uiDomain: 'app.hubspot.com',
    timeZone: 'UTC',
    firstRunAt: minute(9),
    lastRunAt: minute(9),
  },
}

async function fill(store: Store): Promise<void> {
  const rows = [group('contacts', ...rowsFrom(1, 3)), group('companies', row('90'))]
  await store.commit(
    move(null, { page: 1 }, { rows, associations: [companiesOf('1', edge('90'))] }),
  )
}

async function expectConflict(commit: Promise<unknown>, stream = 'contacts'): Promise<void> {
  await expectRefusal(commit, 'CHECKPOINT_CONFLICT')
  await commit.catch((error: { stream?: string }) => assert.equal(error.stream, stream))
}

/** Increments a counter, in a commit with a row, and retries until it wins. */
async function count(store: Store, id: string): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const stored = await store.readCheckpoint(portalId, 'contacts')
    const next = { count: Number(stored?.count ?? 0) + 1 }
    try {
      await store.commit(move(stored, next, { rows: [group('contacts', row(id))] }))
      return
    } catch (error) {
      if (!isHubsyncError(error) || error.code !== 'CHECKPOINT_CONFLICT') throw error
    }
  }
  assert.fail('Expected the writer to win in the end')
}

export const compareAndSetCases: readonly ConformanceCase[] = [
  storeCase(2, 'A checkpoint is null until a commit sets it', async (store, place) => {
    assert.equal(await store.readCheckpoint(portalId, 'contacts'), null)
    await store.commit(move(null, { page: 1 }))
    assert.deepEqual(await store.readCheckpoint(portalId, 'contacts'), { page: 1 })
    await store.commit(move({ page: 1 }, { page: 2 }))
    const lines = await place.rows('sync_checkpoints')
    const seen = lines.map(({ portal_id, stream, state }) => ({ portal_id, stream, state }))
    assert.deepEqual(seen, [{ portal_id: portalId, stream: 'contacts', state: { page: 2 } }])
  }),

  storeCase(
    2,
    'Expecting no checkpoint is refused if there is one, and writes nothing',
    async (store, place) => {
      await fill(store)
      const before = await everything(place)
      await expectConflict(store.commit(move(null, { page: 2 }, content)))
      assert.deepEqual(await everything(place), before)
    },
  ),

  storeCase(
    2,
    'Expecting another checkpoint is refused, and writes nothing',
    async (store, place) => {
      await fill(store)
      const before = await everything(place)
      for (const wrong of [
        { page: 2 },
        { page: '1' },
        {},
        { page: 1, more: null },
      ] as Checkpoint[]) {
        await expectConflict(store.commit(move(wrong, { page: 3 }, content)))
        assert.deepEqual(await everything(place), before, `Expecting ${JSON.stringify(wrong)}`)
      }
    },
  ),

  storeCase(
    2,
    'Expecting a checkpoint is refused if there is none, and writes nothing',
    async (store, place) => {
      const before = await everything(place)
      for (const wrong of [{ page: 1 }, {}] as Checkpoint[])
        await expectConflict(store.commit(move(wrong, { page: 2 }, content)))
      assert.deepEqual(await everything(place), before)
    },
  ),

  storeCase(2, 'A checkpoint is expected as it was written or as it was read', async (store) => {
    const first: Checkpoint = {
      version: 1,
      state: { window: { to: minute(2), from: minute(1) }, a: null, pending: { b: ['1'], a: [] } },
      text: 'ü 😀 "quoted" \\ \u2028',
      numbers: [0.1, 1e21, -5, 9007199254740991],
    }
    await store.commit(move(null, first))
    const read = await store.readCheckpoint(portalId, 'contacts')
    assert.deepEqual(read, first)
    await store.commit(move(first, first))
    await store.commit(move(read, { page: 2 }))
    assert.deepEqual(await store.readCheckpoint(portalId, 'contacts'), { page: 2 })
  }),

  storeCase(
    2,
    'If two writers expect the same checkpoint, one wins and the other changes nothing',
    async (store, place) => {
      const writers = [store, await migrated(place)]
      let stored: Checkpoint | null = null
      for (let round = 1; round <= 10; round++) {
        const outcomes = await Promise.allSettled(
          writers.map((writer, index) =>
            writer.commit(
              move(
                stored,
                { round, writer: index },
                { rows: [group('contacts', row(`${round}0${index}`))] },
              ),
            ),
          ),
        )
        const winner = outcomes.findIndex(({ status }) => status === 'fulfilled')
        const loser = outcomes[1 - winner]
        assert.ok(loser?.status === 'rejected', `Round ${round} had two winners`)
        await expectConflict(Promise.reject(loser.reason))
        stored = await store.readCheckpoint(portalId, 'contacts')
        assert.deepEqual(stored, { round, writer: winner })
        const ids = await store.ids(portalId, 'contacts', { limit: 100 })
        assert.equal(ids.length, round)
        assert.ok(ids.includes(`${round}0${winner}`))
      }
    },
  ),

  storeCase(2, 'Writers that try again until they win lose nothing', async (store, place) => {
    const writers = [store, await migrated(place), await migrated(place), await migrated(place)]
    await Promise.all(
      writers.map(async (writer, index) => {
        for (let turn = 0; turn < 8; turn++) await count(writer, `${index + 1}${turn}`)
      }),
    )
    assert.deepEqual(await store.readCheckpoint(portalId, 'contacts'), { count: 32 })
    assert.equal((await place.rows('contacts')).length, 32)
    const entries = await store.changes(portalId, { limit: 100 })
    assert.equal(new Set(entries.map(({ seq }) => seq)).size, 32)
  }),

  storeCase(
    2,
    'Fences are moved with the checkpoint, or not at all if one is not as expected',
    async (store, place) => {
      await fill(store)
      const fence = (stream: string, expected: Checkpoint | null, next: Checkpoint) => ({
        stream,
        expected,
        next,
      })
      const first = [fence('pair', null, { moves: 1 }), fence('other', null, { moves: 1 })]
      await store.commit(move({ page: 1 }, { page: 2 }, { fences: first }))
      await store.commit(batch({ fences: [fence('pair', { moves: 1 }, { moves: 2 })] }))
      const before = await everything(place)
      for (const wrong of [null, { moves: 1 }]) {
        const fences = [
          fence('other', { moves: 1 }, { moves: 2 }),
          fence('pair', wrong, { moves: 3 }),
        ]
        const commit = store.commit(move({ page: 2 }, { page: 3 }, { ...content, fences }))
        await expectConflict(commit, 'pair')
        assert.deepEqual(await everything(place), before)
      }
      assert.deepEqual(await store.readCheckpoint(portalId, 'pair'), { moves: 2 })
      assert.deepEqual(await store.readCheckpoint(portalId, 'other'), { moves: 1 })
    },
  ),

  storeCase(
    2,
    'If two writers with different checkpoints share a fence, one wins and the other changes nothing',
    async (store, place) => {
      const writers = [store, await migrated(place)]
      for (let round = 1; round <= 10; round++) {
        const expected = await store.readCheckpoint(portalId, 'pair')
        const outcomes = await Promise.allSettled(
          writers.map(async (writer, index) => {
            const stream = `writer ${index}`
            return writer.commit({
              ...batch({ rows: [group('contacts', row(`${round}0${index}`))] }),
              checkpoint: {
                stream,
                expected: await writer.readCheckpoint(portalId, stream),
                next: { round },
              },
              fences: [{ stream: 'pair', expected, next: { round, writer: index } }],
            })
          }),
        )
        const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
        assert.equal(lost.length, 1, `Round ${round} had ${2 - lost.length} winners`)
        await expectConflict(Promise.reject(lost[0]?.reason), 'pair')
        assert.equal((await place.rows('contacts')).length, round)
      }
    },
  ),

  storeCase(2, 'Each stream has its own checkpoint, whatever its name', async (store) => {
    const streams = ['contacts', 'contacts:archive', "o'clock", 'Contacts', 'übrig 😀', 'contacts%']
    for (const [index, stream] of streams.entries())
      await store.commit(batch({ checkpoint: { stream, expected: null, next: { index } } }))
    for (const [index, stream] of streams.entries())
      assert.deepEqual(await store.readCheckpoint(portalId, stream), { index })
  }),

  storeCase(
    2,
    'checkpoints() returns all checkpoints of a portal by stream, and no others',
    async (store) => {
      assert.deepEqual(await store.checkpoints(portalId), new Map())
      for (const stream of ['contacts', "o'clock", 'übrig 😀'])
        await store.commit(batch({ checkpoint: { stream, expected: null, next: { of: stream } } }))
      const next = { of: 'another portal' }
      const checkpoint = { stream: 'deals', expected: null, next }
      await store.commit({ ...batch({ checkpoint }), portalId: '9' })
      assert.deepEqual(
        await store.checkpoints(portalId),
        new Map(['contacts', "o'clock", 'übrig 😀'].map((stream) => [stream, { of: stream }])),
      )
    },
  ),

  storeCase(
    2,
    'A commit without a checkpoint leaves every checkpoint as it is',
    async (store, place) => {
      await fill(store)
      const before = await place.rows('sync_checkpoints')
      await store.commit(batch({ ...content, at: minute(200) }))
      assert.deepEqual(await place.rows('sync_checkpoints'), before)
    },
  ),
]
