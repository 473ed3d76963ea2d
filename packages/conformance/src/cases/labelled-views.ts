import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import type { Label, LabelledView, TablePart } from '@hubsync/core/store'
import { type ConformanceCase, placeCase } from '../conformance-case.js'
import { expectRefusal } from '../read-back.js'
import { reading, referenceRow } from '../sample-reference.js'
import { batch, group, portalId, row } from '../sample-rows.js'
import { referenceSchema } from '../sample-schema.js'
import type { Place } from '../store-harness.js'

const companies = referenceSchema.objects.filter(({ name }) => name === 'companies')
const name = 'companies_labelled'

/** The view of companies with these columns: the values of `name` are owners, those of `domain` choices. */
function viewOf(...names: string[]): LabelledView[] {
  return companies.map((table) => {
    const columns = table.columns.filter((column) => names.includes(column.name))
    const labels = columns.map((column): Label => {
      const of = column.name === 'name' ? 'owner' : 'choice'
      return { name: `${column.name}Label`, sqlName: `${column.name}_label`, column, of }
    })
    return { name, table: { ...table, columns }, labels }
  })
}

/** Whether the store makes views: a store may go without. Then it has made that of companies with both columns. */
async function makesViews(store: Store, place: Place): Promise<boolean> {
  const made = await store.makeViews(viewOf('name', 'domain'))
  assert.ok(made.length === 0 || (made.length === 1 && made[0] === name), `names: ${made}`)
  if (made.length === 0) return false
  assert.ok((await place.columns(name)).includes('name_label'), 'the view has its labels')
  return true
}

async function fill(store: Store): Promise<void> {
  await store.commit(
    batch({
      rows: [
        group('companies', row('1', { values: { name: '7', domain: 'a' } }), row('2')),
        group('companies', row('3', { values: { name: '8', domain: 'b' } })),
      ],
      reference: [
        reading(
          'owners',
          [],
          referenceRow(['7'], { values: { firstName: 'Ada', lastName: null } }),
        ),
        reading(
          'property_options',
          ['companies', 'domain'],
          referenceRow(['companies', 'domain', 'a'], { values: { label: 'A' }, raw: null }),
        ),
      ],
    }),
  )
}

async function linesOf(place: Place): Promise<unknown[]> {
  const lines = await place.rows(name)
  return lines
    .map(({ source_id, name_label = 'none', domain_label = 'none' }) => [
      ...[source_id, name_label, domain_label],
    ])
    .sort()
}

const viewCase = (
  title: string,
  check: (store: Store, place: Place) => Promise<void>,
): ConformanceCase =>
  placeCase(21, title, async (place) => {
    const store = place.store()
    await store.migrate(referenceSchema)
    await fill(store)
    await check(store, place)
  })

export const labelledViewCases: readonly ConformanceCase[] = [
  viewCase('A view has each line of its table once, with its labels', async (store, place) => {
    if (!(await makesViews(store, place))) return
    assert.deepEqual(await linesOf(place), [
      ['1', 'Ada', 'A'],
      ['2', null, null],
      ['3', null, null],
    ])
  }),

  viewCase('A view that is made again has the new columns', async (store, place) => {
    if (!(await makesViews(store, place))) return
    await store.makeViews(viewOf('domain'))
    assert.deepEqual(await linesOf(place), [
      ['1', 'none', 'A'],
      ['2', 'none', null],
      ['3', 'none', null],
    ])
    await store.makeViews(viewOf('name', 'domain'))
    assert.deepEqual((await linesOf(place))[0], ['1', 'Ada', 'A'])
  }),

  viewCase('No view keeps a column or a table from being pruned', async (store, place) => {
    await makesViews(store, place)
    const domain: TablePart = { table: 'companies', column: 'domain', shared: false }
    assert.deepEqual(await store.prune(portalId, [domain], { dryRun: false }), [3])
    await store.migrate(referenceSchema)
    await makesViews(store, place)
    const parts = ['contacts_companies', 'companies'].map((table) => ({ table, shared: false }))
    assert.deepEqual(await store.prune(portalId, parts, { dryRun: false }), [0, 3])
    await store.migrate(referenceSchema)
  }),

  placeCase(21, 'A table that somebody else made is replaced by no view', async (place) => {
    await place.occupy(name)
    const store = place.store()
    await store.migrate(referenceSchema)
    const asked = store.makeViews(viewOf('name'))
    const isWithoutViews = await asked.then(
      (made) => made.length === 0,
      () => false,
    )
    if (!isWithoutViews) await expectRefusal(asked, 'SCHEMA_CONFLICT')
    assert.deepEqual(await place.rows(name), [{ id: 1, note: 'mine' }])
  }),
]
