import { HubsyncError } from '@hubsync/core'
import type { OpenFile, SqliteDatabase } from '../sqlite-database.js'
import { openNativeFile } from './native-file.js'

/**
 * On Node.js 22 and 23 its loading prints an ExperimentalWarning, which only a change of the whole process would hide.
 *
 * @throws `HubsyncError` with code `DRIVER_MISSING` where this Node.js doesn't have it, or was told to leave it out.
 */
export async function loadNodeSqlite(): Promise<OpenFile> {
  // Not imported: bundlers take the `node:` away, without which the module has no name.
  const sqlite = process.getBuiltinModule?.('node:sqlite')
  if (!sqlite)
    throw new HubsyncError(
      'DRIVER_MISSING',
      `Expected a Node.js with node:sqlite (22.13 or later, without --no-experimental-sqlite), got ${process.version}. Update Node.js, or name another \`driver\`.`,
    )
  const open = (file: string) => new sqlite.DatabaseSync(file) as unknown as SqliteDatabase
  return (file, closing) => openNativeFile(file, () => open(file), closing)
}
