import { column, defineObject } from '@hubsync/core'
import { mirrorSchema } from '@hubsync/core/store'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sqliteStore } from '../src/index.js'
import { SqlitePlace, sqliteHarness } from './sqlite-harness.js'

let place: SqlitePlace
beforeEach(() => {
  place = new SqlitePlace()
})
afterEach(() => place.dispose())

const contacts = defineObject({ type: 'contacts', columns: { email: column.text('email') } })
const companies = defineObject({ type: 'companies', columns: { name: column.text('name') } })
const pair = { name: 'contacts_companies', from: contacts, to: companies }
const schema = mirrorSchema([contacts, companies], [pair])

/** The CREATE TABLE statement that SQLite keeps. */
function sqlOf(at: SqlitePlace, table: string): string {
  const found = at.connect().prepare('SELECT sql FROM sqlite_master WHERE name = ?').get(table)
  return (found as { sql: string }).sql
}

/** The comment of each column (undefined if there is none), and whether the table has one. */
async function commentsOf(at: SqlitePlace, table: string) {
  const sql = sqlOf(at, table)
  const columns = (await at.columns(table)).map((name) => {
    const [, comment] = new RegExp(`[\\n ]"?${name}"? [^\\n]*?/\\* (.+?) \\*/`).exec(sql) ?? []
    return [name, comment] as const
  })
  return { table: /^[^\n]+ \( \/\* \S.* \*\/\n/.test(sql), columns: Object.fromEntries(columns) }
}

test('every table and every column says what it is', async () => {
  await place.store().migrate(schema)
  const tables = await place.tables()
  expect(tables.length).toBe(11)
  for (const name of tables) {
    const { table, columns } = await commentsOf(place, name)
    expect(table, name).toBe(true)
    for (const [column, comment] of Object.entries(columns))
      expect(comment, `${name}.${column}`).toMatch(/^\S.+\.$/)
  }
})

test('a column that is added later says what it is, whatever the property is called', async () => {
  const store = place.store()
  await store.migrate(schema)
  const columns = { city: column.text('o\'town */ "\0x'), zip: column.text('zip') }
  await store.migrate(mirrorSchema([contacts, companies.extend({ columns })], [pair]))
  const { columns: said } = await commentsOf(place, 'companies')
  expect(said.city).toBe('HubSpot’s property o\'town * / " x, as text.')
  expect(said.zip).toBe('HubSpot’s property zip, as text.')
  expect(said.synced_at).toBe('When this row was last written here.')
  expect((await place.columns('companies')).slice(-2)).toEqual(['city', 'zip'])
})

test('a table can be created again from the SQL that SQLite keeps', async () => {
  await place.store().migrate(schema)
  const copy = new SqlitePlace()
  try {
    for (const table of ['contacts', 'companies', 'contacts_companies'])
      copy.run(sqlOf(place, table))
    expect(await copy.columns('contacts')).toEqual(await place.columns('contacts'))
  } finally {
    await copy.dispose()
  }
})

test('an upgraded database has the indexes of a new one', async () => {
  const indexesOf = async (at: SqlitePlace) => {
    const store = sqliteStore({ database: at.connect() })
    await store.migrate(schema)
    const lines = at
      .connect()
      .prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
      .all() as { name: string }[]
    return lines.map(({ name }) => name).filter((name) => /^(sync|contacts|companies)_/.test(name))
  }
  const fresh = (await indexesOf(place)).sort()
  expect(fresh).toContain('contacts_by_status_and_id')
  for (const version of sqliteHarness('better-sqlite3').versions) {
    const old = (await sqliteHarness('better-sqlite3').openAt(version)) as SqlitePlace
    try {
      const upgraded = await indexesOf(old)
      expect(upgraded.filter((name) => !/^contacts_contacts/.test(name)).sort()).toEqual(fresh)
    } finally {
      await old.dispose()
    }
  }
})

/** SQLite's query plan of a statement. */
function planOf(at: SqlitePlace, statement: string): string[] {
  const lines = at.connect().prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
  return (lines as { detail: string }[]).map(({ detail }) => detail)
}

test('the associations of a far end are found with their index, not by a scan of the portal', async () => {
  await place.store().migrate(schema)
  const byTo = 'USING INDEX contacts_companies_by_to (portal_id=? AND to_id=?)'
  const unlinking = "DELETE FROM contacts_companies WHERE portal_id = '1' AND to_id = '2'"
  expect(planOf(place, unlinking)).toEqual([`SEARCH contacts_companies ${byTo}`])
  // The check of the foreign key uses it too.
  const burying = "DELETE FROM companies WHERE portal_id = '1' AND source_id = '2'"
  expect(planOf(place, burying)).toContain(`SEARCH contacts_companies ${byTo}`)
})

test('statistics that SQLite has gathered itself are kept', async () => {
  await place.store().migrate(schema)
  const database = place.connect()
  database.exec(
    "INSERT INTO companies (portal_id, source_id, source_status, source_updated_at, raw, synced_at) VALUES ('1', '2', 'ACTIVE', '', '{}', '')",
  )
  database.exec('ANALYZE')
  const gathered = () =>
    database.prepare('SELECT * FROM sqlite_stat1 WHERE tbl = ?').all('companies')
  const before = gathered()
  expect(before).toHaveLength(2)
  await place.store().migrate(schema)
  expect(gathered()).toEqual(before)
})
