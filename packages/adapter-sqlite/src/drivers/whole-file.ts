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

/** What tells one content of a file from the next without reading it: whoever writes it changes this. */
export type FileState = string

/** The state of a file that doesn't exist. */
export const NO_FILE: FileState = 'none'

/** The same for every name that a file goes by, wherever the process goes. */
export function pathOf(file: string): string {
  const exists = statSync(file, { throwIfNoEntry: false }) !== undefined
  return exists ? realpathSync(file) : join(realpathSync(dirname(file)), basename(file))
}

function stateOf(path: string): FileState {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : NO_FILE
}

/** Whether another has written the file. One that is gone isn't changed: it is made again. */
export function hasChanged(path: string, known: FileState): boolean {
  const state = stateOf(path)
  return state !== NO_FILE && state !== known
}

export function expectUnchanged(path: string, known: FileState): void {
  if (hasChanged(path, known))
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected "${path}" to be written by this process alone, which holds it in memory, but another one has written it. It was left as it is; what was committed here since the last save is gone, and the next run reads it again. Let one process write the file, or use the driver better-sqlite3 or node:sqlite.`,
    )
}

/** Refuses a file that may only be read. Its folder might still let another one take its place. */
export function expectWritable(path: string): void {
  try {
    closeSync(openSync(path, 'r+'))
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ENOENT') throw readOnlyError(cause)
  }
}

/** The content of a database file; none where there is no file, or an empty one. */
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
  // Says that the file is in WAL mode, which needs memory that is shared with others. With no log beside it, it needs no more.
  content[18] = content[19] = 1
  return { content, state }
}

/** Replaces a file in one step: whoever reads it finds the old content or the new, and so does a process after a power cut. */
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

/** Refuses a file that another program has open, or that one left in the middle of its work: part of it is in another file. */
function expectAlone(path: string): void {
  for (const beside of [`${path}-wal`, `${path}-journal`]) {
    const found = statSync(beside, { throwIfNoEntry: false })
    if (found && (found.size > 0 || beside.endsWith('-wal')))
      throw new HubsyncError(
        'STORE_FAILED',
        `Expected "${path}" to be whole, but part of it is in "${beside}", which the driver sql.js can't read: another program has the database open, or was killed. End that program. Where it was killed, open the database once with better-sqlite3, node:sqlite or SQLite's own shell, run "PRAGMA journal_mode = DELETE", and close it.`,
      )
  }
}

/** Brings a rename to the disk, where the system lets a folder be opened for that: Windows doesn't. */
function keepName(folder: string): void {
  try {
    const opened = openSync(folder, 'r')
    try {
      fsyncSync(opened)
    } finally {
      closeSync(opened)
    }
  } catch {
    // The file is in its place all the same.
  }
}

const temporaryMark = '-saving-'

/** In the same folder, since a rename doesn't leave its disk; of this thread's own, so that no two write one file. */
function temporaryName(path: string): string {
  return `${path}${temporaryMark}${process.pid}-${threadId}`
}

/** Removes what processes left that were killed while they saved. */
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
    // One of another user's is there and can't be signalled.
    return (error as { code?: unknown }).code === 'EPERM'
  }
}

function removeFile(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // It lies there in vain, and harms nobody.
  }
}
