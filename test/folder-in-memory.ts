import { readFileSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const FOLDER = '/dev/shm'
/** More than everything that the tests have on the disk at the same time. */
const BYTES = 4 * 1_024 ** 3

/** A folder for temporary files in memory, on a machine that has enough of it, so that no test waits for a disk. */
export function folderInMemory(): string {
  try {
    const { bavail, bsize } = statfsSync(FOLDER)
    return bavail * bsize > BYTES && runsPrograms() ? FOLDER : tmpdir()
  } catch {
    return tmpdir()
  }
}

/** The server's programs may have to be copied into it. */
function runsPrograms(): boolean {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
  const options = mounts.filter(([, folder]) => folder === FOLDER).at(-1)?.[3]
  return options !== undefined && !options.split(',').includes('noexec')
}
