import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Engine, SqlJsImage } from '../src/drivers/sql-js-image.js'
import { sqliteStore } from '../src/index.js'
import { contactBatch, portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

let place: SqlitePlace
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  place = new SqlitePlace('sql.js')
})
afterEach(async () => {
  await place.dispose()
  vi.useRealTimers()
})

const require = createRequire(import.meta.url)
const Database = require('better-sqlite3')
const engine: Promise<Engine> = require('sql.js')()

/** The ids in the file, read with another driver, as another process would. Also checks its integrity. */
function savedIds(file = place.file): string[] {
  const database = new Database(file, { readonly: true })
  try {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    return database.prepare('SELECT source_id FROM contacts ORDER BY source_id').pluck().all()
  } finally {
    database.close()
  }
}

async function migratedStore() {
  const store = place.store()
  await store.migrate(schema)
  return store
}

/** The temporary file that a save writes and then renames. */
const temporary = () => `${place.file}-saving-${process.pid}-${threadId}`

test('a migration is saved at once, a commit a second after the last save', async () => {
  const store = await migratedStore()
  expect(savedIds()).toEqual([])
  await store.commit(contactBatch('1'))
  expect(savedIds()).toEqual([])
  vi.advanceTimersByTime(999)
  expect(savedIds()).toEqual([])
  vi.advanceTimersByTime(1)
  expect(savedIds()).toEqual(['1'])
})

test('a commit that comes when a save is due is made after it', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  // Timers don't run, as in a busy process.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_000)
  await store.commit(contactBatch('2'))
  expect(savedIds()).toEqual(['1'])
  vi.restoreAllMocks()
})

test('after a save of two seconds the next is due after eighteen', async () => {
  const { Database: Plain } = await engine
  class Slow extends Plain {
    override export() {
      vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 2_000)
      return super.export()
    }
  }
  const image = new SqlJsImage(place.file, { Database: Slow })
  image.exec('CREATE TABLE contacts (source_id TEXT)')
  image.save()
  vi.restoreAllMocks()
  vi.advanceTimersByTime(2_000)
  image.exec(`INSERT INTO contacts VALUES ('1')`)
  vi.advanceTimersByTime(17_999)
  image.saveWhenDue()
  expect(savedIds()).toEqual([])
  vi.advanceTimersByTime(1)
  expect(savedIds()).toEqual(['1'])
  image.close()
})

test('a durable commit is saved at once, and what came before it', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  await store.commit({ ...contactBatch('2'), durable: true })
  expect(savedIds()).toEqual(['1', '2'])
})

test('what the change feed shows is saved', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  expect(await store.changes(portalId, { limit: 9 })).toHaveLength(1)
  expect(savedIds()).toEqual(['1'])
})

test('a commit that changes nothing is not saved', async () => {
  await (await migratedStore()).close()
  const before = statSync(place.file, { bigint: true }).mtimeNs
  const store = await migratedStore()
  await store.readCheckpoint(portalId, 'contacts')
  vi.advanceTimersByTime(60_000)
  await store.close()
  expect(statSync(place.file, { bigint: true }).mtimeNs).toBe(before)
})

test('stores of one process share a file, and each sees what the other commits', async () => {
  const [one, two] = [await migratedStore(), await migratedStore()]
  await one.commit(contactBatch('1'))
  expect(await two.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1'])
  await one.close()
  await two.commit(contactBatch('2'))
  await two.close()
  expect(savedIds()).toEqual(['1', '2'])
})

test('foreign keys are enforced', () => {
  expect(place.connect().prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 })
})

test('while saving fails, commits are refused; then nothing is lost', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  mkdirSync(temporary())
  vi.advanceTimersByTime(1_000)
  await expect(store.commit(contactBatch('2'))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('no further commit is accepted until they are saved'),
  })
  expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1'])
  expect(savedIds()).toEqual([])
  rmSync(temporary(), { recursive: true })
  await store.commit(contactBatch('2'))
  await store.close()
  expect(savedIds()).toEqual(['1', '2'])
})

test('a close that cannot save fails, and can be repeated', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  mkdirSync(temporary())
  await expect(store.close()).rejects.toMatchObject({ code: 'STORE_FAILED' })
  rmSync(temporary(), { recursive: true })
  await store.close()
  expect(savedIds()).toEqual(['1'])
})

test('what another process has written is loaded if nothing is unsaved', async () => {
  const store = await migratedStore()
  writeAsAnother('7')
  expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['7'])
  await store.commit({ ...contactBatch('8'), durable: true })
  expect(savedIds()).toEqual(['7', '8'])
})

test('what another process has written is never overwritten', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  writeAsAnother('7')
  await expect(store.commit(contactBatch('2'))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('another process has written it'),
  })
  expect(savedIds()).toEqual(['7'])
  await store.commit({ ...contactBatch('3'), durable: true })
  expect(savedIds()).toEqual(['3', '7'])
})

test('what another process writes while this one saves is left as it is', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  writeAsAnother('7')
  vi.advanceTimersByTime(1_000)
  expect(savedIds()).toEqual(['7'])
  expect(readdirSync(place.directory)).toEqual(['hubspot.db'])
})

test('a missing file is created again', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  rmSync(place.file)
  await store.close()
  expect(savedIds()).toEqual(['1'])
})

test('a database that another connection has open in WAL mode is refused until that is closed', async () => {
  const other = new Database(place.file)
  other.pragma('journal_mode = WAL')
  other.exec('CREATE TABLE mine (note TEXT)')
  const store = place.store()
  await expect(store.migrate(schema)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/hubspot\.db-wal.*PRAGMA journal_mode = DELETE/),
  })
  other.close()
  expect(readFileSync(place.file)[18]).toBe(2)
  await store.migrate(schema)
  expect(await place.tables()).toContain('mine')
})

test('a database that another connection opens in WAL mode during a save is not replaced', async () => {
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  const other = new Database(place.file)
  other.pragma('journal_mode = WAL')
  other.exec('CREATE TABLE mine (note TEXT)')
  await expect(store.commit({ ...contactBatch('2'), durable: true })).rejects.toMatchObject({
    code: 'STORE_FAILED',
  })
  expect(existsSync(temporary())).toBe(false)
  other.close()
  await store.commit(contactBatch('3'))
  expect(await place.tables()).toContain('mine')
})

test('a database that was left in the middle of a commit is refused', async () => {
  writeFileSync(`${place.file}-journal`, 'pages as they were before')
  await expect(place.store().migrate(schema)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringContaining('hubspot.db-journal'),
  })
})

test('a save keeps the permissions of a file, and a symbolic link stays a link', async () => {
  await (await migratedStore()).close()
  chmodSync(place.file, 0o640)
  const real = join(place.directory, 'real.db')
  renameSync(place.file, real)
  symlinkSync(real, place.file)
  const store = await migratedStore()
  await store.commit(contactBatch('1'))
  await store.close()
  expect(lstatSync(place.file).isSymbolicLink()).toBe(true)
  expect(statSync(real).mode & 0o777).toBe(0o640)
  expect(savedIds(real)).toEqual(['1'])
})

test('the temporary file of a process that was killed during a save is removed', async () => {
  // No process has so high an id.
  const left = `${place.file}-saving-99999999-0`
  writeFileSync(left, 'half a database')
  await migratedStore()
  expect(existsSync(left)).toBe(false)
})

test('a database of sql.js itself is refused', async () => {
  const { Database: Plain } = await engine
  expect(() => sqliteStore({ database: new Plain() as never })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringContaining("driver: 'sql.js'"),
    }),
  )
})

/** Replaces the contacts in the file, as another process would. */
function writeAsAnother(id: string): void {
  const database = new Database(place.file)
  database.exec(`DELETE FROM contacts;
INSERT INTO contacts (portal_id, source_id, source_status, source_updated_at, raw, synced_at)
VALUES ('${portalId}', '${id}', 'ACTIVE', '2026-01-05T00:00:00.000Z', '{}', '2026-01-05T00:00:00.000Z')`)
  database.close()
}

test('a deleted file is created again, with all content, by the next save', async () => {
  const store = await migratedStore()
  await store.commit({ ...contactBatch('1'), durable: true })
  rmSync(place.file)
  await store.commit({ ...contactBatch('2'), durable: true })
  expect(savedIds()).toEqual(['1', '2'])
})
