import fs, { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { DatabaseSync } from 'node:sqlite'
import { createHubspotSync } from '@hubsync/core'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type SqliteDatabase, sqliteStore } from '../src/index.js'
import { contactBatch, portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

let place: SqlitePlace
afterEach(() => place.dispose())

const moment = '2026-01-05T00:00:00.000Z'
const portal = {
  portalId,
  uiDomain: 'app.hubspot.com',
  timeZone: 'UTC',
  firstRunAt: moment,
  lastRunAt: moment,
}

const prototypes: Record<'better-sqlite3' | 'node:sqlite', SqliteDatabase> = {
  'better-sqlite3': createRequire(import.meta.url)('better-sqlite3').prototype,
  'node:sqlite': DatabaseSync.prototype as unknown as SqliteDatabase,
}

/** SQLite's numbers for the values of `synchronous`. */
const [NORMAL, EXTRA] = [1, 3]

describe.each(['better-sqlite3', 'node:sqlite'] as const)('on %s', (driver) => {
  /** The value of `synchronous` at each commit of any connection, as the connection reports it. */
  let commits: number[]
  beforeEach(() => {
    place = new SqlitePlace(driver)
    commits = []
    const prototype = prototypes[driver]
    const { exec } = prototype
    vi.spyOn(prototype, 'exec').mockImplementation(function (this: SqliteDatabase, sql) {
      if (sql === 'COMMIT') commits.push(synchronous(this))
      return exec.call(this, sql)
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  function synchronous(database: SqliteDatabase): number {
    return (database.prepare('PRAGMA synchronous').get() as { synchronous: number }).synchronous
  }

  /** The value of `synchronous` at each commit during `work`. */
  async function settingsOf(work: () => Promise<unknown>): Promise<number[]> {
    commits = []
    await work()
    return commits
  }

  test('enqueued records are on the disk when enqueue() resolves', async () => {
    const store = place.store()
    await store.migrate(schema)
    await store.commit({ portalId, at: moment, portal })
    const sync = createHubspotSync({ store, accessToken: 'a-token-of-nobody' })
    await sync.portalId()
    const hints = [{ object: 'contacts', id: '1' }]
    expect(await settingsOf(() => sync.enqueue(hints))).toEqual([EXTRA])
  })

  test('other commits do not wait for the disk', async () => {
    const store = place.store()
    await store.migrate(schema)
    await store.commit({ ...contactBatch('1'), durable: true })
    expect(await settingsOf(() => store.commit(contactBatch('2')))).toEqual([NORMAL])
  })

  test('a failed commit does not change the setting of the next ones', async () => {
    const store = place.store()
    await store.migrate(schema)
    const stream = 'contacts'
    const checkpoint = { stream, expected: { is: 'nowhere' }, next: {} }
    await expect(
      store.commit({ ...contactBatch('1'), checkpoint, durable: true }),
    ).rejects.toMatchObject({ code: 'CHECKPOINT_CONFLICT' })
    expect(await settingsOf(() => store.commit(contactBatch('2')))).toEqual([NORMAL])
  })

  test.each(['OFF', 'NORMAL', 'FULL'])(
    'a lent database that is set to %s keeps that, except during durable commits',
    async (setting) => {
      const database = place.connect()
      const store = sqliteStore({ database })
      await store.migrate(schema)
      database.exec(`PRAGMA synchronous = ${setting}`)
      const before = synchronous(database)
      const durable = () => store.commit({ ...contactBatch('1'), durable: true })
      expect(await settingsOf(durable)).toEqual([EXTRA])
      expect(synchronous(database)).toBe(before)
    },
  )

  test('a durable commit is refused inside a transaction of the user, which continues', async () => {
    const database = place.connect()
    const store = sqliteStore({ database })
    await store.migrate(schema)
    database.exec(`CREATE TABLE mine (note TEXT); BEGIN; INSERT INTO mine VALUES ('kept')`)
    await expect(store.commit({ ...contactBatch('1'), durable: true })).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('no open transaction'),
    })
    database.exec('COMMIT')
    expect(await place.rows('mine')).toEqual([{ note: 'kept' }])
  })

  test('entries that the change feed shows are on the disk', async () => {
    const store = place.store()
    await store.migrate(schema)
    await store.commit(contactBatch('1'))
    const flushed = await flushes()
    expect(await store.changes(portalId, { limit: 9 })).toHaveLength(1)
    expect(flushed).toEqual([statSync(`${place.file}-wal`).ino])
  })
})

/** The files that are flushed with `node:fs/promises` from now on. */
async function flushes(): Promise<number[]> {
  const flushed: number[] = []
  const handle = await open(import.meta.filename)
  const prototype = Object.getPrototypeOf(handle) as typeof handle
  await handle.close()
  const { sync } = prototype
  vi.spyOn(prototype, 'sync').mockImplementation(async function (this: typeof handle) {
    flushed.push((await this.stat()).ino)
    return sync.call(this)
  })
  return flushed
}

test('with sql.js a durable commit is on the disk before it replaces the file', async () => {
  place = new SqlitePlace('sql.js')
  const store = place.store()
  await store.migrate(schema)
  const taken = steps()
  await store.commit({ ...contactBatch('1'), durable: true })
  expect(taken).toEqual(['flush the file', 'rename it', 'flush the folder'])
})

/** The flushes and renames from now on. */
function steps(): string[] {
  const taken: string[] = []
  const { fsyncSync, renameSync } = fs
  fs.fsyncSync = (descriptor) => {
    taken.push(fs.fstatSync(descriptor).isDirectory() ? 'flush the folder' : 'flush the file')
    fsyncSync(descriptor)
  }
  fs.renameSync = (from, to) => {
    taken.push('rename it')
    renameSync(from, to)
  }
  syncBuiltinESMExports()
  onTestFinished(() => {
    Object.assign(fs, { fsyncSync, renameSync })
    syncBuiltinESMExports()
  })
  return taken
}
