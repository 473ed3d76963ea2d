import assert from 'node:assert/strict'
import type { MirrorSchema, ReferenceTable } from '@hubsync/core/store'
import { referenceTables } from '@hubsync/core/store'
import { type ConformanceCase, placeCase, referenceCase, storeCase } from '../conformance-case.js'
import { everything, expectRefusal } from '../read-back.js'
import { pipeline, reading, referenceRow } from '../sample-reference.js'
import { batch, minute, portalId } from '../sample-rows.js'
import { referenceSchema, sampleSchema } from '../sample-schema.js'

const names = referenceTables.map(({ name }) => name)

function columnsOf({ key, columns, keeps, raw }: ReferenceTable): string[] {
  const own = [...key, ...columns].map(({ sqlName }) => sqlName)
  const more = ['portal_id', 'synced_at', ...(keeps ? ['source_status'] : [])]
  return [...own, ...more, ...(raw ? ['raw'] : [])].sort()
}

/** The sample schema with the reference tables, changed. */
const changed = (change: (table: ReferenceTable) => ReferenceTable): MirrorSchema => ({
  ...sampleSchema,
  reference: referenceTables.map(change),
})

/** The reference tables as an earlier release might have had them. */
const earlier = changed((table) => ({
  ...table,
  columns: table.columns.filter(({ name }) => name !== 'label'),
}))

const owner = referenceRow(['1'], { values: { email: 'a@example.com' } })

export const referencePlaceCases: readonly ConformanceCase[] = [
  referenceCase('Migrating makes the reference tables of the schema', async (_, place) => {
    const tables = await place.tables()
    for (const table of referenceTables) {
      assert.ok(tables.includes(table.name), `Expected a table "${table.name}"`)
      assert.deepEqual((await place.columns(table.name)).sort(), columnsOf(table))
    }
  }),

  storeCase(20, 'A schema without reference tables makes none', async (_, place) => {
    const tables = await place.tables()
    assert.deepEqual(
      names.filter((name) => tables.includes(name)),
      [],
    )
  }),

  storeCase(
    20,
    'Reference tables are missing until any handle has made them',
    async (store, place) => {
      const before = (await place.tables()).sort()
      assert.deepEqual((await store.missing(referenceSchema)).reference, names)
      assert.deepEqual((await place.tables()).sort(), before)
      await place.store().migrate(referenceSchema)
      const nothing = { objects: [], pairs: [], columns: [] }
      assert.deepEqual(await store.missing(referenceSchema), nothing)
    },
  ),

  storeCase(
    20,
    'A reference table that does not exist has no rows, and no commit can write it',
    async (store, place) => {
      assert.deepEqual(await store.reference(portalId, 'owners', []), [])
      await store.missing(referenceSchema)
      assert.deepEqual(await store.reference(portalId, 'owners', []), [])
      const before = await everything(place)
      const commit = store.commit(batch({ reference: [reading('owners', [], owner)] }))
      await expectRefusal(commit, 'STORE_FAILED')
      assert.deepEqual(await everything(place), before)
    },
  ),

  referenceCase(
    'A handle that has only called missing() can read reference tables',
    async (store, place) => {
      await store.commit(batch({ reference: [reading('owners', [], owner)] }))
      const reader = place.store()
      await reader.missing(referenceSchema)
      assert.deepEqual(
        await reader.reference(portalId, 'owners', []),
        await store.reference(portalId, 'owners', []),
      )
    },
  ),

  placeCase(
    20,
    'A reference table gets the columns of a later release, and keeps its rows',
    async (place) => {
      const old = place.store()
      await old.migrate(earlier)
      const reference = [reading('pipelines', ['deals'], pipeline('p', 'One'))]
      await old.commit(batch({ reference }))
      const store = place.store()
      const { columns } = await store.missing(referenceSchema)
      assert.ok(columns.some(({ object, column }) => object === 'pipelines' && column === 'label'))
      const [before] = await store.reference(portalId, 'pipelines', [])
      assert.equal(before?.values.displayOrder, 1)
      await store.migrate(referenceSchema)
      assert.deepEqual((await store.missing(referenceSchema)).columns, [])
      const [kept] = await store.reference(portalId, 'pipelines', [])
      assert.deepEqual([kept?.values.displayOrder, kept?.values.label], [1, null])
      const { rows } = await store.commit(batch({ at: minute(200), reference }))
      assert.equal(rows.pipelines?.updated, 1)
      const [found] = await store.reference(portalId, 'pipelines', [])
      assert.equal(found?.values.label, 'One')
      // A handle of the earlier release still works.
      await old.commit(batch({ at: minute(300), reference: [reading('pipelines', ['deals'])] }))
      const [left] = await store.reference(portalId, 'pipelines', [])
      assert.deepEqual([left?.status, left?.values.label], ['ARCHIVED', 'One'])
    },
  ),

  referenceCase(
    'A column of a reference table whose type would change is refused and left as it is',
    async (store, place) => {
      await store.commit(batch({ reference: [reading('owners', [], owner)] }))
      const before = await everything(place)
      const other = changed((table) => ({
        ...table,
        columns: table.columns.map((column) =>
          column.name === 'email' ? { ...column, kind: 'integer' } : column,
        ),
      }))
      for (const handle of [store, place.store()]) {
        await expectRefusal(handle.missing(other), 'SCHEMA_CONFLICT')
        await expectRefusal(handle.migrate(other), 'SCHEMA_CONFLICT')
      }
      assert.deepEqual(await everything(place), before)
    },
  ),

  ...(['owners', 'pipelines', 'owners_teams'] as const).map((table) =>
    placeCase(
      20,
      `A table that somebody else made is refused as a reference table: ${table}`,
      async (place) => {
        await place.occupy(table)
        const refused = place.store().migrate(referenceSchema)
        await expectRefusal(refused, 'SCHEMA_CONFLICT')
        assert.deepEqual(await place.tables(), [table])
        assert.deepEqual(await place.rows(table), [{ id: 1, note: 'mine' }])
        const others = referenceTables.filter(({ name }) => !name.startsWith(table))
        const whole = others.filter(({ parent }) => parent === undefined)
        const store = place.store()
        await store.migrate({ ...sampleSchema, reference: whole })
        assert.deepEqual(await store.reference(portalId, table, []), [])
        assert.deepEqual(await place.rows(table), [{ id: 1, note: 'mine' }])
      },
    ),
  ),

  placeCase(20, 'Twenty handles can make the reference tables at the same time', async (place) => {
    const stores = Array.from({ length: 20 }, () => place.store())
    await Promise.all(stores.map((store) => store.migrate(referenceSchema)))
    for (const [index, store] of stores.entries())
      await store.commit(
        batch({
          reference: [reading('pipelines', [`o${index}`], pipeline('p', 'One', `o${index}`))],
        }),
      )
    assert.equal((await place.rows('pipelines')).length, 20)
  }),

  referenceCase('Reference tables are never pruned', async (store, place) => {
    await store.commit(batch({ reference: [reading('owners', [], owner)] }))
    const before = await everything(place)
    const parts = [
      ...names.toReversed().map((table) => ({ table, shared: false })),
      { table: 'owners', column: 'email', shared: false },
    ]
    for (const dryRun of [true, false]) {
      const rows = await store.prune(portalId, parts, { dryRun })
      assert.deepEqual(
        rows,
        parts.map(() => null),
      )
    }
    assert.deepEqual(await everything(place), before)
    assert.equal((await store.reference(portalId, 'owners', [])).length, 1)
  }),
]
