import type { TestProject } from 'vitest/node'
import { startPgbouncer } from './pgbouncer.js'
import { createDatabase, openServer, type PostgresServer } from './postgres-server.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of this test run's own, dropped at its end. */
    databaseUrl: string
    /** The same database behind PgBouncer, if PGBOUNCER names its program. */
    poolerUrl: string | undefined
  }
}

/**
 * The data is deleted at the end, so nothing has to be on the disk. Deadlocks are made on purpose. Tables that live for a
 * second are not looked after in the background: that would take a tenth of the processor time.
 */
const settings = [
  ...['deadlock_timeout=50ms', 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off'],
  ...['autovacuum=off', 'wal_level=minimal', 'max_wal_senders=0', 'checkpoint_timeout=1h'],
  'max_connections=200',
]

/** Plans that tests make expensive on purpose are not compiled: that takes longer than the statements. */
const databaseSettings = ['jit=off']

/** The server of all projects of this run. Each of them loads this module for itself. */
const shared = globalThis as { hubsyncServer?: { users: number; opened: Promise<PostgresServer> } }

/** A real PostgreSQL server for the tests, with a database of this project's own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.hubsyncServer ??= { users: 0, opened: openServer(settings) }
  const { hubsyncServer: own } = shared
  own.users++
  const server = await own.opened
  const database = await createDatabase(server, 'test', databaseSettings)
  project.provide('databaseUrl', database.url)
  const program = process.env.PGBOUNCER
  const pooler = program ? await startPgbouncer(program, database.url) : undefined
  project.provide('poolerUrl', pooler?.url)
  return async () => {
    await pooler?.stop()
    await database.drop()
    if (--own.users > 0) return
    delete shared.hubsyncServer
    await server.stop()
  }
}
