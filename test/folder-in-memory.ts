import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const FOLDER = '/dev/shm'
/** All that the tests have on the disk at once takes less. */
const BYTES = 4 * 1_024 ** 3

/** A folder for temporary files which no disk is behind, where the machine has a large one, so that no test waits for a disk. */
export function folderInMemory(): string {
  try {
    const { bavail, bsize } = statfsSync(FOLDER)
    return bavail * bsize > BYTES ? FOLDER : tmpdir()
  } catch {
    return tmpdir()
  }
}
