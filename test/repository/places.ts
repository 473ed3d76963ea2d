import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseNamed, onServer } from './docs-mirrors.js'

/** Registers a function to run after the test, as the test's context does. */
export type AtTheEnd = (undo: () => void | Promise<void>) => void

/** Where a demo or an example can mirror to, in the form of HUBSYNC_STORE. Each belongs to one test. */
export const places: { name: string; open: (atTheEnd: AtTheEnd) => Promise<string> }[] = [
  { name: 'SQLite', open: temporaryFile },
  { name: 'Postgres', open: temporaryDatabase },
]

/** A file that doesn't exist yet. */
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
