// Packs every package into a folder, each under its short name: `core.tgz`. Run as a program, into `tarballs`, for projects beside this clone.

import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fillIn, repositoryAddress } from './address.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The path of each package's tarball, by the package's name. */
export function packAll(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const address = repositoryAddress()
  const putBack = address === undefined ? () => {} : fillIn(address)
  try {
    pnpmPack(folder)
  } finally {
    putBack()
  }
  return Object.fromEntries(
    readdirSync(join(root, 'packages')).map((name) => {
      const packed = readdirSync(folder).find((each) => each.startsWith(`hubsync-${name}-`))
      if (packed === undefined) throw new Error(`Expected a tarball of ${name} in ${folder}.`)
      const file = join(folder, `${name}.tgz`)
      renameSync(join(folder, packed), file)
      return [`@hubsync/${name}`, file]
    }),
  )
}

function pnpmPack(folder) {
  const each = ['-r', '--filter', './packages/*', 'exec', 'pnpm', 'pack', '--pack-destination']
  const pnpm = ['--yes', 'pnpm@12.21.0', ...each, folder]
  const shell = process.platform === 'win32'
  const { status, stdout, stderr } = spawnSync('npx', pnpm, { cwd: root, encoding: 'utf8', shell })
  if (status === 0) return
  throw new Error(`Expected the packages to be packed:\n${stdout}\n${stderr}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(root, 'tarballs')
  packAll(folder)
  console.log(`The packages are in ${folder}. In your project:\n  npm install ${folder}/*.tgz`)
}
