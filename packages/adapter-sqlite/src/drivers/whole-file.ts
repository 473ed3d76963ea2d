import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { HubsyncError } from '@hubsync/core'
import { readOnlyError } from '../sqlite-errors.js'

/** Identifies a version of a file without reading it: inode, size and modification time. Every write changes it. */
export type FileState = string

/** The state of a file that doesn't exist. */
export const NO_FILE: FileState = 'none'

/** The file's absolute path without symbolic links. It stays right if the process changes its working directory. */
export function pathOf(file: string): string {
  const exists = statSync(file, { throwIfNoEntry: false }) !== undefined
  return exists ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file))
}

function stateOf(path: string): FileState {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : NO_FILE
}

/**
 * Whether another process has written the file. A deleted file doesn't count as changed: the next save creates it
 * again.
 */
export function hasChanged(path: string, known: FileState): boolean {
  const state = stateOf(path)
  return state !== NO_FILE && state !== known
}

export function expectUnchanged(path: string, known: FileState): void {
  if (hasChanged(path, known))
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected this process alone to write "${path}", because it holds the file in memory, but another process has written it. The file was left as it is. Commits of this process since the last save are lost, and the next run reads those records again. Let one process write the file, or use the driver better-sqlite3 or node:sqlite.`,
    )
}

/** Throws if the file is read-only. The check is needed because a rename could replace it if its folder is writable. */
export function expectWritable(path: string): void {
  try {
    closeSync(openSync(path, 'r+'))
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ENOENT') throw readOnlyError(cause)
  }
}

/** The content of a database file; none if the file doesn't exist or is empty. */
export function readWhole(path: string): { content?: Uint8Array; state: FileState } {
  clearAway(path)
  expectAlone(path)
  const state = stateOf(path)
  if (state === NO_FILE) return { state }
  const content = readFileSync(path)
  expectAlone(path)
  if (content.length === 0) return { state }
  if (content.toString('latin1', 0, 15) !== 'SQLite format 3')
    throw new Error('file is not a database')
  // These header bytes mark WAL mode, which needs shared memory that sql.js doesn't have. Without a -wal file the
  // content is complete, so the mark can be set to rollback-journal mode.
  content[18] = content[19] = 1
  return { content, state }
}

/** Replaces a file atomically: a reader, also one after a power cut, finds either the old content or the new. */
export function replaceWhole(path: string, known: FileState, content: () => Uint8Array): FileState {
  expectAlone(path)
  expectUnchanged(path, known)
  const temporary = temporaryName(path)
  try {
    const opened = openSync(temporary, 'w')
    try {
      const before = statSync(path, { throwIfNoEntry: false })
      if (before) fchmodSync(opened, before.mode)
      writeFileSync(opened, content())
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
    const state = stateOf(temporary)
    expectAlone(path)
    expectUnchanged(path, known)
    renameSync(temporary, path)
    keepName(dirname(path))
    return state
  } catch (error) {
    removeFile(temporary)
    throw error
  }
}

/**
 * Throws if another program has the file open, or was killed while it did: a part of the data is in another file then.
 */
function expectAlone(path: string): void {
  for (const beside of [`${path}-wal`, `${path}-journal`]) {
    const found = statSync(beside, { throwIfNoEntry: false })
    if (found && (found.size > 0 || beside.endsWith('-wal')))
      throw new HubsyncError(
        'STORE_FAILED',
        `Expected "${path}" to be whole, but part of it is in "${beside}", which the driver sql.js can't read: another program has the database open, or was killed. End that program. If it was killed, open the database once with better-sqlite3, node:sqlite or SQLite's own shell, run "PRAGMA journal_mode = DELETE", and close it.`,
      )
  }
}

/** Flushes a rename to the disk. Windows can't open a folder for that. */
function keepName(folder: string): void {
  try {
    const opened = openSync(folder, 'r')
    try {
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
  } catch {
    // The file is renamed in any case.
  }
}

const temporaryMark = '-saving-'

/**
 * In the same folder, because a rename can't cross file systems. Unique per thread, so that no two write the same file.
 */
function temporaryName(path: string): string {
  return `${path}${temporaryMark}${process.pid}-${threadId}`
}

/** Removes temporary files of processes that were killed during a save. */
function clearAway(path: string): void {
  const start = `${basename(path)}${temporaryMark}`
  for (const name of readdirSync(dirname(path))) {
    const pid = Number(name.startsWith(start) ? name.slice(start.length).split('-')[0] : Number.NaN)
    if (pid > 0 && !isRunning(pid)) removeFile(join(dirname(path), name))
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process is running, but belongs to another user.
    return (error as { code?: unknown }).code === 'EPERM'
  }
}

function removeFile(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // A leftover temporary file does no harm.
  }
}
