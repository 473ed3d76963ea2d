import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { HubsyncError, isHubsyncError } from '@hubsync/core'
import { loadBetterSqlite3 } from './drivers/better-sqlite3.js'
import { loadNodeSqlite } from './drivers/node-sqlite.js'
import { loadSqlJs } from './drivers/sql-js.js'
import type { OpenedDatabase, OpenFile } from './sqlite-database.js'

/** What runs SQLite: a native package, a part of Node.js, or WebAssembly in memory. */
export type SqliteDriver = 'better-sqlite3' | 'node:sqlite' | 'sql.js'

/** In the order in which {@link firstDriver} tries them. */
const loaders: Record<SqliteDriver, () => Promise<OpenFile>> = {
  'better-sqlite3': loadBetterSqlite3,
  'node:sqlite': loadNodeSqlite,
  'sql.js': loadSqlJs,
}

export const drivers = Object.keys(loaders) as readonly SqliteDriver[]

/** The first installed driver. If it is broken, its error is thrown: the next driver isn't taken. */
export async function firstDriver(): Promise<SqliteDriver> {
  const { driver, broken } = await workingDriver()
  if (broken) throw broken
  return driver
}

/**
 * The first driver that works: for a program whose user has chosen none, and is better served by another than by an
 * error.
 *
 * @returns it, and the error of one before it that is installed, but broken.
 * @throws `HubsyncError` with code `DRIVER_MISSING` if there is none, or the error of a broken one if no other works.
 */
export async function workingDriver(): Promise<{
  driver: SqliteDriver
  broken?: HubsyncError
}> {
  let broken: HubsyncError | undefined
  for (const driver of drivers)
    try {
      await loaders[driver]()
      return broken ? { driver, broken } : { driver }
    } catch (error) {
      if (!isHubsyncError(error)) throw error
      if (error.code !== 'DRIVER_MISSING') broken ??= error
    }
  throw (
    broken ??
    new HubsyncError(
      'DRIVER_MISSING',
      'Expected a SQLite driver to be installed. Install one: npm install better-sqlite3',
    )
  )
}

/** @throws `HubsyncError` with code `DRIVER_MISSING`, `NOT_A_DATABASE` or `STORE_FAILED`. */
export async function openFile(
  file: string,
  driver: SqliteDriver | undefined,
  closing: AbortSignal,
): Promise<OpenedDatabase> {
  const open = await loaders[driver ?? (await firstDriver())]()
  const folder = dirname(file)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected the folder of the SQLite database "${file}" to exist. Create "${folder}", or give another file.`,
    )
  return open(file, closing)
}
