// Installs and builds where that is due: where a source, a package.json or the lockfile isn't what it was when this was last done.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, '.cache/ready')
const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name))
const inputs = [
  ...['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'tsconfig.base.json'],
  ...packages.flatMap((folder) => [
    ...['package.json', 'tsconfig.json', 'tsup.config.ts'].map((name) => join(folder, name)),
    ...filesIn(join(folder, 'src')),
  ]),
]

const state = stateOf(inputs)
const made = ['node_modules', ...packages.map((folder) => join(folder, 'dist'))]
const built = made.every((folder) => existsSync(join(root, folder)))
if (!built || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== state) {
  for (const script of ['setup', 'setup:build']) run(script)
  mkdirSync(join(root, '.cache'), { recursive: true })
  writeFileSync(stamp, state)
}

function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .sort()
}

/** Sizes and dates, not contents: that is quick, and what it takes for changed too often is only built again. */
function stateOf(files) {
  const hash = createHash('sha256')
  for (const file of files) {
    const path = join(root, file)
    const { size, mtimeMs } = existsSync(path) ? statSync(path) : { size: -1, mtimeMs: -1 }
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function run(script) {
  const shell = process.platform === 'win32'
  const { status } = spawnSync('npm', ['run', '-s', script], { cwd: root, stdio: 'inherit', shell })
  if (status !== 0) process.exit(status ?? 1)
}
