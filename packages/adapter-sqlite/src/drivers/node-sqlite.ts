import { HubsyncError } from '@hubsync/core'
import type { OpenFile, SqliteDatabase } from '../sqlite-database.js'
import { openNativeFile } from './native-file.js'

/**
 * On Node.js 22 and 23, loading it prints an ExperimentalWarning. Only a setting of the whole process could hide that.
 *
 * @throws `HubsyncError` with code `DRIVER_MISSING` if this Node.js doesn't have it or has it switched off.
 */
export async function loadNodeSqlite(): Promise<OpenFile> {
  // Not imported, because bundlers remove the `node:` prefix, and there is no module `sqlite` without it.
  const sqlite = process.getBuiltinModule?.('node:sqlite')
  if (!sqlite)
    throw new HubsyncError(
      'DRIVER_MISSING',
      `Expected a Node.js with node:sqlite (22.13 or later, without --no-experimental-sqlite), got ${process.version}. Update Node.js, or name another \`driver\`.`,
    )
  const open = (file: string) => new sqlite.DatabaseSync(file) as unknown as SqliteDatabase
  return (file, closing) => openNativeFile(file, () => open(file), closing)
}
