// Does what the quickstart says of a project of one's own: packs, installs and runs its program, with commands and
// program taken from the page. An emulated portal stands in for HubSpot.

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
  const page = readFileSync(join(root, 'docs/guide/quickstart.md'), 'utf8')
  const [, section = ''] = /## 3\. Use it in your own project\n([\s\S]*?)\n## /.exec(page) ?? []
  const commands = [...section.matchAll(/check:installed runs these -->\n+```sh\n([\s\S]*?)\n```/g)]
  const [, program = ''] = /```ts\n([\s\S]*?)\n```/.exec(section) ?? []
  if (commands.length !== 2 || !program.includes('sync.run()'))
    throw new Error('Expected two blocks of commands and a program in the third part of the page.')
  rmSync(folder, { recursive: true, force: true })
  // Stands in for the clone: from a link to it, `..` would be the folder that the clone itself is in.
  const clone = join(folder, 'hubsync')
  mkdirSync(clone, { recursive: true })
  const tarballs = `npm run -s --prefix '${root}' tarballs`
  writeFileSync(join(clone, 'package.json'), JSON.stringify({ scripts: { tarballs } }))
  symlinkSync(join(root, 'tarballs'), join(clone, 'tarballs'))
  // The page has it saved between the two blocks, in the folder that the first of them makes.
  writeFileSync(join(folder, 'my-sync.mjs'), program)
  const { createPortal } = await import(join(root, 'packages/emulator/dist/index.js'))
  const portal = createPortal()
  portal.create('contacts', { email: 'ada@example.com' })
  const server = await portal.listen()
  const script = commands.map(([, block]) => block).join('\ncp ../my-sync.mjs .\n')
  const env = {
    ...process.env,
    HUBSPOT_ACCESS_TOKEN: portal.token,
    HUBSPOT_BASE_URL: server.url,
  }
  const { error, stdout, stderr } = await run(script, { cwd: clone, env })
  if (
    error ||
    !/^complete\nada@example\.com$/m.test(stdout) ||
    !/^contacts +changes +1 /m.test(stdout)
  )
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
