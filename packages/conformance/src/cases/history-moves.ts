import assert from 'node:assert/strict'
import type { Tombstone } from '@hubsync/core'
import { type ConformanceCase, historyCase } from '../conformance-case.js'
import { gapsOf, historyOf, read, readingOf, rowWith } from '../sample-history.js'
import { batch, group, minute } from '../sample-rows.js'

const gone = (id: string, intoId: string | null = null): Tombstone => ({
  ...{ object: 'contacts', id, intoId },
  reason: intoId === null ? 'purged' : 'merged',
})

export const historyMoveCases: readonly ConformanceCase[] = [
  historyCase(
    'The history of a record whose winner has been merged before goes to the last of the chain',
    async (store) => {
      await read(store, 100, '1', { stage: readingOf(1) })
      await read(store, 100, '2', { stage: readingOf(2) })
      await read(store, 100, '3', { stage: readingOf(3) })
      await read(store, 100, '4', { stage: readingOf(4) })
      await store.commit(batch({ at: minute(200), tombstones: [gone('2', '3')] }))
      await store.commit(batch({ at: minute(210), tombstones: [gone('3', '4')] }))
      await store.commit(batch({ at: minute(220), tombstones: [gone('1', '2')] }))
      assert.deepEqual(await historyOf(store, '4'), ['1 v1 of 1', '2 v2 of 2', '3 v3 of 3', '4 v4'])
      for (const id of ['1', '2', '3']) assert.deepEqual(await historyOf(store, id), [])
    },
  ),

  historyCase(
    'What was merged into a record moves on with it when that is merged too, gaps included',
    async (store) => {
      await read(store, 100, '1', { stage: readingOf(1, 2) })
      await read(store, 110, '1', { stage: readingOf(6, 7) })
      await read(store, 120, '2', { stage: readingOf(2, 4) })
      await read(store, 130, '3', { stage: readingOf(4, 8) })
      await store.commit(batch({ at: minute(200), tombstones: [gone('1', '2')] }))
      assert.deepEqual(await gapsOf(store, '2'), [[2, 6]])
      await store.commit(batch({ at: minute(210), tombstones: [gone('2', '3')] }))
      const moved = ['1 v1 of 1', '2 v2 of 2', '4 v4', '6 v6 of 1', '7 v7 of 1', '8 v8']
      assert.deepEqual(await historyOf(store, '3'), moved)
      assert.deepEqual(await gapsOf(store, '3'), [[2, 6]])
    },
  ),

  historyCase(
    'The history of a record whose winner has been purged before is erased',
    async (store, place) => {
      await read(store, 100, '1', { stage: readingOf(1) })
      await read(store, 200, '1', { stage: readingOf(9) })
      await read(store, 100, '2', { stage: readingOf(2) })
      await read(store, 100, '3', { stage: readingOf(3) })
      await store.commit(batch({ at: minute(300), tombstones: [gone('2', '3')] }))
      await store.commit(batch({ at: minute(310), tombstones: [gone('3')] }))
      await store.commit(batch({ at: minute(320), tombstones: [gone('1', '2')] }))
      assert.deepEqual(await place.rows('contacts_history'), [])
      assert.deepEqual(await place.rows('contacts_history_gaps'), [])
    },
  ),

  historyCase('Two records that are merged into each other lose their histories', async (store) => {
    await read(store, 100, '1', { stage: readingOf(1) })
    await read(store, 100, '2', { stage: readingOf(2) })
    await store.commit(batch({ at: minute(200), tombstones: [gone('1', '2')] }))
    await store.commit(batch({ at: minute(210), tombstones: [gone('2', '1')] }))
    assert.deepEqual(await historyOf(store, '1'), [])
    assert.deepEqual(await historyOf(store, '2'), [])
  }),

  historyCase(
    'Two readings of a batch that tell of one gap leave what the second one says',
    async (store) => {
      await read(store, 100, '1', { stage: readingOf(1) })
      const rows = [
        group('contacts', rowWith('1', { stage: readingOf(10, 11) })),
        group('contacts', rowWith('1', { stage: readingOf(5) })),
      ]
      const { history } = await store.commit(batch({ at: minute(200), rows }))
      assert.deepEqual(await gapsOf(store, '1'), [
        [1, 5],
        [5, 10],
      ])
      assert.deepEqual(await historyOf(store, '1'), ['1 v1', '5 v5', '10 v10', '11 v11'])
      assert.deepEqual(history?.contacts, { added: 3, gaps: 2, filled: 0, tied: 0 })
    },
  ),
]
