import { createRequire } from 'node:module'
import { HubsyncError } from '@hubsync/core'
import type { OpenedDatabase, OpenFile } from '../sqlite-database.js'
import { messageOf } from '../sqlite-errors.js'
import { openNativeFile } from './native-file.js'

/** better-sqlite3 13 is built on Node-API 10; on an older Node it ends the process without an error to catch. */
const NODE_API_OF_13 = 10

/** @throws `HubsyncError` with code `DRIVER_MISSING` where it isn't installed, or doesn't run on this Node.js. */
export async function loadBetterSqlite3(): Promise<OpenFile> {
  expectRunnable()
  const Database = await loadPackage()
  return (file) => openNativeFile(file, () => new Database(file))
}

async function loadPackage(): Promise<new (file: string) => OpenedDatabase> {
  try {
    // Not a name that bundlers follow: the package is for the user to install, or not.
    const name = 'better-sqlite3'
    return (await import(name)).default
  } catch (cause) {
    const { code } = cause as { code?: unknown }
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND')
      throw new HubsyncError(
        'DRIVER_MISSING',
        'Expected the package "better-sqlite3" to be there for sqliteStore({ file, driver: \'better-sqlite3\' }). Install it: npm install better-sqlite3',
        { cause },
      )
    // Installed, but broken: another driver in its place would hide that.
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected the package "better-sqlite3" to load: ${messageOf(cause)}. Install it again, or name another \`driver\`.`,
      { cause },
    )
  }
}

/** Refuses a Node.js that better-sqlite3 would bring down. */
export function expectRunnable(nodeApi = Number(process.versions.napi)): void {
  if (nodeApi >= NODE_API_OF_13) return
  const version = installedVersion()
  if (version === undefined || Number.parseInt(version, 10) < 13) return
  throw new HubsyncError(
    'DRIVER_MISSING',
    `Expected Node.js 22.14 or later for better-sqlite3 ${version}, got ${process.version}. Update Node.js, install better-sqlite3@12, or name another \`driver\`.`,
  )
}

function installedVersion(): string | undefined {
  try {
    return createRequire(import.meta.url)('better-sqlite3/package.json').version as string
  } catch {
    return undefined
  }
}
