import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import type { Store } from '@hubsync/core'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { backUpFile, restoreFile } from './file-backup.js'
import { temporaryFolder, temporarySchema } from './stores.js'

/** A database that can be restored to an earlier state. */
export interface RestorablePlace {
  /** Another store here. */
  store(): Store
  backUp(): Promise<void>
  /** Restores the backup. Close the stores first. */
  restore(): Promise<void>
}

export const restorablePlaces: { name: string; open: () => RestorablePlace }[] = [
  { name: 'SQLite', open: restorableFile },
  { name: 'Postgres', open: restorableSchema },
]

function restorableFile(): RestorablePlace {
  const folder = temporaryFolder()
  const [file, backup] = [join(folder, 'hubspot.db'), join(folder, 'backup.db')]
  return {
    store: () => sqliteStore({ file }),
    backUp: () => backUpFile(file, backup),
    restore: async () => restoreFile(file, backup),
  }
}

function restorableSchema(): RestorablePlace {
  const schema = temporarySchema()
  const backup = `${schema}_backup`
  const connectionString = inject('databaseUrl')
  onTestFinished(() => query(`DROP SCHEMA IF EXISTS ${backup} CASCADE`).then(() => {}))

  async function query(...statements: string[]): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString })
    await client.connect()
    let rows: Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    await client.end()
    return rows
  }

  async function tables() {
    return query(`SELECT class.relname AS name, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns
FROM pg_class AS class JOIN pg_attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r' GROUP BY class.relname`)
  }

  return {
    store: () => postgresStore({ connectionString, schema }),
    async backUp() {
      const copies = (await tables()).map(
        ({ name }) => `CREATE TABLE ${backup}.${name} AS TABLE ${schema}.${name}`,
      )
      await query(`CREATE SCHEMA ${backup}`, ...copies)
    },
    async restore() {
      const all = await tables()
      await query(
        // No order of the tables satisfies a foreign key of a table to itself.
        'SET session_replication_role = replica',
        `TRUNCATE ${all.map(({ name }) => `${schema}.${name}`).join(', ')}`,
        ...all.map(
          ({ name, columns }) =>
            `INSERT INTO ${schema}.${name} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM ${backup}.${name}`,
        ),
        `SELECT setval('${schema}.sync_changes_seq_seq', coalesce(max(seq), 1), max(seq) IS NOT NULL) FROM ${schema}.sync_changes`,
      )
    },
  }
}
