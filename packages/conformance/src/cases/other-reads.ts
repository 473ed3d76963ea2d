import assert from 'node:assert/strict'
import type { ChangeEntry, Store } from '@hubsync/core'
import { type ConformanceCase, migrated, storeCase } from '../conformance-case.js'
import { paged } from '../read-back.js'
import {
  batch,
  companiesOf,
  edge,
  group,
  minute,
  portalId,
  row,
  rowsFrom,
  run,
} from '../sample-rows.js'

async function fillLinks(store: Store): Promise<void> {
  await store.commit(
    batch({
      rows: [
        group('contacts', ...rowsFrom(1, 12)),
        group('companies', row('90', { values: { name: 'Acme' } }), ...rowsFrom(91, 4)),
      ],
      associations: [
        companiesOf(
          '1',
          edge('92'),
          edge('90', 279),
          edge('90', 1, 'Owner', 'USER_DEFINED'),
          edge('90', 1),
        ),
        ...rowsFrom(2, 11).map(({ id }) => companiesOf(id, edge('90'), edge('90', 2))),
        { pair: 'contacts_contacts', fromId: '1', edges: [edge('2', 449)] },
      ],
    }),
  )
}

const related = (store: Store, end: Parameters<Store['related']>[2], pair = 'contacts_companies') =>
  store.related(portalId, pair, end)

export const otherReadCases: readonly ConformanceCase[] = [
  storeCase(
    14,
    'Related records are seen from both ends, each with all of its associations',
    async (store) => {
      await fillLinks(store)
      const forth = await related(store, { fromId: '1' })
      assert.deepEqual(
        forth.map(({ row }) => row.id),
        ['90', '92'],
      )
      assert.deepEqual(forth[0]?.row, await store.get(portalId, 'companies', '90'))
      assert.deepEqual(forth[0]?.associations, [
        { category: 'HUBSPOT_DEFINED', typeId: 1, label: null },
        { category: 'HUBSPOT_DEFINED', typeId: 279, label: null },
        { category: 'USER_DEFINED', typeId: 1, label: 'Owner' },
      ])
      const back = await related(store, { toId: '92' })
      assert.deepEqual(
        back.map(({ row }) => row.id),
        ['1'],
      )
      assert.deepEqual(back[0]?.row, await store.get(portalId, 'contacts', '1'))
      assert.deepEqual(await related(store, { toId: '404' }), [])
    },
  ),

  storeCase(
    14,
    'Related records are in the order of their ids as text, in pages of records',
    async (store) => {
      await fillLinks(store)
      const sorted = rowsFrom(1, 12)
        .map(({ id }) => id)
        .sort()
      assert.deepEqual(
        (await related(store, { toId: '90' })).map(({ row }) => row.id),
        sorted,
      )
      for (const limit of [1, 5]) {
        const inPages = await paged(
          (after) => related(store, { toId: '90', after, limit }),
          ({ row }) => row.id,
        )
        assert.deepEqual(
          inPages.map(({ row }) => row.id),
          sorted,
          `In pages of ${limit}`,
        )
        assert.ok(inPages.every(({ associations }) => associations.length >= 2))
      }
      const page = await related(store, { fromId: '1', after: '90', limit: 5 })
      assert.deepEqual(
        page.map(({ row }) => row.id),
        ['92'],
      )
    },
  ),

  storeCase(
    14,
    'A pair of an object with itself is seen from the end that was asked for',
    async (store) => {
      await fillLinks(store)
      const seen = async (end: { fromId: string } | { toId: string }) =>
        (await related(store, end, 'contacts_contacts')).map(({ row }) => row.id)
      assert.deepEqual(await seen({ fromId: '1' }), ['2'])
      assert.deepEqual(await seen({ toId: '2' }), ['1'])
      assert.deepEqual(await seen({ toId: '1' }), [])
    },
  ),

  storeCase(
    14,
    'The feed tells of every kind of change, with old and new values',
    async (store) => {
      const write = (at: number, sample: Parameters<typeof row>[1]) =>
        store.commit(batch({ at: minute(at), rows: [group('contacts', row('1', sample))] }))
      await write(101, { values: { firstName: 'A', budget: '1.00' } })
      await write(102, { at: 2, values: { firstName: 'B', budget: '1.00' } })
      await write(103, { at: 2, values: { firstName: 'B', budget: null }, archived: 4 })
      await write(104, { at: 5, values: { firstName: 'B' } })
      await store.commit(
        batch({ at: minute(105), rows: [group('contacts', row('2', { archived: 3 }), row('3'))] }),
      )
      const told = async () => {
        const entries = await store.changes(portalId, { limit: 100 })
        return entries.map(({ seq: _, ...entry }) => entry)
      }
      const entry = (id: string, kind: ChangeEntry['kind'], at: number, columns = {}) => ({
        object: 'contacts',
        id,
        kind,
        columns,
        at: minute(at),
      })
      assert.deepEqual(await told(), [
        entry('1', 'created', 101, {
          firstName: { old: null, new: 'A' },
          budget: { old: null, new: '1.00' },
        }),
        entry('1', 'updated', 102, { firstName: { old: 'A', new: 'B' } }),
        entry('1', 'archived', 103, { budget: { old: '1.00', new: null } }),
        entry('1', 'restored', 104),
        entry('2', 'archived', 105),
        entry('3', 'created', 105),
      ])
      await store.commit(
        batch({
          at: minute(106),
          tombstones: [
            { object: 'contacts', id: '2', reason: 'merged', intoId: '1' },
            { object: 'contacts', id: '3', reason: 'purged', intoId: null },
          ],
        }),
      )
      assert.deepEqual((await told()).slice(-2), [
        entry('2', 'merged', 106),
        entry('3', 'removed', 106),
      ])
    },
  ),

  storeCase(14, 'Rows of a group without feed are not in the feed', async (store, place) => {
    const quiet = { object: 'contacts', rows: rowsFrom(1, 3), feed: false }
    await store.commit(batch({ rows: [quiet, group('companies', row('90'))] }))
    await store.commit(batch({ rows: [{ ...quiet, rows: [row('1', { at: 5 })] }] }))
    const entries = await store.changes(portalId, { limit: 10 })
    assert.deepEqual(
      entries.map(({ object, id }) => [object, id]),
      [['companies', '90']],
    )
    assert.equal((await place.rows('sync_changes')).length, 1)
  }),

  storeCase(
    14,
    'The feed is read page by page in the order of the commits, whoever made them',
    async (store, place) => {
      const writers = [store, await migrated(place)]
      for (let turn = 1; turn <= 10; turn++)
        await writers[turn % 2]?.commit(
          batch({ rows: [group('contacts', row(String(100 - turn)))] }),
        )
      const all = await store.changes(portalId, { limit: 100 })
      assert.deepEqual(
        all.map(({ id }) => id),
        ['99', '98', '97', '96', '95', '94', '93', '92', '91', '90'],
      )
      assert.ok(all.every(({ seq }, index) => index === 0 || seq > (all[index - 1]?.seq ?? 0)))
      const inPages = await paged(
        (after) =>
          store.changes(portalId, {
            after: after === undefined ? undefined : Number(after),
            limit: 3,
          }),
        ({ seq }) => String(seq),
      )
      assert.deepEqual(inPages, all)
    },
  ),

  storeCase(14, 'If runs start at the same time, the one written later is newer', async (store) => {
    for (const id of ['b', 'a', 'c']) await store.commit(batch({ run: run(id, 5) }))
    await store.commit(batch({ run: run('b', 5, { status: 'complete' }) }))
    const runs = await store.runs(portalId, { limit: 10 })
    assert.deepEqual(
      runs.map(({ id }) => id),
      ['c', 'a', 'b'],
    )
  }),

  storeCase(14, 'Runs are read newest first, each as it was last written', async (store, place) => {
    await store.commit(batch({ run: run('b', 5) }))
    await store.commit(batch({ run: run('a', 9) }))
    await store.commit(batch({ run: run('c', 7) }))
    const done = run('b', 5, {
      status: 'partial',
      finishedAt: minute(6),
      error: 'HubSpot was away.',
      counts: { contacts: { created: 1, nested: [null, 'x'] } },
    })
    await store.commit(batch({ run: done }))
    const runs = await store.runs(portalId, { limit: 10 })
    assert.deepEqual(runs, [run('a', 9), run('c', 7), done])
    assert.deepEqual(await store.runs(portalId, { limit: 2 }), runs.slice(0, 2))
    assert.equal((await place.rows('sync_runs')).length, 3)
  }),
]
