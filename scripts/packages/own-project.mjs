// Does what getting-started says of a project of one's own: packs, installs and runs the guide's first program, with commands and program
// taken from the page. An emulated portal stands in for HubSpot.

import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Throws where a command of the page fails, or its program mirrors nothing. */
export async function tryOwnProject(root, folder) {
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
  await server.close()
  if (error || !/^contacts complete 1 0$/m.test(stdout))
    throw new Error(`Expected the commands of the page to work, got:\n${stdout}\n${stderr}`)
}

/** Not in step with this process, which answers for HubSpot. */
function run(script, options) {
  return new Promise((resolve) => {
    execFile('sh', ['-ec', script], options, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    )
  })
}
