import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { output } from './output.mjs'

const here = fileURLToPath(new URL('msw', import.meta.url))

/** Uses the packed emulator with this version of MSW, which is a peer of it, in a project of its own. */
export async function tryMsw(version, tarball, folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(here, folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  await run('npm', ['install', ...options, tarball, `msw@${version}`])
  await run(process.execPath, ['use.mjs'])
  await run('npx', ['--no-install', 'tsc', '-p', '.'])

  async function run(command, args) {
    const { status, stdout, stderr } = await output(command, args, folder)
    if (status !== 0)
      throw new Error(`Expected the emulator to work with msw ${version}:\n${stdout}${stderr}`)
  }
}
