import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { openNativeFile } from '../src/drivers/native-file.js'
import { sqliteStore } from '../src/index.js'
import { drivers } from '../src/sqlite-drivers.js'
import { contactBatch, portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

describe.each(drivers)('a file opened with %s', (driver) => {
  let place: SqlitePlace
  beforeEach(() => {
    place = new SqlitePlace(driver)
  })
  afterEach(() => place.dispose())

  test('the file is created at the first call that needs it', async () => {
    const store = place.store()
    expect(await store.portals()).toEqual([])
    expect(readdirSync(place.directory)).toEqual([])
    await store.migrate(schema)
    expect(existsSync(place.file)).toBe(true)
  })

  test('closing releases the file, and leaves nothing beside it', async () => {
    const store = place.store()
    await store.migrate(schema)
    await store.close()
    expect(readdirSync(place.directory)).toEqual(['hubspot.db'])
  })

  test('a store that was closed before its first call is closed', async () => {
    const store = place.store()
    await store.close()
    await expect(store.portals()).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(store.migrate(schema)).rejects.toMatchObject({ code: 'CLOSED' })
    expect(existsSync(place.file)).toBe(false)
  })

  test('a file that is not a database is not changed', async () => {
    const content = 'Name,E-mail\n'.repeat(500)
    writeFileSync(place.file, content)
    const store = place.store()
    for (const call of [() => store.portals(), () => store.migrate(schema)])
      await expect(call()).rejects.toMatchObject({
        code: 'NOT_A_DATABASE',
        message: expect.stringContaining(place.file),
      })
    await store.close()
    expect(readFileSync(place.file, 'utf8')).toBe(content)
    expect(readdirSync(place.directory)).toEqual(['hubspot.db'])
  })

  test('a store whose file could not be opened tries again at the next call', async () => {
    writeFileSync(place.file, 'This is no database, it is a text.'.repeat(99))
    const store = place.store()
    await expect(store.migrate(schema)).rejects.toMatchObject({ code: 'NOT_A_DATABASE' })
    rmSync(place.file)
    await store.migrate(schema)
    await store.commit(contactBatch('1'))
    expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1'])
  })

  test('a file in a directory that does not exist is named in the error', async () => {
    const store = sqliteStore({ file: `${place.directory}/missing/hubspot.db`, driver })
    await expect(store.migrate(schema)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('missing/hubspot.db'),
    })
  })
})

test.each([
  undefined,
  {},
  { file: '' },
  { file: 5 },
  { database: {} },
  { file: 'a', database: {} },
  { file: 'a', driver: 'sqlite3' },
  { database: { prepare() {}, exec() {} }, driver: 'node:sqlite' },
])('options that name no database are refused: %j', (options) => {
  expect(() => sqliteStore(options as never)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  )
})

test.each([
  [{ file: 'a', database: {} }, /got both\.$/],
  [{ file: 5 }, /got a number as `file`\.$/],
  [{ file: 'a', driver: 'sqlite3' }, /`driver` in sqliteStore\(…\) .* got "sqlite3"\.$/],
  [
    { file: 'a', drivers: 'sql.js' },
    /no option named `drivers` in sqliteStore\(…\)\. The options are /,
  ],
])('the error for the options %j says what was given', (options, message) => {
  expect(() => sqliteStore(options as never)).toThrow(message)
})

test('SQLite caches 4 MB of a file, whatever the default of the driver is', async () => {
  const database = new Database(':memory:')
  onTestFinished(() => {
    database.close()
  })
  await openNativeFile('crm.db', () => database, new AbortController().signal)
  expect(database.pragma('cache_size', { simple: true })).toBe(-4_000)
})
