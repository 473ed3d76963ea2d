import type { Store } from '@hubsync/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type SqliteDatabase, sqliteStore } from '../src/index.js'
import { contactBatch, schema as contactsAlone, portalId } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

const schema = {
  objects: [...contactsAlone.objects, { name: 'companies', type: 'companies', columns: [] }],
  pairs: [{ name: 'contacts_companies', from: 'contacts', to: 'companies' }],
}
const edge = { toId: '9', category: 'HUBSPOT_DEFINED', typeId: 1, label: null }
const claims = ['1', '2'].map((id) => ({ id, updatedAt: '2026-01-05T00:00:00.000Z' }))

/** Reads that run several statements. */
const reads: Record<string, (store: Store) => Promise<unknown>> = {
  missing: (store) => store.missing(schema),
  differing: (store) => store.differing(portalId, 'contacts', claims),
  counts: (store) => store.counts(portalId),
}

/** A database with a hook that runs before its second SELECT, as a commit of another connection could. */
function interrupted(database: SqliteDatabase) {
  let asked = 0
  let change: (() => void) | undefined
  const count = () => {
    asked++
    if (asked === 2) change?.()
  }
  const lent: SqliteDatabase = {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql)
      // This pragma reads a setting of the connection, no data.
      if (sql.startsWith('PRAGMA busy_timeout')) return statement
      return {
        run: (...values) => statement.run(...values),
        get(...values) {
          count()
          return statement.get(...values)
        },
        all(...values) {
          count()
          return statement.all(...values)
        },
      }
    },
  }
  return {
    lent,
    interruptBy(work: () => void) {
      asked = 0
      change = work
    },
    wasInterrupted: () => asked >= 2,
  }
}

describe.each(['better-sqlite3', 'node:sqlite'] as const)('on %s', (driver) => {
  let place: SqlitePlace
  beforeEach(() => {
    place = new SqlitePlace(driver)
  })
  afterEach(() => place.dispose())

  async function filled(database: SqliteDatabase): Promise<Store> {
    const store = sqliteStore({ database })
    await store.migrate(schema)
    const [one, two] = ['1', '2'].map((id) => contactBatch(id).rows?.[0]?.rows[0])
    const company = contactBatch('9').rows?.[0]?.rows ?? []
    await store.commit({
      ...contactBatch('1'),
      rows: [
        { object: 'contacts', rows: [one, two].filter((row) => row !== undefined), feed: true },
        { object: 'companies', rows: company, feed: true },
      ],
      associations: ['1', '2'].map((fromId) => ({
        pair: 'contacts_companies',
        fromId,
        edges: [edge],
      })),
    })
    return store
  }

  test.each(Object.keys(reads))(
    '%s reads one snapshot, whatever another connection commits meanwhile',
    async (name) => {
      const read = reads[name] as (typeof reads)[string]
      const { lent, interruptBy, wasInterrupted } = interrupted(place.connect())
      const store = await filled(lent)
      const before = await read(store)
      const other = place.connect()
      interruptBy(() =>
        other.exec(
          'BEGIN; DROP TABLE contacts_companies; DROP TABLE companies; DELETE FROM contacts; COMMIT',
        ),
      )
      expect(await read(store)).toEqual(before)
      expect(wasInterrupted()).toBe(true)
    },
  )

  test('a read works inside a transaction of the owner of a lent database, which continues', async () => {
    const database = place.connect()
    const store = await filled(database)
    database.exec(
      "BEGIN; DELETE FROM contacts_companies; DELETE FROM contacts WHERE source_id = '1'",
    )
    expect(await store.counts(portalId)).toMatchObject({ contacts: { active: 1 } })
    database.exec('ROLLBACK')
    expect(await store.counts(portalId)).toMatchObject({ contacts: { active: 2 } })
  })

  test('a read that fails leaves no transaction open', async () => {
    const database = place.connect()
    const store = await filled(database)
    database.exec('DROP TABLE contacts_companies; DROP TABLE companies')
    await expect(store.counts(portalId)).rejects.toMatchObject({ code: 'STORE_FAILED' })
    database.exec('BEGIN IMMEDIATE; COMMIT')
  })
})
