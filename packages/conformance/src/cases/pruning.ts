import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import type { TablePart } from '@hubsync/core/store'
import { type ConformanceCase, migrated, placeCase, storeCase } from '../conformance-case.js'
import { everything } from '../read-back.js'
import {
  batch,
  companiesOf,
  edge,
  group,
  minute,
  otherPortalId,
  portalId,
  row,
} from '../sample-rows.js'
import { sampleSchema } from '../sample-schema.js'
import type { Place } from '../store-harness.js'

const pair: TablePart = { table: 'contacts_companies', shared: false }
const companies: TablePart = { table: 'companies', shared: false }
const firstName: TablePart = {
  table: 'contacts',
  column: 'first_name',
  name: 'firstName',
  shared: false,
}
const parts = [firstName, pair, companies]
const really = { dryRun: false }

/** Two contacts, a company with one of them, and a company that is gone, in a portal. */
async function fill(store: Store, id = portalId): Promise<void> {
  await store.commit({
    ...batch({
      checkpoint: { stream: 'companies', expected: null, next: { version: 1 } },
      rows: [
        group('contacts', row('1', { values: { firstName: 'A' } }), row('2')),
        group('companies', row('90', { values: { name: 'C' } })),
      ],
      tombstones: [{ object: 'companies', id: '91', reason: 'purged', intoId: null }],
      associations: [companiesOf('1', edge('90'))],
    }),
    portalId: id,
  })
}

const ofPortal = async (place: Place, table: string, id: string) =>
  (await place.rows(table)).filter((line) => line.portal_id === id)

export const pruningCases: readonly ConformanceCase[] = [
  storeCase(19, 'Pruning counts the rows first, and deletes nothing then', async (store, place) => {
    await fill(store)
    const before = await everything(place)
    const unknown = [
      { table: 'nothing', shared: false },
      { ...firstName, column: 'nothing' },
    ]
    const rows = await place.store().prune(portalId, [...parts, ...unknown], { dryRun: true })
    assert.deepEqual(rows, [2, 1, 1, null, null])
    assert.deepEqual(await everything(place), before)
  }),

  storeCase(19, 'Pruning drops columns and tables, and keeps all others', async (store, place) => {
    await fill(store)
    assert.deepEqual(await store.prune(portalId, parts, really), [2, 1, 1])
    const tables = await place.tables()
    assert.deepEqual(
      ['contacts', 'items', 'contacts_contacts', 'companies', 'contacts_companies'].filter((name) =>
        tables.includes(name),
      ),
      ['contacts', 'items', 'contacts_contacts'],
    )
    assert.ok(!(await place.columns('contacts')).includes('first_name'))
    assert.equal((await place.rows('contacts')).length, 2)
    assert.deepEqual(await store.prune(portalId, parts, really), [null, null, null])
    assert.deepEqual(await place.store().missing(sampleSchema), {
      objects: ['companies'],
      pairs: ['contacts_companies'],
      columns: [{ object: 'contacts', column: 'firstName' }],
    })
  }),

  storeCase(
    19,
    'Pruning an object deletes its tombstones and the values in its feed, and no entry or checkpoint',
    async (store, place) => {
      await fill(store)
      const feed = await store.changes(portalId, { limit: 9 })
      await store.prune(portalId, [pair, companies], really)
      assert.deepEqual(await place.rows('sync_tombstones'), [])
      assert.deepEqual(
        await store.changes(portalId, { limit: 9 }),
        feed.map((entry) => (entry.object === 'companies' ? { ...entry, columns: {} } : entry)),
      )
      assert.deepEqual(await store.readCheckpoint(portalId, 'companies'), { version: 1 })
    },
  ),

  storeCase(19, 'Pruning a column deletes its values in the feed, and no others', async (store) => {
    const values = (text: string) => ({ firstName: text, email: text })
    for (const id of [portalId, otherPortalId])
      for (const [index, text] of ['A', 'B'].entries())
        await store.commit({
          ...batch({ rows: [group('contacts', row('1', { at: index, values: values(text) }))] }),
          portalId: id,
        })
    const feed = (id: string) => store.changes(id, { limit: 9 })
    const [own, others] = [await feed(portalId), await feed(otherPortalId)]
    assert.deepEqual(own.at(-1)?.columns, {
      firstName: { old: 'A', new: 'B' },
      email: { old: 'A', new: 'B' },
    })
    await store.prune(portalId, [{ ...firstName, shared: true }], really)
    assert.deepEqual(
      await feed(portalId),
      own.map(({ columns: { firstName, ...columns }, ...entry }) => ({ ...entry, columns })),
    )
    assert.deepEqual(await feed(otherPortalId), others)
  }),

  storeCase(19, 'What was pruned can be made and written again', async (store, place) => {
    await fill(store)
    await store.prune(portalId, parts, really)
    await store.commit(batch({ rows: [group('contacts', row('1', { at: 2 }))] }))
    assert.equal((await store.get(portalId, 'contacts', '1'))?.updatedAt, minute(2))
    await store.migrate(sampleSchema)
    const values = { firstName: 'B' }
    const { associations } = await store.commit(
      batch({
        rows: [group('contacts', row('1', { at: 3, values })), group('companies', row('90'))],
        associations: [companiesOf('1', edge('90'))],
      }),
    )
    assert.equal(associations.added, 1)
    assert.equal((await place.store().prune(portalId, [pair], { dryRun: true }))[0], 1)
  }),

  ...[false, true].map((shared) =>
    storeCase(
      19,
      `Pruning deletes nothing of another portal, ${shared ? 'in parts that it may still write' : 'whatever is given as shared'}`,
      async (store, place) => {
        await fill(store)
        await fill(store, otherPortalId)
        const all = [
          'contacts',
          'companies',
          'contacts_companies',
          'sync_tombstones',
          'sync_changes',
        ]
        const others = () => Promise.all(all.map((table) => ofPortal(place, table, otherPortalId)))
        const before = await others()
        const given = parts.map((part) => ({ ...part, shared }))
        assert.deepEqual(await store.prune(portalId, given, really), [2, 1, 1])
        assert.deepEqual(await others(), before)
        for (const table of ['companies', 'contacts_companies', 'sync_tombstones'])
          assert.deepEqual(await ofPortal(place, table, portalId), [])
        const own = await ofPortal(place, 'contacts', portalId)
        assert.deepEqual(
          own.map((line) => line.first_name),
          [null, null],
        )
      },
    ),
  ),

  storeCase(19, 'Pruning keeps what is shared, even if it is empty', async (store, place) => {
    await fill(store)
    const given = parts.map((part) => ({ ...part, shared: true }))
    await store.prune(portalId, given, really)
    const tables = await place.tables()
    assert.ok(tables.includes('companies') && tables.includes('contacts_companies'))
    assert.deepEqual(await place.rows('companies'), [])
    assert.deepEqual(await place.rows('contacts_companies'), [])
    assert.ok((await place.columns('contacts')).includes('first_name'))
  }),

  storeCase(19, 'A column that every object has is never pruned', async (store, place) => {
    await fill(store)
    const before = await everything(place)
    const raw = { table: 'contacts', column: 'raw', shared: false }
    assert.deepEqual(await store.prune(portalId, [raw], really), [null])
    assert.deepEqual(await everything(place), before)
  }),

  placeCase(19, 'A table that somebody else made is never pruned', async (place) => {
    await place.occupy('mine')
    const store = await migrated(place)
    assert.deepEqual(await store.prune(portalId, [{ table: 'mine', shared: false }], really), [
      null,
    ])
    assert.deepEqual(await place.rows('mine'), [{ id: 1, note: 'mine' }])
  }),

  placeCase(
    19,
    'Pruning that fails at any of its statements deletes nothing, and can be repeated',
    async (place) => {
      await fill(await migrated(place))
      const before = await everything(place)
      const { store, failAt, failed } = place.failing()
      let statement = 1
      for (; statement < 100; statement++) {
        failAt(statement)
        const done = await store.prune(portalId, parts, really).then(
          () => true,
          () => false,
        )
        assert.equal(done, !failed(), `Statement ${statement} failed, but the pruning continued`)
        if (done) break
        assert.deepEqual(await everything(place), before, `After statement ${statement} failed`)
      }
      assert.ok(statement > 4, `Expected a statement for each part, counted ${statement - 1}`)
      assert.ok(!(await place.tables()).includes('companies'))
    },
  ),
]
