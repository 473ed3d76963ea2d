import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { HubsyncError } from '@hubsync/core'
import { messageOf } from './sqlite-errors.js'

/** Minimum time between two checks by reads. A check takes about half as long as reading a record. */
const BETWEEN_LOOKS_MS = 1_000

/**
 * The files that a connection has open: the database, its `-wal` and its `-shm`. The connection keeps using them after
 * they are deleted or replaced. What it writes then is lost, because no other connection sees it.
 */
export class HeldFiles {
  readonly #path: string
  readonly #log: string
  /** Device and inode by path. The `-wal` and `-shm` files exist from the first commit on. */
  readonly #identities = new Map<string, string>()
  readonly #watched: readonly string[]
  #lookedAt = Number.NEGATIVE_INFINITY

  /** @param withLog - whether `-wal` and `-shm` stay the same files for as long as the connection is open. */
  constructor(path: string, { withLog }: { withLog: boolean }) {
    this.#path = path
    this.#log = `${path}-wal`
    this.#watched = withLog ? [path, this.#log, `${path}-shm`] : [path]
    this.expectInPlace()
  }

  /** @throws `HubsyncError` with code `STORE_FAILED` if a file was deleted or replaced. */
  expectInPlace(): void {
    for (const path of this.#watched) {
      const known = this.#identities.get(path)
      const found = lookAt(path)
      // If the file can't be checked, assume that it is still the same.
      if (found === 'unknown') continue
      const id = found === 'gone' ? undefined : found.id
      if (known !== undefined && id !== known) throw movedError(this.#path, path, found)
      if (id !== undefined) this.#identities.set(path, id)
    }
  }

  /** The same check for reads, at most once a second. */
  expectInPlaceLately(): void {
    const now = performance.now()
    if (now - this.#lookedAt < BETWEEN_LOOKS_MS) return
    this.expectInPlace()
    this.#lookedAt = now
  }

  /** Flushes the log, so that every commit is on the disk, also those of other processes. */
  async flush(): Promise<void> {
    try {
      // Windows flushes only files that are open for writing.
      const log = await open(this.#log, process.platform === 'win32' ? 'r+' : 'r')
      try {
        await log.sync()
      } finally {
        await log.close()
      }
    } catch (cause) {
      // There is no log, or this user may not open it: nothing can be flushed here.
      if (['ENOENT', 'EACCES', 'EPERM', 'EROFS'].includes((cause as { code: string }).code)) return
      throw new HubsyncError(
        'STORE_FAILED',
        `Expected to flush "${this.#log}" to the disk: ${messageOf(cause)}`,
        { cause },
      )
    }
  }
}

/** No file, a file that can't be checked, or the file's identity, which a rename doesn't change. */
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
      ? `, remove "${path}-wal" and "${path}-shm" unless they belong to the file that now has this name,`
      : ''
  return new HubsyncError(
    'STORE_FAILED',
    `Expected "${path}" to be the file that this process has open, but ${what}. This store no longer reads or writes. End every process that has the database open${beside} and start again: the next run reads what is missing from HubSpot.`,
  )
}
