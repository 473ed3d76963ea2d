import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type SqliteDriver, sqliteStore } from '@hubsync/adapter-sqlite'
import { createMirrorReader, type Store } from '@hubsync/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { temporaryFolder } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

/** Only one copy of SQLite may be in a process: a second one would take the locks of the first. */
const driver: SqliteDriver = 'node:sqlite'
const size = { contacts: 3, companies: 2, deals: 1 }

/** A connection that holds the write lock. */
function holding(file: string): DatabaseSync {
  const other = new DatabaseSync(file)
  onTestFinished(() => other.close())
  other.exec('BEGIN IMMEDIATE')
  return other
}

/** The same store, and a promise of its next transaction. */
function watched(store: Store): { store: Store; asked: () => Promise<void> } {
  let tell = () => {}
  const noting = <Given, Result>(call: (given: Given) => Result) => {
    return (given: Given) => {
      // After the store has begun.
      setImmediate(tell)
      return call(given)
    }
  }
  return {
    store: { ...store, migrate: noting(store.migrate), commit: noting(store.commit) },
    asked: () =>
      new Promise((resolve) => {
        tell = resolve
      }),
  }
}

describe('a mirror in a SQLite file', () => {
  test('is run to its end once another connection lets go of the write lock', async () => {
    const file = join(temporaryFolder(), 'hubspot.db')
    const { store, asked } = watched(sqliteStore({ file, driver }))
    const { portal, sync } = createWorld(store)
    await sync.run()
    populate(portal, size)
    const other = holding(file)
    const run = sync.run()
    await asked()
    other.exec('ROLLBACK')
    expect((await run).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('is read for the first time while another connection writes, and the host goes on', async () => {
    const file = join(temporaryFolder(), 'hubspot.db')
    const { portal, sync } = createWorld(sqliteStore({ file, driver }))
    populate(portal, size)
    await sync.run()
    const other = holding(file)
    const reader = createMirrorReader({ store: sqliteStore({ file, driver }) })
    onTestFinished(() => reader.close())
    const page = reader.list('contacts')
    // A store that blocked the event loop would have failed by now.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    other.exec('ROLLBACK')
    expect((await page).results).toHaveLength(3)
  })

  test('is run no more once the file was deleted, and makes no other', async () => {
    const file = join(temporaryFolder(), 'hubspot.db')
    const { portal, sync } = createWorld(sqliteStore({ file, driver }))
    populate(portal, size)
    await sync.run()
    rmSync(file)
    await expect(sync.run()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('it was deleted'),
    })
  })

  test('takes no hint once the file was deleted', async () => {
    const file = join(temporaryFolder(), 'hubspot.db')
    const { portal, sync } = createWorld(sqliteStore({ file, driver }))
    populate(portal, size)
    await sync.run()
    rmSync(file)
    await expect(sync.enqueue([{ object: 'contacts', id: '1' }])).rejects.toMatchObject({
      code: 'STORE_FAILED',
    })
  })
})
