import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sqliteStore } from '../src/index.js'
import { contactBatch, portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

describe.each(['better-sqlite3', 'node:sqlite'] as const)('a database of %s', (driver) => {
  let place: SqlitePlace
  beforeEach(() => {
    place = new SqlitePlace(driver)
  })
  afterEach(() => place.dispose())

  test('a commit inside a transaction of the user is refused, and that transaction continues', async () => {
    const database = place.connect()
    const store = sqliteStore({ database })
    await store.migrate(schema)
    database.exec(`PRAGMA busy_timeout = 0;
CREATE TABLE mine (note TEXT); BEGIN; INSERT INTO mine VALUES ('kept')`)
    for (const call of [() => store.commit(contactBatch('1')), () => store.migrate(schema)])
      await expect(call()).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringContaining('no open transaction'),
      })
    database.exec('COMMIT')
    expect(await place.rows('mine')).toEqual([{ note: 'kept' }])
    await store.commit(contactBatch('1'))
    expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1'])
  })

  test('the settings of a lent database are not changed', async () => {
    const database = place.connect()
    database.exec(
      'PRAGMA journal_mode = DELETE; PRAGMA busy_timeout = 7; PRAGMA synchronous = FULL',
    )
    const store = sqliteStore({ database })
    await store.migrate(schema)
    await store.commit(contactBatch('1'))
    const setting = (name: string) =>
      Object.values(database.prepare(`PRAGMA ${name}`).get() as object)[0]
    expect([setting('journal_mode'), setting('busy_timeout'), setting('synchronous')]).toEqual([
      'delete',
      7,
      2,
    ])
  })

  test('a write lock that another connection holds is named, and nothing is written', async () => {
    const database = place.connect()
    const store = sqliteStore({ database })
    await store.migrate(schema)
    database.exec('PRAGMA busy_timeout = 0')
    const other = place.connect()
    other.exec('BEGIN IMMEDIATE')
    await expect(store.commit(contactBatch('1'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('another connection holds it'),
    })
    expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual([])
    other.exec('ROLLBACK')
    await store.commit(contactBatch('1'))
    expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1'])
  })

  test('a table of the user whose name differs in case only is refused and left as it is', async () => {
    await place.occupy('Contacts')
    await expect(place.store().migrate(schema)).rejects.toMatchObject({ code: 'SCHEMA_CONFLICT' })
    expect(await place.tables()).toEqual(['Contacts'])
  })

  test('statements that were prepared before a migration still work after it', async () => {
    const store = sqliteStore({ database: place.connect() })
    await store.migrate(schema)
    await store.commit(contactBatch('1'))
    expect((await store.get(portalId, 'contacts', '1'))?.values).toEqual({ email: null })
    const [contacts] = schema.objects
    const city = { name: 'city', sqlName: 'city', kind: 'text' as const, property: 'city' }
    const wider = { objects: [{ ...contacts!, columns: [...contacts!.columns, city] }], pairs: [] }
    await place.store().migrate(wider)
    expect((await store.get(portalId, 'contacts', '1'))?.values).toEqual({ email: null })
    await store.migrate(wider)
    expect((await store.get(portalId, 'contacts', '1'))?.values).toEqual({
      email: null,
      city: null,
    })
    expect((await store.list(portalId, 'contacts', { limit: 1 }))[0]?.syncedAt).toMatch(
      /^2026-01-05/,
    )
  })
})
