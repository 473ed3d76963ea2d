import type { TestProject } from 'vitest/node'
import { startPgbouncer } from './pgbouncer.js'
import { createDatabase, openServer } from './postgres-server.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of this test run's own, dropped at its end. */
    databaseUrl: string
    /** The same database behind PgBouncer, if PGBOUNCER names its program. */
    poolerUrl: string | undefined
  }
}

/** The data is deleted at the end, so nothing has to be on the disk. Deadlocks are made on purpose. */
const settings = [
  ...['deadlock_timeout=50ms', 'fsync=off'],
  ...['synchronous_commit=off', 'full_page_writes=off'],
]

/** Plans that tests make expensive on purpose are not compiled: that takes longer than the statements. */
const databaseSettings = ['jit=off']

/** A real PostgreSQL server for the tests, with a database of this run's own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openServer(settings)
  const database = await createDatabase(server, 'test', databaseSettings)
  project.provide('databaseUrl', database.url)
  const program = process.env.PGBOUNCER
  const pooler = program ? await startPgbouncer(program, database.url) : undefined
  project.provide('poolerUrl', pooler?.url)
  return async () => {
    await pooler?.stop()
    await database.drop()
    await server.stop()
  }
}
