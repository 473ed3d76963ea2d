import { createRequire } from 'node:module'
import { adviceOnLoading, HubsyncError, isNotInstalled } from '@hubsync/core'
import { messageOf } from '../sqlite-errors.js'

/**
 * Loads an optional driver that the user installs. The name is computed, so that bundlers and minifiers neither follow
 * the import nor inline it: Node.js resolves it at run time.
 *
 * @param start - gets the default export. If it throws, the error says that the package failed to load.
 * @throws `HubsyncError` with code `DRIVER_MISSING` if it isn't installed, and `STORE_FAILED` if it doesn't load.
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
        `Expected the package "${name}" to be installed for sqliteStore({ file, driver: '${name}' }). Install it: npm install ${name} (for a bundle, beside it)`,
        { cause },
      )
    // Installed, but broken. Falling back to another driver would hide that.
    throw new HubsyncError(
      'STORE_FAILED',
      `Expected the package "${name}" to load: ${messageOf(cause)}. ${adviceOnLoading(cause)}, or name another \`driver\`: 'node:sqlite' is part of Node.js.`,
      { cause },
    )
  }
}

/** The path of a file in a package. A CommonJS bundle has no `import.meta.url`. */
export function resolvePackage(file: string): string {
  return createRequire(import.meta.url || __filename).resolve(file)
}
