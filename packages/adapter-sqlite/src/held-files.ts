import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { HubsyncError } from '@hubsync/core'
import { messageOf } from './sqlite-errors.js'

/** How often reads look. A look takes about half as long as reading a record. */
const BETWEEN_LOOKS_MS = 1_000

/**
 * A database file that a connection has open, its log, and the index of that, which lies in memory that all connections share. The connection keeps the files that it opened, whatever becomes of their
 * names: once one is deleted or replaced, nobody else sees what is written.
 */
export class HeldFiles {
  readonly #path: string
  readonly #log: string
  /** By path, once there is a file: the others are made with the first commit. */
  readonly #identities = new Map<string, string>()
  readonly #watched: readonly string[]
  #lookedAt = Number.NEGATIVE_INFINITY

  /** @param withLog - whether the log and its index stay the same files for as long as the connection is open. */
  constructor(path: string, { withLog }: { withLog: boolean }) {
    this.#path = path
    this.#log = `${path}-wal`
    this.#watched = withLog ? [path, this.#log, `${path}-shm`] : [path]
    this.expectInPlace()
  }

  /** @throws `HubsyncError` with code `STORE_FAILED` where a file was deleted or replaced. */
  expectInPlace(): void {
    for (const path of this.#watched) {
      const known = this.#identities.get(path)
      const found = lookAt(path)
      // Where nobody may look, the file may be as it was.
      if (found === 'unknown') continue
      const id = found === 'gone' ? undefined : found.id
      if (known !== undefined && id !== known) throw movedError(this.#path, path, found)
      if (id !== undefined) this.#identities.set(path, id)
    }
  }

  /** The same for reads, now and then. */
  expectInPlaceLately(): void {
    const now = performance.now()
    if (now - this.#lookedAt < BETWEEN_LOOKS_MS) return
    this.expectInPlace()
    this.#lookedAt = now
  }

  /** Brings to the disk what was committed, by whomever: it may be in the log alone, which the system writes when it sees fit. */
  async flush(): Promise<void> {
    try {
      // Windows flushes only what may be written.
      const log = await open(this.#log, process.platform === 'win32' ? 'r+' : 'r')
      try {
        await log.sync()
      } finally {
        await log.close()
      }
    } catch (cause) {
      // Without a log, or with one that only others may touch, there is nothing to do here.
      if (['ENOENT', 'EACCES', 'EPERM', 'EROFS'].includes((cause as { code: string }).code)) return
      throw new HubsyncError(
        'STORE_FAILED',
        `Expected to bring "${this.#log}" to the disk: ${messageOf(cause)}`,
        { cause },
      )
    }
  }
}

/** What there is under a name: nothing, a file that nobody may look at, or one with what it keeps under another name and no other file has. */
type Found = 'gone' | 'unknown' | { id: string }

function lookAt(path: string): Found {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false })
    return found ? { id: `${found.dev} ${found.ino}` } : 'gone'
  } catch {
    return 'unknown'
  }
}

function movedError(database: string, path: string, found: Found): HubsyncError {
  const what = found === 'gone' ? 'it was deleted' : 'another file is in its place'
  const beside =
    path === database
      ? `, remove "${path}-wal" and "${path}-shm" unless they belong to the file that is there now,`
      : ''
  return new HubsyncError(
    'STORE_FAILED',
    `Expected "${path}" to be the file that this process has open, but ${what}. This store reads and writes nothing more. End every process that has the database open${beside} and start again: what is missing then is read from HubSpot.`,
  )
}
