import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../integration/support/stores.js'
import { databaseNamed, onServer } from './docs-mirrors.js'

/** Where a demo or an example may mirror to, as HUBSYNC_STORE names it; each is of the running test's own. */
export const places: { name: string; open: () => Promise<string> }[] = [
  { name: 'SQLite', open: async () => `sqlite:${join(temporaryFolder(), 'hubspot.db')}` },
  { name: 'Postgres', open: temporaryDatabase },
]

async function temporaryDatabase(): Promise<string> {
  const name = `place_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${name}`)
  onTestFinished(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`))
  return databaseNamed(name).href
}
