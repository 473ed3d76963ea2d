import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folders of the packages in a `node_modules` and below it, without symbolic links. */
export function packagesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.name.startsWith('@')) return packagesIn(path)
    const isPackage = entry.isDirectory() && existsSync(join(path, 'package.json'))
    return isPackage ? [path, ...packagesIn(join(path, 'node_modules'))] : []
  })
}

/**
 * Throws if one of these packages runs a script when it is installed. A `binding.gyp` is one too, whatever `gypfile` says: an
 * installation by npm's lockfile doesn't know that field, and compiles.
 */
export function expectNoInstallScripts(packages) {
  if (packages.length < 20) throw new Error(`Expected a tree of packages, got ${packages.length}.`)
  const scripted = packages.filter((path) => {
    const { scripts = {} } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    const isNamed = ['preinstall', 'install', 'postinstall'].some((name) => name in scripts)
    return isNamed || existsSync(join(path, 'binding.gyp'))
  })
  if (scripted.length > 0)
    throw new Error(
      `Expected no package with an install script, but these have one: ${scripted.join(', ')}`,
    )
}
