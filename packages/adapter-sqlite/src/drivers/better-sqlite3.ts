import { readFileSync } from 'node:fs'
import { HubsyncError } from '@hubsync/core'
import type { OpenFile, SqliteDatabase } from '../sqlite-database.js'
import { loadPackage, resolvePackage } from './load-package.js'
import { openNativeFile } from './native-file.js'

type Opener = new (file: string) => SqliteDatabase

/** better-sqlite3 13 needs Node-API 10. On an older Node.js it crashes the process, so no error can be caught. */
const NODE_API_OF_13 = 10

/**
 * @throws `HubsyncError` with code `DRIVER_MISSING` if it isn't installed or doesn't run on this Node.js, and
 * `STORE_FAILED` if it doesn't load.
 */
export async function loadBetterSqlite3(): Promise<OpenFile> {
  expectRunnable()
  const Database = await loadPackage('better-sqlite3', (loaded: Opener) => {
    // Its native part is loaded with the first database only.
    new loaded(':memory:').close()
    return loaded
  })
  return (file, closing) => openNativeFile(file, () => new Database(file), closing)
}

/** Throws if better-sqlite3 would crash this Node.js. */
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
    const description = readFileSync(resolvePackage('better-sqlite3/package.json'), 'utf8')
    return JSON.parse(description).version as string
  } catch {
    return undefined
  }
}
