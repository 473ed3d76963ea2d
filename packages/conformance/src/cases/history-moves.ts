import assert from 'node:assert/strict'
import { type ConformanceCase, historyCase } from '../conformance-case.js'
import { everything } from '../read-back.js'
import { entry, gapsOf, gone, historyOf, read, readingOf, rowWith } from '../sample-history.js'
import { batch, group, minute, otherPortalId, portalId } from '../sample-rows.js'

const secret = 'swordfish-8112'

export const historyMoveCases: readonly ConformanceCase[] = [
  historyCase(
    'The history of a purged record is erased, and nobody else’s',
    async (store, place) => {
      const given = { stage: [entry(9, secret), entry(8, secret)] }
      await read(store, 100, '1', { stage: readingOf(1) })
      await read(store, 100, '2', { stage: readingOf(1) })
      await read(store, 200, '2', given)
      assert.deepEqual(await gapsOf(store, '2'), [[1, 8]])
      await store.commit(batch({ at: minute(300), tombstones: [gone('2')] }))
      assert.deepEqual(await historyOf(store, '2'), [])
      assert.deepEqual(await gapsOf(store, '2'), [])
      assert.deepEqual(await historyOf(store, '1'), ['1 v1'])
      assert.ok(!JSON.stringify(await everything(place)).includes(secret))
      assert.deepEqual(await place.rows('contacts_history_gaps'), [])
    },
  ),

  historyCase(
    'The history of a merged record goes to the winner, where that has nothing of that moment',
    async (store) => {
      await read(store, 100, '1', { stage: readingOf(2, 4) })
      await read(store, 100, '2', { stage: [entry(4, 'other'), entry(3), entry(1)] })
      await read(store, 100, '2', { owner: readingOf(1) })
      await read(store, 200, '2', { owner: readingOf(5) })
      await store.commit(batch({ at: minute(300), tombstones: [gone('2', '1')] }))
      assert.deepEqual(await historyOf(store, '1'), ['1 v1 of 2', '2 v2', '3 v3 of 2', '4 v4'])
      assert.deepEqual(await historyOf(store, '2'), [])
      assert.deepEqual(await gapsOf(store, '1', 'owner'), [[1, 5]])
      assert.deepEqual(await gapsOf(store, '2', 'owner'), [])
    },
  ),

  historyCase('What was merged in is no overlap, until HubSpot gives it', async (store) => {
    await read(store, 100, '1', { stage: readingOf(2) })
    await read(store, 100, '2', { stage: readingOf(1, 5) })
    await store.commit(batch({ at: minute(200), tombstones: [gone('2', '1')] }))
    await read(store, 300, '1', { stage: readingOf(2, 6) })
    assert.deepEqual(await gapsOf(store, '1'), [])
    assert.deepEqual(await historyOf(store, '1'), ['1 v1 of 2', '2 v2', '5 v5 of 2', '6 v6'])
    const counts = await read(store, 400, '1', { stage: readingOf(2, 5, 6) })
    assert.deepEqual(counts, { added: 1, gaps: 0, filled: 0, tied: 0 })
    assert.deepEqual(await historyOf(store, '1'), ['1 v1 of 2', '2 v2', '5 v5', '6 v6'])
  }),

  historyCase('A history that was merged twice tells of its first record', async (store) => {
    await read(store, 100, '2', { stage: readingOf(1) })
    await read(store, 100, '3', { stage: readingOf(2) })
    await read(store, 100, '1', { stage: readingOf(3) })
    const tombstones = [gone('2', '3'), gone('3', '1')]
    await store.commit(batch({ at: minute(200), tombstones }))
    assert.deepEqual(await historyOf(store, '1'), ['1 v1 of 2', '2 v2 of 3', '3 v3'])
  }),

  historyCase('A merged record’s history is not stored again', async (store) => {
    await read(store, 100, '1', { stage: readingOf(1) })
    await store.commit(batch({ tombstones: [gone('2', '1')] }))
    assert.equal(await read(store, 200, '2', { stage: readingOf(5) }), undefined)
    assert.deepEqual(await historyOf(store, '2'), [])
    assert.deepEqual(await historyOf(store, '1'), ['1 v1'])
  }),

  historyCase('Histories of portals are separate', async (store) => {
    const of = (id: string, at: number) =>
      batch({
        portalId: id,
        rows: [group('contacts', rowWith('1', { stage: readingOf(at, at + 1) }))],
      })
    await store.commit(of(portalId, 1))
    await store.commit(of(otherPortalId, 8))
    assert.deepEqual(await historyOf(store, '1'), ['1 v1', '2 v2'])
    assert.deepEqual(await historyOf(store, '1', 'stage', otherPortalId), ['8 v8', '9 v9'])
    assert.deepEqual(await gapsOf(store, '1', 'stage', otherPortalId), [])
    await store.commit(batch({ portalId: otherPortalId, tombstones: [gone('1')] }))
    assert.deepEqual(await historyOf(store, '1'), ['1 v1', '2 v2'])
    assert.deepEqual(await historyOf(store, '1', 'stage', otherPortalId), [])
  }),

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

  historyCase(
    'A reading at HubSpot’s limit has no gap where the history of a loser is stored, moved or not',
    async (store) => {
      const loser = Array.from({ length: 48 }, (_, index) => index + 1)
      const given = readingOf(...loser.slice(4), 50)
      const winning = (id: string, merged: string) => {
        const { raw, ...row } = rowWith(id, { stage: given })
        const properties = { ...raw.properties, hs_merged_object_ids: merged }
        return { ...row, raw: { ...raw, properties } }
      }
      for (const id of ['2', '4', '6']) await read(store, 100, id, { stage: readingOf(50) })
      for (const id of ['1', '3', '5'])
        for (const end of [40, 48])
          await read(store, 110, id, { stage: readingOf(...loser.slice(0, end).slice(-44)) })
      const rows = [group('contacts', winning('2', '1;99'), winning('6', '99'))]
      await store.commit(batch({ at: minute(200), rows }))
      const tombstones = [gone('1', '2'), gone('3', '4'), gone('5', '6')]
      await store.commit(batch({ at: minute(210), tombstones }))
      const late = [group('contacts', winning('4', '3'))]
      await store.commit(batch({ at: minute(220), rows: late }))
      for (const id of ['2', '4']) assert.deepEqual(await gapsOf(store, id), [])
      for (const id of ['2', '4', '6']) assert.equal((await historyOf(store, id)).length, 49)
      assert.deepEqual(await gapsOf(store, '6'), [[null, 5]])
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
