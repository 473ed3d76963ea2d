import assert from 'node:assert/strict'
import type { ColumnKind, Store } from '@hubsync/core'
import { type ConformanceCase, migrated, placeCase, storeCase } from '../conformance-case.js'
import { paged } from '../read-back.js'
import { batch, group, minute, otherPortalId, portalId, row } from '../sample-rows.js'
import { contactsWithCity, sampleSchema, schemaWith } from '../sample-schema.js'

type Page = Partial<Parameters<Store['list']>[2]>
type Value = NonNullable<Page['where']>[string]

/** The ids of the rows of these objects, read page by page. */
async function idsIn(store: Store, object: string, page: Page): Promise<string[]> {
  const rows = await paged(
    (after) => store.list(portalId, object, { limit: 2, ...page, after }),
    ({ id }) => id,
  )
  return rows.map(({ id }) => id)
}

/** By kind: a value, a value that differs from it as little as can be, and other spellings that are the same. */
const values: Record<Exclude<ColumnKind, 'list'>, [Value, Value, ...Value[]]> = {
  text: ['O’Neil %_ \\ 😀', 'O’Neil %_ \\ 😁'],
  email: ['ada@example.com', 'ada@example.co'],
  phone: ['+49301234', '49301234'],
  integer: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1],
  number: [0.1 + 0.2, 0.3],
  decimal: [
    '12345678901234567890.10',
    '12345678901234567890.11',
    '12345678901234567890.1',
    '12345678901234567890.100',
  ],
  boolean: [true, false],
  date: ['2024-02-29', '2024-03-01'],
  datetime: ['2026-02-28T23:59:59.999Z', '2026-02-28T23:59:59.998Z'],
}

const kinds = Object.keys(values) as (keyof typeof values)[]

export const rowFilterCases: readonly ConformanceCase[] = [
  ...kinds.map((kind) =>
    storeCase(18, `Rows are filtered by a value of the kind ${kind}`, async (store) => {
      const [value, near, ...same] = values[kind]
      const rows = [value, near, null, value].map((each, index) =>
        row(`${index + 1}`, { values: { [kind]: each } }),
      )
      await store.commit(batch({ rows: [group('items', ...rows)] }))
      for (const spelled of [value, ...same])
        assert.deepEqual(await idsIn(store, 'items', { where: { [kind]: spelled } }), ['1', '4'])
      assert.deepEqual(await idsIn(store, 'items', { where: { [kind]: near } }), ['2'])
      assert.deepEqual(await idsIn(store, 'items', { where: { [kind]: null } }), ['3'])
    }),
  ),

  storeCase(18, 'Whole decimals are filtered as numbers, with their zeros', async (store) => {
    const rows = ['5000', '5000.00', '500', '5', '0.00', '-5000.0'].map((decimal, index) =>
      row(`${index + 1}`, { values: { decimal } }),
    )
    await store.commit(batch({ rows: [group('items', ...rows)] }))
    const ids = (decimal: string) => idsIn(store, 'items', { where: { decimal } })
    assert.deepEqual(await ids('5000.0'), ['1', '2'])
    assert.deepEqual(await ids('500'), ['3'])
    assert.deepEqual(await ids('0'), ['5'])
    assert.deepEqual(await ids('-5000'), ['6'])
  }),

  storeCase(18, 'A list is filtered by whether it has a value', async (store) => {
    const rows = [['a'], null, []].map((list, index) => row(`${index + 1}`, { values: { list } }))
    await store.commit(batch({ rows: [group('items', ...rows)] }))
    assert.deepEqual(await idsIn(store, 'items', { where: { list: null } }), ['2'])
  }),

  storeCase(18, 'Rows have all the values of a filter', async (store) => {
    const rows = [
      ['Ada', 'a@example.com'],
      ['Ada', 'b@example.com'],
      ['Bob', 'a@example.com'],
      ['Ada', null],
    ].map(([firstName = null, email = null], index) =>
      row(`${index + 1}`, { values: { firstName, email } }),
    )
    await store.commit(batch({ rows: [group('contacts', ...rows)] }))
    const ids = (where: Page['where']) => idsIn(store, 'contacts', { where })
    assert.deepEqual(await ids({ firstName: 'Ada', email: 'a@example.com' }), ['1'])
    assert.deepEqual(await ids({ firstName: 'Ada', email: null }), ['4'])
    assert.deepEqual(await ids({ firstName: 'Bob', email: 'b@example.com' }), [])
    assert.deepEqual(await ids({}), ['1', '2', '3', '4'])
  }),

  storeCase(
    18,
    'A filter is combined with status and updatedSince, in full pages',
    async (store) => {
      const rows = Array.from({ length: 24 }, (_, at) =>
        row(String(at + 100), {
          at,
          values: { firstName: at % 2 === 0 ? 'Ada' : 'Bob' },
          ...(at % 3 === 0 ? { archived: 50 } : {}),
        }),
      )
      await store.commit(batch({ rows: [group('contacts', ...rows)] }))
      const where = { firstName: 'Ada' }
      const expected = (keep: (at: number) => boolean) =>
        rows.filter((_, at) => at % 2 === 0 && keep(at)).map(({ id }) => id)
      const ids = (page: Page) => idsIn(store, 'contacts', { where, ...page })
      assert.deepEqual(
        await ids({}),
        expected(() => true),
      )
      assert.deepEqual(
        await ids({ status: 'ARCHIVED' }),
        expected((at) => at % 3 === 0),
      )
      assert.deepEqual(
        await ids({ status: 'ACTIVE', updatedSince: minute(8) }),
        expected((at) => at >= 8 && at % 3 !== 0),
      )
      const [first] = await store.list(portalId, 'contacts', { where, limit: 1, raw: false })
      assert.deepEqual(first?.values, { email: null, firstName: 'Ada', budget: null })
    },
  ),

  storeCase(
    18,
    'A filtered list continues by key while rows come to match and cease to',
    async (store) => {
      const named = (id: string, firstName: string, at = 1) =>
        row(id, { at, values: { firstName } })
      const before = ['1', '2', '3', '4', '5', '6'].map((id) => named(id, 'Ada'))
      await store.commit(batch({ rows: [group('contacts', ...before)] }))
      const page = async (after?: string) =>
        (
          await store.list(portalId, 'contacts', { where: { firstName: 'Ada' }, after, limit: 3 })
        ).map(({ id }) => id)
      assert.deepEqual(await page(), ['1', '2', '3'])
      const moved = [named('1', 'Bob', 9), named('3', 'Bob', 9), named('5', 'Bob', 9)]
      const fresh = [named('25', 'Ada'), named('55', 'Ada')]
      await store.commit(batch({ rows: [group('contacts', ...moved, ...fresh)] }))
      assert.deepEqual(await page('3'), ['4', '55', '6'])
    },
  ),

  storeCase(18, 'A filter gives rows of the portal that was asked for', async (store) => {
    const values = { email: 'ada@example.com' }
    for (const [index, portal] of [portalId, otherPortalId].entries())
      await store.commit(
        batch({ portalId: portal, rows: [group('contacts', row(`${index + 1}`, { values }))] }),
      )
    assert.deepEqual(await idsIn(store, 'contacts', { where: values }), ['1'])
  }),

  storeCase(18, 'Columns with names that are SQL keywords can be filtered', async (store) => {
    const rows = ['a', 'b'].map((group, index) => row(`${index + 1}`, { values: { group } }))
    await store.commit(batch({ rows: [group('order', ...rows)] }))
    assert.deepEqual(await idsIn(store, 'order', { where: { group: 'b', select: null } }), ['2'])
    assert.deepEqual(await idsIn(store, 'order', { where: { constructor: null } }), ['1', '2'])
  }),

  placeCase(18, 'A column that is not in the database yet is null in a filter', async (place) => {
    const writer = await migrated(place)
    await writer.commit(batch({ rows: [group('contacts', row('1'), row('2'))] }))
    const reader = place.store()
    await reader.missing(
      schemaWith({ objects: [contactsWithCity, ...sampleSchema.objects.slice(1)] }),
    )
    assert.deepEqual(await idsIn(reader, 'contacts', { where: { city: null } }), ['1', '2'])
    assert.deepEqual(await idsIn(reader, 'contacts', { where: { city: 'Rome' } }), [])
  }),
]
