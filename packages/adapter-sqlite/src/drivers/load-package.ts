import { createRequire } from 'node:module'
import { adviceOnLoading, HubsyncError, isNotInstalled } from '@hubsync/core'
import { messageOf } from '../sqlite-errors.js'

/**
 * Loads a driver that is for the user to install, or not. No bundler follows it, nor puts a constant in its place: it is looked for where the program runs.
 *
 * @param start - takes what the package exports; that this fails is told as the package's failure to load.
 * @throws `HubsyncError` with code `DRIVER_MISSING` where it isn't installed, and `STORE_FAILED` where it doesn't load.
 */
export async function loadPackage<T, Started>(
  name: string,
  start: (loaded: T) => Started | Promise<Started>,
): Promise<Started> {
  try {
    return await start((await import(name.normalize())).default)
  } catch (cause) {
    if (isNotInstalled(name, cause))
      throw new HubsyncError(
        'DRIVER_MISSING',
        `Expected the package "${name}" to be there for sqliteStore({ file, driver: '${name}' }). Install it: npm install ${name} (for a bundle, beside it)`,
        { cause },
      )
    // Installed, but broken: another driver in its place would hide that.
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected the package "${name}" to load: ${messageOf(cause)}. ${adviceOnLoading(cause)}, or name another \`driver\`.`,
      { cause },
    )
  }
}

/** Where a file of a package is. In a bundle of CommonJS there is no `import.meta.url`. */
export function resolvePackage(file: string): string {
  return createRequire(import.meta.url || __filename).resolve(file)
}
