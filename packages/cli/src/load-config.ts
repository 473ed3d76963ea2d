import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, resolve } from 'node:path'
import { expectedGot, kindOf, noOptionNamed, show } from '@hubsync/core/store'
import { broughtAlong, type HubsyncConfig } from './define-config.js'
import { UsageError } from './usage-error.js'

const names = ['hubsync.config.ts', 'hubsync.config.js', 'hubsync.config.mjs']

/** A configuration, and its file. */
export interface LoadedConfig {
  config: HubsyncConfig
  /** The name of the file. Undefined without a file: then all options have their defaults. */
  file: string | undefined
}

/**
 * Loads the given file, or the one in the working directory.
 *
 * @throws `UsageError` if it can't be used.
 */
export async function loadConfig(cwd: string, wanted: string | undefined): Promise<LoadedConfig> {
  const path = configPath(cwd, wanted)
  if (path === undefined) return { config: {}, file: undefined }
  if (!existsSync(path))
    throw new UsageError(expectedGot('--config to be the name of a file that exists', show(wanted)))
  const file = basename(path)
  return { config: await checked(await evaluate(path, file), file), file }
}

/** The path of the configuration: the given one, or the one in the working directory, if there is one. */
export function configPath(cwd: string, wanted: string | undefined): string | undefined {
  return wanted === undefined ? discover(cwd) : resolve(cwd, wanted)
}

function discover(cwd: string): string | undefined {
  const found = names.map((name) => resolve(cwd, name)).filter((path) => existsSync(path))
  if (found.length > 1)
    throw new UsageError(
      expectedGot(
        'one configuration',
        found.map((path) => basename(path)).join(' and '),
        'Remove one of them, or choose with --config.',
      ),
    )
  return found[0]
}

/**
 * Loads a module of the user's, which may be TypeScript.
 *
 * @throws `UsageError` if that fails.
 */
export async function evaluate(path: string, file: string): Promise<unknown> {
  const { createJiti } = await import('jiti')
  // The configuration gets the program's own copies of these packages: its folder may have none.
  const { resolve: own } = createRequire(import.meta.url)
  const packages = ['@hubsync/cli', '@hubsync/core'].map((name) => [name, own(name)])
  const jiti = createJiti(path, {
    alias: Object.fromEntries(packages),
    interopDefault: false,
    fsCache: false,
    moduleCache: false,
  })
  try {
    return await jiti.import(path)
  } catch (cause) {
    const { message } = cause as { message?: string }
    throw new UsageError(`Expected ${file} to be loaded, but it failed: ${message ?? cause}`, {
      cause,
    })
  }
}

async function checked(module: unknown, file: string): Promise<HubsyncConfig> {
  const config = (module as { default?: unknown } | null)?.default
  if (config === null || typeof config !== 'object' || Array.isArray(config))
    throw new UsageError(
      expectedGot(
        `${file} to have a configuration as its default export`,
        kindOf(config),
        'Write: export default defineConfig({ … }).',
      ),
    )
  const { optionNames } = await import('@hubsync/core')
  const known = optionNames.filter((name) => !isBroughtAlong(name))
  const unknown = Object.keys(config).find((name) => !known.some((each) => each === name))
  if (unknown !== undefined) throw new UsageError(noOptionNamed(unknown, file, known))
  return config as HubsyncConfig
}

function isBroughtAlong(name: string): boolean {
  return broughtAlong.some((each) => each === name)
}
