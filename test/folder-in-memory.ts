import { readFileSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const FOLDER = '/dev/shm'
/** All that the tests have on the disk at once takes less. */
const BYTES = 4 * 1_024 ** 3

/** A folder for temporary files which no disk is behind, where the machine has a large one, so that no test waits for a disk. */
export function folderInMemory(): string {
  try {
    const { bavail, bsize } = statfsSync(FOLDER)
    return bavail * bsize > BYTES && runsPrograms() ? FOLDER : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** The server's programs may have to be copied there. */
function runsPrograms(): boolean {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
  const options = mounts.filter(([, folder]) => folder === FOLDER).at(-1)?.[3]
  return options !== undefined && !options.split(',').includes('noexec')
}
