import fc from 'fast-check'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { decodeJson, decodeText, encodeJson, encodeText } from '../src/postgres-text.js'
import { openTestPlace, testPool } from './place.js'
import { batch, companiesOf, group, minute, portalId, row } from './samples.js'

/** Texts of characters that have to be escaped, characters that escapes consist of, and any others. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom('\0', '\ud83d', '\ude00', '😀', '\ufffd', '0000', 'fffd', 'd83d', '\\', '"'),
      fc.string({ unit: 'binary' }),
    ),
  )
  .map((parts) => parts.join(''))

/**
 * Keys without a backslash: after an object with such a key, `JSON.parse` of Node.js 24 confuses a key that is written
 * with an escape with that one. HubSpot has no such property names.
 */
const keys = texts.filter((text) => !text.includes('\\'))

test('an encoded text contains nothing that PostgreSQL refuses, and is decoded to the original', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const encoded = encodeText(text)
      expect(encoded).not.toContain('\0')
      expect(encoded).not.toMatch(/[\ud800-\udfff]/u)
      expect(decodeText(encoded)).toBe(text)
    }),
    { numRuns: 2000 },
  )
})

test('encoded JSON contains nothing that PostgreSQL refuses, and is decoded to the original', () => {
  fc.assert(
    fc.property(fc.dictionary(keys, fc.oneof(texts, fc.array(texts))), (value) => {
      const encoded = encodeJson({ value })
      expect(encoded).not.toMatch(/(?<!\\)(?:\\\\)*\\u(0000|d[89a-f])/)
      expect(decodeJson(encoded)).toEqual({ value })
    }),
    { numRuns: 1000 },
  )
})

test('a text without such characters is stored as it is', () => {
  const text = 'o’clock 😀 \ufffd \\u0000 \ufffd00'
  expect(encodeText(text)).toBe(text)
})

test('characters that PostgreSQL refuses are read back wherever they are, and can be searched as escapes', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  const odd = 'a\0b\ufffd0000'
  const contact = row(odd, 1, { name: odd, topics: [odd, ''] })
  contact.raw.properties = { [odd]: odd, cut: '\ud83d' }
  contact.raw[odd] = { deep: [odd, '\ude00'] }
  const checkpoint = { [odd]: [odd] }
  const edge = { toId: odd, category: odd, typeId: 1, label: odd }
  await store.commit({
    ...batch({ rows: [group('contacts', contact), group('companies', row(odd))] }),
    associations: [{ pair: 'contacts_companies', fromId: odd, edges: [edge] }],
    tombstones: [{ object: 'contacts', id: `${odd}2`, reason: 'merged', intoId: odd }],
    checkpoint: { stream: odd, expected: null, next: checkpoint },
  })
  const stored = await store.get(portalId, 'contacts', odd)
  expect(stored).toEqual({
    ...contact,
    values: { ...stored?.values, ...contact.values },
    syncedAt: minute(100),
  })
  expect(await store.readCheckpoint(portalId, odd)).toEqual(checkpoint)
  expect(await store.sets(portalId, 'contacts_companies', [odd])).toEqual([
    { pair: 'contacts_companies', fromId: odd, edges: [edge] },
  ])
  expect((await store.tombstone(portalId, 'contacts', `${odd}2`))?.intoId).toBe(odd)
  expect((await store.changes(portalId, { limit: 1 }))[0]?.columns.name).toEqual({
    old: null,
    new: odd,
  })
  await store.commit({ ...batch({}), checkpoint: { stream: odd, expected: checkpoint, next: {} } })
  const again = await store.commit(batch({ rows: [group('contacts', contact)] }))
  expect(again.rows.contacts?.unchanged).toBe(1)
  const { rows } = await place.pool.query(`SELECT name FROM ${place.at('contacts')}`)
  expect(rows).toEqual([{ name: 'a\ufffd0000b\ufffdfffd0000' }])
})

test('times and dates of the year 0 are read back unchanged', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  const values = { birthday: '0000-02-29', seen: '0000-12-31T23:59:59.999Z' }
  const contact = { ...row('1', 1, values), createdAt: '0000-01-01T00:00:00.000Z' }
  await store.commit(batch({ rows: [group('contacts', contact)] }))
  const stored = await store.get(portalId, 'contacts', '1')
  expect(stored).toMatchObject({ createdAt: contact.createdAt, values })
  const again = await store.commit(batch({ rows: [group('contacts', contact)] }))
  expect(again.rows.contacts?.unchanged).toBe(1)
})

test('neither the session’s styles nor the parsers of a lent pool change a value', async () => {
  const place = await openTestPlace()
  const before = pg.types.getTypeParser(pg.types.builtins.NUMERIC)
  pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)
  onTestFinished(() => pg.types.setTypeParser(pg.types.builtins.NUMERIC, before))
  const options =
    '-c array_nulls=off -c datestyle=sql,dmy -c timezone=Asia/Kolkata -c intervalstyle=iso_8601 -c bytea_output=escape -c default_transaction_isolation=serializable'
  const store = await place.store(testPool({ options }))
  const values = {
    email: 'a@example.com',
    phone: '+49',
    name: 'A',
    visits: 9007199254740991,
    score: 0.1,
    amount: '5000.00',
    member: false,
    birthday: '2024-02-03',
    topics: ['a', 'b'],
    seen: '2024-02-03T23:59:59.999Z',
  }
  await store.commit(
    batch({
      rows: [group('contacts', row('1', 1, values)), group('companies', row('9'))],
      associations: [companiesOf('1', '9')],
    }),
  )
  expect(await store.get(portalId, 'contacts', '1')).toEqual({
    ...row('1', 1, values),
    syncedAt: minute(100),
  })
  expect((await store.changes(portalId, { limit: 1 }))[0]?.at).toBe(minute(100))
})

test('a column can have the name of a column of the associations', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(
    batch({
      rows: [
        group('contacts', row('1')),
        group('companies', row('9', 1, { label: 'the company’s' })),
      ],
      associations: [companiesOf('1', '9')],
    }),
  )
  const [related] = await store.related(portalId, 'contacts_companies', { fromId: '1' })
  expect(related?.associations).toEqual([{ category: 'HUBSPOT_DEFINED', typeId: 1, label: null }])
  expect(related?.row.values).toEqual({ label: 'the company’s' })
})
