import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Store } from '@hubsync/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sqliteStore } from '../src/index.js'
import { contactBatch, portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

describe.each(['better-sqlite3', 'node:sqlite'] as const)('a file of %s', (driver) => {
  let place: SqlitePlace
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
    place = new SqlitePlace(driver)
  })
  afterEach(async () => {
    await place.dispose()
    vi.useRealTimers()
  })

  async function filled(store: Store): Promise<Store> {
    await store.migrate(schema)
    await store.commit(contactBatch('1'))
    return store
  }

  const stores = {
    'a file': () => place.store(),
    'a lent database': () => sqliteStore({ database: place.connect() }),
  }

  describe.each(Object.entries(stores))('of %s', (_, make) => {
    test('a deleted file is not written any more', async () => {
      const store = await filled(make())
      rmSync(place.file)
      await expect(store.commit(contactBatch('2'))).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringMatching(/hubspot\.db" .* it was deleted.*End every process/),
      })
      expect(existsSync(place.file)).toBe(false)
    })

    test('a replaced file is not written any more, and neither is the file that replaced it', async () => {
      const store = await filled(make())
      writeFileSync(`${place.file}-new`, 'another file')
      renameSync(`${place.file}-new`, place.file)
      await expect(store.commit(contactBatch('2'))).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringMatching(/another file is in its place.*remove ".*hubspot\.db-wal"/),
      })
      expect(readFileSync(place.file, 'utf8')).toBe('another file')
    })

    test('a deleted file is not read any more, after at most a second', async () => {
      const store = await filled(make())
      expect(await store.get(portalId, 'contacts', '1')).not.toBeNull()
      rmSync(place.file)
      vi.advanceTimersByTime(1_000)
      await expect(store.get(portalId, 'contacts', '1')).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringContaining('it was deleted'),
      })
    })

    test('a file that is back in its place is written again', async () => {
      const store = await filled(make())
      renameSync(place.file, `${place.file}-away`)
      await expect(store.commit(contactBatch('2'))).rejects.toMatchObject({ code: 'STORE_FAILED' })
      renameSync(`${place.file}-away`, place.file)
      await store.commit(contactBatch('2'))
      expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1', '2'])
    })
  })

  test.each(['wal', 'shm'])('a store whose -%s file was deleted writes no more', async (ending) => {
    const store = await filled(place.store())
    await store.commit(contactBatch('2'))
    rmSync(`${place.file}-${ending}`)
    await expect(store.commit(contactBatch('3'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining(`hubspot.db-${ending}" to be the file`),
    })
  })

  test('a relative path means the same file after the process changes its working directory', async () => {
    const before = process.cwd()
    process.chdir(place.directory)
    const store = sqliteStore({ file: basename(place.file), driver })
    try {
      await filled(store)
      process.chdir(before)
      await store.commit(contactBatch('2'))
      expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1', '2'])
    } finally {
      process.chdir(before)
      await store.close()
    }
  })

  test('a database in memory has no file to lose', async () => {
    const store = await filled(sqliteStore({ file: ':memory:', driver }))
    await store.commit(contactBatch('2'))
    expect(await store.ids(portalId, 'contacts', { limit: 9 })).toEqual(['1', '2'])
    await store.close()
  })
})
