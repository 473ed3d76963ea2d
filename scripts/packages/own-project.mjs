// Does what getting-started says of a project of one's own: packs, installs and runs the guide's first program, with commands and program
// taken from the page. An emulated portal stands in for HubSpot.

import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectNoInstallScripts, packagesIn } from './install-scripts.mjs'

/**
 * Throws where a command of the page fails, its program mirrors nothing, a package that it installs would run a script, or
 * the command says more than its report.
 *
 * @param nodes the programs of the versions of Node.js to use the command on.
 */
export async function tryOwnProject(root, folder, nodes) {
  const page = readFileSync(join(root, 'docs/guide/getting-started.md'), 'utf8')
  const [, start = '', rest = ''] =
    /## The first run\n([\s\S]*?)```ts\n([\s\S]*?)\n## /.exec(page) ?? []
  const commands = [...start.matchAll(/check:installed runs these -->\n+```sh\n([\s\S]*?)\n```/g)]
  const [program = ''] = rest.split('\n```')
  if (commands.length !== 2 || !program.includes('sync.run()'))
    throw new Error('Expected two blocks of commands and a program under "The first run".')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'my-app'), { recursive: true })
  symlinkSync(root, join(folder, 'hubsync'))
  // Without one, npm would take the nearest folder above that has one.
  writeFileSync(join(folder, 'my-app/package.json'), '{ "private": true }')
  writeFileSync(join(folder, 'my-app/my-sync.mjs'), program)
  const { createPortal } = await import(join(root, 'packages/emulator/dist/index.js'))
  const portal = createPortal()
  portal.create('contacts', { email: 'ada@example.com' })
  const server = await portal.listen()
  const script = commands.map(([, block]) => block).join('\n')
  const env = {
    ...process.env,
    HUBSPOT_ACCESS_TOKEN: portal.token,
    HUBSPOT_BASE_URL: server.url,
  }
  const { error, stdout, stderr } = await run(`cd hubsync\n${script}`, { cwd: folder, env })
  if (error || !/^contacts complete 1 0$/m.test(stdout))
    throw new Error(`Expected the commands of the page to work, got:\n${stdout}\n${stderr}`)
  expectNoInstallScripts(packagesIn(join(folder, 'my-app/node_modules')))
  for (const node of nodes) {
    const command = `'${node}' node_modules/.bin/hubsync sync --json --store sqlite:own.db`
    const { error, stdout, stderr } = await run(command, { cwd: join(folder, 'my-app'), env })
    if (error || stderr !== '')
      throw new Error(`Expected \`${command}\` to work quietly, got:\n${stdout}\n${stderr}`)
  }
  await server.close()
}

/** Not in step with this process, which answers for HubSpot. */
function run(script, options) {
  return new Promise((resolve) => {
    execFile('sh', ['-ec', script], options, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    )
  })
}
