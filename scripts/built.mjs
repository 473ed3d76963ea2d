// Records what the packages were installed and built from, to find out whether that has to be done again.

import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, '.cache/ready')
const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name))

/** pnpm's own copy of the lockfile that it has installed from. */
const installed = 'node_modules/.pnpm/lock.yaml'

export function isInstalled() {
  const text = (file) => readFileSync(join(root, file), 'utf8')
  return existsSync(join(root, installed)) && text(installed) === text('pnpm-lock.yaml')
}

/** Whether the sources, the package.json files and the installed packages are unchanged since the last build. */
export function isBuilt() {
  const made = packages.map((folder) => join(folder, 'dist'))
  return (
    made.every((folder) => existsSync(join(root, folder))) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === stateOfInputs()
  )
}

/** Builds, and records the state of the inputs, unless the build fails or the sources change meanwhile. */
export function noteBuild(build) {
  rmSync(stamp, { force: true })
  const state = stateOfInputs()
  build()
  mkdirSync(join(root, '.cache'), { recursive: true })
  writeFileSync(stamp, state)
}

/** Sizes and dates instead of contents, because that is quick. A false positive only causes another build. */
function stateOfInputs() {
  const hash = createHash('sha256')
  for (const file of inputs()) {
    const path = join(root, file)
    const { size, mtimeMs } = existsSync(path) ? statSync(path) : { size: -1, mtimeMs: -1 }
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function inputs() {
  return [
    'package.json',
    installed,
    'pnpm-workspace.yaml',
    'tsconfig.base.json',
    ...packages.flatMap((folder) => [
      ...['package.json', 'tsconfig.json', 'tsup.config.ts'].map((name) => join(folder, name)),
      ...['src', 'scripts'].flatMap((name) => filesIn(join(folder, name))),
    ]),
  ]
}

function filesIn(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .sort()
}
