import assert from 'node:assert/strict'
import type { ColumnKind, ColumnValue, HubspotRecord } from '@hubsync/core'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { inOrder, lineOf } from '../read-back.js'
import { batch, companiesOf, edge, group, minute, portalId, row } from '../sample-rows.js'

/** Values at the edges of each kind. */
const extremes: Record<ColumnKind, readonly ColumnValue[]> = {
  text: ['', ' ', '0', 'null', 'true'],
  email: ['a@example.com'],
  phone: ['+493012345678', '0301234'],
  integer: [0, 1, -1, 2147483648, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  number: [0, 0.1, 0.1 + 0.2, -1.5, 1e308, 5e-324, 1e21, 123456789012345680],
  decimal: [
    '0',
    '5000.00',
    '0.10',
    '-0.01',
    '1234567890123456789012345678901234567890.123456789',
    '0.000000000000000000000000000001',
    '99999999999999999999',
  ],
  boolean: [true, false],
  date: ['1900-01-01', '2024-02-29', '9999-12-31'],
  datetime: ['1970-01-01T00:00:00.000Z', '1900-01-01T00:00:00.001Z', '9999-12-31T23:59:59.999Z'],
  list: [
    [],
    [''],
    ['a'],
    ['b', 'a', 'b'],
    ['a,b', '"quoted"', "o'clock", '{x}', '\\', 'NULL', 'ü 😀'],
  ],
}

const kinds = Object.keys(extremes) as ColumnKind[]

export const valueCases: readonly ConformanceCase[] = [
  ...kinds.map((kind) =>
    storeCase(10, `A value of the kind ${kind} is read back unchanged`, async (store) => {
      const rows = extremes[kind].map((value, index) =>
        row(`${index + 1}`, { values: { [kind]: value } }),
      )
      await store.commit(
        batch({ rows: [group('items', ...rows, row('99', { values: { [kind]: null } }))] }),
      )
      for (const [index, value] of extremes[kind].entries()) {
        const stored = await store.get(portalId, 'items', `${index + 1}`)
        assert.deepEqual(stored?.values[kind], value)
      }
      assert.equal((await store.get(portalId, 'items', '99'))?.values[kind], null)
      const again = await store.commit(batch({ rows: [group('items', ...rows)] }))
      assert.equal(again.rows.items?.unchanged, rows.length)
      const entries = await store.changes(portalId, { limit: 100 })
      const told = entries.slice(0, rows.length).map(({ columns }) => columns[kind]?.new)
      assert.deepEqual(told, extremes[kind])
    }),
  ),

  storeCase(10, 'Decimals are exact in the database itself', async (store, place) => {
    const rows = extremes.decimal.map((decimal, index) =>
      row(`${index + 1}`, { values: { decimal } }),
    )
    await store.commit(batch({ rows: [group('items', ...rows)] }))
    for (const [index, value] of extremes.decimal.entries())
      assert.equal((await lineOf(place, 'items', `${index + 1}`)).decimal, value)
  }),

  storeCase(
    10,
    'Base fields are read back unchanged, and are in their columns',
    async (store, place) => {
      const full = row('1', { at: 7, archived: 8 })
      const bare = { ...row('2'), url: null, createdAt: null }
      await store.commit(batch({ rows: [group('order', full, bare)] }))
      const values = { group: null, select: null, constructor: null }
      const syncedAt = minute(100)
      assert.deepEqual(await store.get(portalId, 'order', '1'), { ...full, values, syncedAt })
      assert.deepEqual(await store.get(portalId, 'order', '2'), { ...bare, values, syncedAt })
      assert.equal(await store.get(portalId, 'order', '3'), null)
      const { raw, ...line } = await lineOf(place, 'order', '1')
      assert.deepEqual(raw, full.raw)
      assert.deepEqual(line, {
        portal_id: portalId,
        source_id: '1',
        source_status: 'ARCHIVED',
        source_url: full.url,
        source_created_at: minute(0),
        source_updated_at: minute(7),
        source_created_year: 2026,
        source_archived_at: minute(8),
        synced_at: syncedAt,
        ...values,
      })
      assert.equal((await lineOf(place, 'order', '2')).source_created_year, null)
    },
  ),

  storeCase(10, 'The raw object is read back whole', async (store, place) => {
    const raw: HubspotRecord = {
      ...row('1').raw,
      unknown: { deep: [{ er: [null, true, 1.5, -0.1, 'x', [], {}] }] },
      'key with "quotes" and \\': 9007199254740991,
      empty: {},
      '': 'an empty key',
      constructor: 'a key that objects have',
      properties: { amount: '5000.00', empty: '', gone: null, 'Groß 😀': 'ü' },
    }
    await store.commit(batch({ rows: [group('contacts', { ...row('1'), raw })] }))
    assert.deepEqual((await store.get(portalId, 'contacts', '1'))?.raw, raw)
    assert.deepEqual((await lineOf(place, 'contacts', '1')).raw, raw)
  }),

  storeCase(
    10,
    'Changing an object that was passed in or returned does not change the store',
    async (store) => {
      const given = batch({
        checkpoint: { stream: 's', expected: null, next: { pages: ['1'] } },
        rows: [
          group('items', row('1', { values: { list: ['a'] } })),
          group('contacts', row('1')),
          group('companies', row('90')),
        ],
        associations: [companiesOf('1', edge('90', 1, 'Owner'))],
        run: {
          id: 'r',
          jobs: ['a'],
          status: 'running',
          counts: { a: 1 },
          error: null,
          startedAt: minute(1),
          finishedAt: null,
        },
      })
      const before = structuredClone(given)
      await store.commit(given)
      assert.deepEqual(given, before)
      const read = async () => [
        await store.get(portalId, 'items', '1'),
        await store.list(portalId, 'items', { limit: 9 }),
        await store.sets(portalId, 'contacts_companies', ['1']),
        await store.related(portalId, 'contacts_companies', { fromId: '1' }),
        await store.changes(portalId, { limit: 9 }),
        await store.runs(portalId, { limit: 9 }),
        await store.readCheckpoint(portalId, 's'),
      ]
      const first = await read()
      const expected = structuredClone(first)
      for (const value of [given, ...first]) scribble(value)
      assert.deepEqual(await read(), expected)
    },
  ),

  storeCase(10, 'Texts outside of rows are read back unchanged', async (store, place) => {
    const text = `o'clock "quoted" \\ ü 😀 %_ \n ${'x'.repeat(5000)}`
    await store.commit(
      batch({
        rows: [group('contacts', row('1')), group('companies', row('90'))],
        associations: [companiesOf('1', edge('90', 2147483647, text, text))],
        tombstones: [{ object: 'companies', id: text, reason: 'merged', intoId: text }],
        run: {
          id: text,
          jobs: [text, 'b'],
          status: 'failed',
          counts: { [text]: [1, null] },
          error: text,
          startedAt: minute(1),
          finishedAt: minute(2),
        },
        portal: {
          portalId,
          uiDomain: text,
          timeZone: text,
          firstRunAt: minute(1),
          lastRunAt: minute(2),
        },
      }),
    )
    const [set] = await store.sets(portalId, 'contacts_companies', ['1'])
    assert.deepEqual(set?.edges, [edge('90', 2147483647, text, text)])
    assert.equal((await store.tombstone(portalId, 'companies', text))?.intoId, text)
    const [run] = await store.runs(portalId, { limit: 1 })
    assert.deepEqual(
      [run?.id, run?.jobs, run?.counts, run?.error],
      [text, [text, 'b'], { [text]: [1, null] }, text],
    )
    assert.equal((await store.portals())[0]?.uiDomain, text)
    assert.deepEqual(
      (await place.rows('sync_runs')).map((line) => line.error),
      [text],
    )
  }),

  storeCase(10, 'Tables and columns can have names that are SQL keywords', async (store, place) => {
    const values = { group: 'a', select: 'b', constructor: 'c' }
    await store.commit(batch({ rows: [group('order', row('1', { values }), row('2'))] }))
    await store.commit(
      batch({ rows: [group('order', row('1', { at: 2, values: { group: 'z' } }))] }),
    )
    assert.deepEqual((await store.get(portalId, 'order', '1'))?.values, { ...values, group: 'z' })
    assert.deepEqual(inOrder((await place.rows('order')).map((line) => line.select)), ['b', null])
    assert.deepEqual(await store.ids(portalId, 'order', { limit: 9 }), ['1', '2'])
  }),
]

/** Spoils every array and object in a value. */
function scribble(value: unknown): void {
  if (value === null || typeof value !== 'object') return
  for (const inner of Object.values(value)) scribble(inner)
  if (Array.isArray(value)) value.push('scribbled')
  else for (const key of Object.keys(value)) (value as Record<string, unknown>)[key] = 'scribbled'
}
