import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseNamed, onServer } from './docs-mirrors.js'

/** Has something done when the test is over, as the context of a test has it. */
export type AtTheEnd = (undo: () => void | Promise<void>) => void

/** Where a demo or an example may mirror to, as HUBSYNC_STORE names it; each is of one test's own. */
export const places: { name: string; open: (atTheEnd: AtTheEnd) => Promise<string> }[] = [
  { name: 'SQLite', open: temporaryFile },
  { name: 'Postgres', open: temporaryDatabase },
]

/** A file that is not there yet. */
export async function temporaryFile(atTheEnd: AtTheEnd): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-place-'))
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }))
  return `sqlite:${join(folder, 'hubspot.db')}`
}

/** A database on the server of the tests. */
async function temporaryDatabase(atTheEnd: AtTheEnd): Promise<string> {
  const name = `place_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${name}`)
  atTheEnd(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`))
  return databaseNamed(name).href
}
