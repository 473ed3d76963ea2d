import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { type SqliteDriver, sqliteStore } from '@hubsync/adapter-sqlite'
import type { Store } from '@hubsync/core'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { folderOpenTo, startServer } from '../../postgres-server.js'
import { openBeside } from './sqlite-connection.js'
import { temporaryFolder, temporarySchema } from './stores.js'

/** A place that is first written, and can only be read from then on. */
interface ReadOnlyPlace {
  /** The store that writes to it. */
  writer: Store
  /** Makes it read-only, and returns stores that read it, each as in a process of its own. */
  freeze(): Promise<() => Store>
}

export interface ReadOnlyKind {
  name: string
  open(): Promise<ReadOnlyPlace>
}

/** A file of another user, in a folder of that user. */
const ofSomebodyElse = (driver: SqliteDriver): ReadOnlyKind => ({
  name: `a file that this user may only read, on ${driver}`,
  async open() {
    const file = join(folderForNobody(), 'hubspot.db')
    const writer = sqliteStore({ file, driver })
    return {
      writer,
      async freeze() {
        await writer.close()
        // As for a copy that is handed out: SQLite can't read one in WAL mode without creating a file beside it.
        const database = openBeside(driver, file)
        database.exec('PRAGMA journal_mode = DELETE')
        database.close()
        closeToThisUser(file)
        return () => closedAfterwards(sqliteStore({ file, driver }))
      },
    }
  },
})

/** Root may write to any file, so this other user reads it instead. */
function nobody(): { uid: number; gid: number } | undefined {
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody']))
  return process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined
}

/** A folder for the running test that this user can enter. */
function folderForNobody(): string {
  const folder = mkdtempSync(join(folderOpenTo(nobody()), 'hubsync-'))
  chmodSync(folder, 0o755)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Removes the running test's right to write to a file and its folder. */
function closeToThisUser(file: string): void {
  chmodSync(file, 0o444)
  chmodSync(dirname(file), 0o555)
  const user = nobody()
  if (user) process.seteuid?.(user.uid)
  onTestFinished(() => {
    if (user) process.seteuid?.(0)
    chmodSync(dirname(file), 0o755)
  })
}

const lentToRead = (driver: 'better-sqlite3' | 'node:sqlite'): ReadOnlyKind => ({
  name: `a connection that was opened to read, of ${driver}`,
  async open() {
    const file = join(temporaryFolder(), 'hubspot.db')
    const writer = closedAfterwards(sqliteStore({ file, driver }))
    return {
      writer,
      freeze: async () => () => {
        const database = openBeside(driver, file, true)
        onTestFinished(() => void database.close())
        return sqliteStore({ database })
      },
    }
  },
})

const withSelectOnly = (and: string, setting: 'on' | 'off'): ReadOnlyKind => ({
  name: `a role of PostgreSQL that may only SELECT${and}`,
  async open() {
    const schema = temporarySchema()
    const url = inject('databaseUrl')
    const writer = closedAfterwards(postgresStore({ connectionString: url, schema }))
    return {
      writer,
      async freeze() {
        const role = `reader_${schema}`
        await execute(
          url,
          `CREATE ROLE ${role} LOGIN PASSWORD 'reader';
GRANT USAGE ON SCHEMA ${schema} TO ${role};
GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role};
ALTER ROLE ${role} SET default_transaction_read_only = ${setting}`,
        )
        onTestFinished(() => execute(url, `DROP OWNED BY ${role}; DROP ROLE ${role}`))
        const reading = new URL(url)
        reading.username = role
        reading.password = 'reader'
        const connectionString = reading.href
        return () => closedAfterwards(postgresStore({ connectionString, schema }))
      },
    }
  },
})

const onReplica: ReadOnlyKind = {
  name: 'a replica of PostgreSQL',
  async open() {
    const server = await startServer(['fsync=off'])
    onTestFinished(() => server.stop())
    const writer = postgresStore({ connectionString: server.url })
    return {
      writer,
      async freeze() {
        await writer.close()
        await server.becomeReplica()
        return () => closedAfterwards(postgresStore({ connectionString: server.url }))
      },
    }
  },
}

/** All ways in which a store can be read-only. */
export const readOnlyKinds: readonly ReadOnlyKind[] = [
  ofSomebodyElse('better-sqlite3'),
  ofSomebodyElse('node:sqlite'),
  ofSomebodyElse('sql.js'),
  lentToRead('better-sqlite3'),
  lentToRead('node:sqlite'),
  withSelectOnly(', whose transactions are read-only', 'on'),
  withSelectOnly('', 'off'),
  onReplica,
]

async function execute(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(text)
  await client.end()
}

function closedAfterwards(store: Store): Store {
  onTestFinished(() => store.close())
  return store
}
