import { readdirSync } from 'node:fs'
import type { Store } from '@hubsync/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sqliteStore } from '../src/index.js'
import { contactBatch, portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

/** Lets pending callbacks run. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

const ids = (store: Store) => store.ids(portalId, 'contacts', { limit: 9 })

describe.each(['better-sqlite3', 'node:sqlite'] as const)('on %s', (driver) => {
  let place: SqlitePlace
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    place = new SqlitePlace(driver)
  })
  afterEach(async () => {
    vi.useRealTimers()
    await place.dispose()
  })

  /** Another connection, which holds the write lock. */
  function holding(lock: 'IMMEDIATE' | 'EXCLUSIVE' = 'IMMEDIATE') {
    const other = place.connect()
    other.exec(`BEGIN ${lock}`)
    return other
  }

  describe.each(['a file', 'a lent database'])('of %s', (kind) => {
    async function migrated(): Promise<Store> {
      const store = kind === 'a file' ? place.store() : sqliteStore({ database: place.connect() })
      await store.migrate(schema)
      return store
    }

    test('a commit succeeds once another connection releases the lock', async () => {
      const store = await migrated()
      const other = holding()
      const commit = store.commit(contactBatch('1'))
      await turn()
      other.exec('ROLLBACK')
      await vi.advanceTimersByTimeAsync(25)
      expect((await commit).rows.contacts?.created).toBe(1)
    })

    test('a lock that is held for five seconds is named, and nothing is written', async () => {
      const store = await migrated()
      const other = holding()
      const commit = store.commit(contactBatch('1')).catch((error: unknown) => error)
      await vi.advanceTimersByTimeAsync(5_025)
      expect(await commit).toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringMatching(/within 5 s.*Nothing of this commit was written/),
      })
      other.exec('ROLLBACK')
      expect(await ids(store)).toEqual([])
    })

    test('close() ends the wait for a lock, and leaves no timer', async () => {
      const store = await migrated()
      holding()
      const commit = store.commit(contactBatch('1')).catch((error: unknown) => error)
      await turn()
      await store.close()
      expect(await commit).toMatchObject({ code: 'CLOSED' })
      expect(vi.getTimerCount()).toBe(0)
    })

    test('calls that wait together all go through', async () => {
      const store = await migrated()
      const other = holding()
      const wanted = ['1', '2', '3', '4', '5', '6', '7', '8']
      const commits = wanted.map((id) => store.commit(contactBatch(id)))
      await turn()
      other.exec('ROLLBACK')
      await vi.advanceTimersByTimeAsync(25)
      await Promise.all(commits)
      expect(await ids(store)).toEqual(wanted)
    })
  })

  test('a file that another connection has locked exclusively is opened once the lock is released', async () => {
    const other = place.connect()
    other.exec('PRAGMA journal_mode = DELETE; CREATE TABLE mine (note TEXT); BEGIN EXCLUSIVE')
    const migration = place.store().migrate(schema)
    await turn()
    other.exec('ROLLBACK')
    await vi.advanceTimersByTimeAsync(25)
    await migration
    expect(await place.tables()).toContain('contacts')
  })

  test('close() ends the wait for a file that another connection has locked exclusively', async () => {
    const other = place.connect()
    other.exec('PRAGMA journal_mode = DELETE; CREATE TABLE mine (note TEXT); BEGIN EXCLUSIVE')
    const store = place.store()
    const migration = store.migrate(schema).catch((error: unknown) => error)
    await turn()
    await store.close()
    expect(await migration).toMatchObject({ code: 'CLOSED' })
  })

  test('a file is switched to WAL mode once another connection releases its lock', async () => {
    const other = place.connect()
    other.exec('PRAGMA journal_mode = DELETE; CREATE TABLE mine (note TEXT)')
    const store = place.store()
    expect(await store.portals()).toEqual([])
    other.exec('BEGIN IMMEDIATE')
    const migration = store.migrate(schema)
    await turn()
    other.exec('ROLLBACK')
    await vi.advanceTimersByTimeAsync(25)
    await migration
    expect(readdirSync(place.directory)).toContain('hubspot.db-wal')
  })

  test('a commit waits for a lent database as long as its busy_timeout says, and keeps that setting', async () => {
    const database = place.connect()
    const store = sqliteStore({ database })
    await store.migrate(schema)
    database.exec('PRAGMA busy_timeout = 2000')
    holding()
    const commit = store.commit(contactBatch('1')).catch((error: unknown) => error)
    await turn()
    const setting = () => Object.values(database.prepare('PRAGMA busy_timeout').get() as object)
    expect(setting()).toEqual([2_000])
    await vi.advanceTimersByTimeAsync(2_025)
    expect(await commit).toMatchObject({ message: expect.stringContaining('within 2 s') })
    expect(setting()).toEqual([2_000])
  })

  test('a read of a lent database that is not in WAL mode waits without blocking the event loop', async () => {
    const database = place.connect()
    database.exec('PRAGMA journal_mode = DELETE')
    const store = sqliteStore({ database })
    await store.migrate(schema)
    await store.commit(contactBatch('1'))
    const other = place.connect()
    other.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    const reading = ids(store)
    await turn()
    other.exec('ROLLBACK')
    await vi.advanceTimersByTimeAsync(25)
    expect(await reading).toEqual(['1'])
  })

  test('the first read of a lent database that is not in WAL mode waits the same way', async () => {
    const database = place.connect()
    database.exec('PRAGMA journal_mode = DELETE')
    const store = sqliteStore({ database })
    await store.migrate(schema)
    // A connection that has read nothing yet, not even the schema.
    const Handle = database.constructor as new (file: string) => typeof database
    const fresh = new Handle(place.file)
    fresh.exec('PRAGMA busy_timeout = 5000')
    const other = place.connect()
    other.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
    const reading = sqliteStore({ database: fresh }).portals()
    await turn()
    other.exec('ROLLBACK')
    await vi.advanceTimersByTimeAsync(25)
    expect(await reading).toEqual([])
    fresh.close()
  })

  test('a commit on a lent database waits for the end of its owner’s transaction', async () => {
    const database = place.connect()
    const store = sqliteStore({ database })
    await store.migrate(schema)
    database.exec('CREATE TABLE mine (note TEXT); BEGIN')
    const commits = [
      store.commit(contactBatch('1')),
      store.commit({ ...contactBatch('2'), durable: true }),
    ]
    await turn()
    database.exec(`INSERT INTO mine VALUES ('kept'); COMMIT`)
    await vi.advanceTimersByTimeAsync(50)
    await Promise.all(commits)
    expect(await place.rows('mine')).toEqual([{ note: 'kept' }])
    expect(await ids(store)).toEqual(['1', '2'])
  })

  test('a transaction of the owner that stays open is named once busy_timeout is over', async () => {
    const database = place.connect()
    const store = sqliteStore({ database })
    await store.migrate(schema)
    database.exec('BEGIN')
    const commit = store.commit(contactBatch('1')).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(5_025)
    expect(await commit).toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(
        /no open transaction on the database that you lent within 5 s, but there is one/,
      ),
    })
    database.exec('ROLLBACK')
  })

  test('while the owner of a lent database iterates, reads work and commits wait', async () => {
    const database = place.connect()
    const store = sqliteStore({ database })
    await store.migrate(schema)
    await store.commit(contactBatch('1'))
    const { iterate } = Object.getPrototypeOf(database.prepare('SELECT 1'))
    const lines = iterate.call(database.prepare('SELECT 1 UNION SELECT 2'))
    lines.next()
    expect(await ids(store)).toEqual(['1'])
    const commit = store.commit(contactBatch('2'))
    await turn()
    for (const _ of lines);
    await vi.advanceTimersByTimeAsync(25)
    await commit
    expect(await ids(store)).toEqual(['1', '2'])
  })

  test('a commit that a reader blocks is retried as a whole', async () => {
    const database = place.connect()
    database.exec('PRAGMA journal_mode = DELETE')
    const store = sqliteStore({ database })
    await store.migrate(schema)
    const reader = place.connect()
    reader.exec('PRAGMA journal_mode = DELETE; BEGIN')
    reader.prepare('SELECT count(*) FROM contacts').get()
    const commit = store.commit(contactBatch('1'))
    await turn()
    reader.exec('COMMIT')
    await vi.advanceTimersByTimeAsync(25)
    await commit
    expect((await store.changes(portalId, { limit: 9 })).map(({ id }) => id)).toEqual(['1'])
  })
})
