import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { type SqliteDatabase, type SqliteDriver, sqliteStore } from '@hubsync/adapter-sqlite'
import type { Store } from '@hubsync/core'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { openBeside } from './sqlite-connection.js'
import { temporaryFolder, temporarySchema } from './stores.js'

type Line = Record<string, unknown>

/** A database that somebody else uses too. */
export interface SharedDatabase {
  /** A store of its own, as each process has one. */
  store(): Store
  /** SQL that somebody runs by hand, without hubsync. */
  byHand(sql: string): Promise<void>
  /** The content of a table. */
  lines(table: string): Promise<Line[]>
  /** Drops a table that others refer to, and keeps those. */
  dropAlone(table: string): Promise<void>
}

/** Makes a store save now that otherwise saves later. */
const nothing = { portalId: '0', at: '2026-01-01T00:00:00.000Z' }

const onSqlite = (driver: SqliteDriver) => (): SharedDatabase => {
  const file = join(temporaryFolder(), 'hubspot.db')
  const opened: Store[] = []
  onTestFinished(async () => {
    for (const store of opened) await store.close()
  })
  const connected = <T>(work: (database: SqliteDatabase) => T): T => {
    const database = openBeside(driver, file)
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
  return {
    store() {
      const store = sqliteStore({ file, driver })
      opened.push(store)
      return store
    },
    byHand: async (sql) => {
      // As the command line of SQLite does, which doesn't enforce foreign keys.
      connected((database) => database.exec(`PRAGMA foreign_keys = OFF; ${sql}`))
    },
    async lines(table) {
      for (const store of opened) await store.commit({ ...nothing, durable: true })
      return connected((database) => database.prepare(`SELECT * FROM ${table}`).all() as Line[])
    },
    dropAlone: async (table) => {
      connected((database) => database.exec(`PRAGMA foreign_keys = OFF; DROP TABLE ${table}`))
    },
  }
}

const onPostgres = (): SharedDatabase => {
  const schema = temporarySchema()
  const opened: Store[] = []
  onTestFinished(async () => {
    for (const store of opened) await store.close()
  })
  const ask = async (sql: string) => {
    const client = new pg.Client({ connectionString: inject('databaseUrl') })
    await client.connect()
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}; SET search_path TO ${schema}`)
    const { rows } = await client.query(sql)
    await client.end()
    return rows
  }
  const byHand = async (sql: string) => {
    await ask(sql)
  }
  return {
    store() {
      const store = postgresStore({ connectionString: inject('databaseUrl'), schema })
      opened.push(store)
      return store
    },
    byHand,
    lines: (table) => ask(`SELECT * FROM ${table}`),
    dropAlone: (table) => byHand(`DROP TABLE ${table} CASCADE`),
  }
}

export const sharedDatabases: { name: string; open: () => SharedDatabase }[] = [
  { name: 'SQLite', open: onSqlite('better-sqlite3') },
  { name: 'node:sqlite', open: onSqlite('node:sqlite') },
  { name: 'sql.js', open: onSqlite('sql.js') },
  { name: 'Postgres', open: onPostgres },
]
