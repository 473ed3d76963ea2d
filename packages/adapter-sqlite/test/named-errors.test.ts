import { readFileSync, writeFileSync } from 'node:fs'
import { isHubsyncError, type Store } from '@hubsync/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { drivers } from '../src/sqlite-drivers.js'
import { contactBatch, portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

let place: SqlitePlace
afterEach(() => place.dispose())

/** Each call of a store that looks into its file. */
const calls: [name: string, call: (store: Store) => Promise<unknown>][] = [
  ['portals', (store) => store.portals()],
  ['missing', (store) => store.missing(schema)],
  ['migrate', (store) => store.migrate(schema)],
  ['readCheckpoint', (store) => store.readCheckpoint(portalId, 'contacts')],
  ['commit', (store) => store.commit(contactBatch('2'))],
  ['get', (store) => store.get(portalId, 'contacts', '1')],
  ['list', (store) => store.list(portalId, 'contacts', { limit: 9 })],
  ['ids', (store) => store.ids(portalId, 'contacts', { limit: 9 })],
  ['differing', (store) => store.differing(portalId, 'contacts', [{ id: '1', updatedAt: '' }])],
  ['tombstone', (store) => store.tombstone(portalId, 'contacts', '1')],
  ['changes', (store) => store.changes(portalId, { limit: 9 })],
  ['runs', (store) => store.runs(portalId, { limit: 9 })],
  ['counts', (store) => store.counts(portalId)],
]

async function filled(): Promise<Store> {
  const store = place.store()
  await store.migrate(schema)
  await store.commit({ ...contactBatch('1'), durable: true })
  return store
}

describe.each(drivers)('on %s', (driver) => {
  beforeEach(() => {
    place = new SqlitePlace(driver)
  })

  test('a read of a table that is gone fails with a code', async () => {
    const store = await filled()
    place.run('DROP TABLE contacts')
    await expect(store.get(portalId, 'contacts', '1')).rejects.toMatchObject({
      name: 'HubsyncError',
      code: 'STORE_FAILED',
      message: expect.stringContaining('no such table: contacts'),
    })
  })
})

describe('a file of sql.js that became', () => {
  beforeEach(() => {
    place = new SqlitePlace('sql.js')
  })

  test.each(calls)('a text is named by %s, and left as it is', async (_, call) => {
    const store = await filled()
    const garbage = 'This is no database, it is a text.'.repeat(99)
    writeFileSync(place.file, garbage)
    await expect(call(store)).rejects.toMatchObject({
      name: 'HubsyncError',
      code: 'NOT_A_DATABASE',
      message: expect.stringContaining('hubspot.db'),
    })
    expect(readFileSync(place.file, 'utf8')).toBe(garbage)
  })

  test.each(calls)('half a database is named by %s', async (_, call) => {
    const store = await filled()
    const whole = readFileSync(place.file)
    writeFileSync(place.file, whole.fill('?', 100))
    const error: unknown = await call(store).catch((error: unknown) => error)
    expect(isHubsyncError(error) && error.code).toMatch(/^(STORE_FAILED|NOT_A_DATABASE)$/)
  })
})
