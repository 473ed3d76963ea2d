import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createWorld, fill, hubsync, temporaryFolder, type World } from './support/world.js'

// These run the program as it is installed.
const main = join(import.meta.dirname, '../dist/main.js')

beforeAll(() => {
  if (!existsSync(main))
    throw new Error('Expected packages/cli/dist/main.js to be built. Run: pnpm run build')
})

function start(
  { folder, env }: World,
  command: string,
  args: readonly string[],
): { child: ChildProcess; shown(text: string): Promise<void>; output(): string } {
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
  }).setMaxListeners(0)
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      child.emit('output')
    })
  return {
    child,
    output: () => output,
    async shown(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(`It ended without "${text}":\n${output}`)
        await new Promise((resolve) => {
          for (const event of ['output', 'close']) child.once(event, resolve)
        })
      }
    },
  }
}

const exitOf = async (child: ChildProcess) => (await once(child, 'close'))[0] as number | null

describe('the program, as a process', () => {
  test('answers on a pipe, and shows no secret in the process list', async () => {
    const world = await createWorld({ latency: 200 })
    fill(world.portal)
    const store = 'postgres://mirror:process-list-password@127.0.0.1:1/hubspot'
    const { child, output } = start(world, process.execPath, [main, 'sync', '--store', store])
    await once(child, 'spawn')
    const ended = exitOf(child)
    await waitForTitle(child.pid as number)
    const listed = spawnSync('ps', ['-o', 'args=', '-p', String(child.pid)], { encoding: 'utf8' })
    expect(listed.stdout).not.toContain('process-list-password')
    expect(await ended).toBe(1)
    expect(output()).toMatch(/^STORE_FAILED: No PostgreSQL server answers/m)
    expect(output()).not.toContain('process-list-password')
  })

  test('ends a pipe with one document, and the exit code of a wrong use with 2', async () => {
    const world = await createWorld()
    fill(world.portal)
    const run = start(world, process.execPath, [main, 'sync', '--json'])
    expect(await exitOf(run.child)).toBe(0)
    expect(JSON.parse(run.output())).toMatchObject({ status: 'complete' })
    const wrong = start(world, process.execPath, [main, 'sync', 'kontacts'])
    expect(await exitOf(wrong.child)).toBe(2)
  })

  test('says that the better-sqlite3 of the project is broken, and goes on with SQLite of Node.js', async () => {
    const world = await createWorld()
    fill(world.portal, 3)
    const broken = `
      import { registerHooks } from 'node:module'
      const url = 'data:text/javascript,throw new Error("wrong ELF class")'
      registerHooks({
        resolve: (name, context, next) =>
          name === 'better-sqlite3' ? { url, shortCircuit: true } : next(name, context),
      })`
    writeFileSync(join(world.folder, 'broken.mjs'), broken)
    const hook = ['--import', join(world.folder, 'broken.mjs')]
    const { child, output } = start(world, process.execPath, [...hook, main, 'sync'])
    expect(await exitOf(child)).toBe(0)
    expect(output()).toContain('Expected the package "better-sqlite3" to load: wrong ELF class.')
    expect(output()).toContain('Going on with node:sqlite.')
  })

  test('goes on where the reader of its output leaves', async () => {
    const world = await createWorld({ latency: 100 })
    fill(world.portal)
    const { child } = start(world, process.execPath, [main, 'sync'])
    child.stdout?.destroy()
    child.stderr?.destroy()
    expect((await once(child, 'exit'))[0]).toBe(0)
    expect((await hubsync(world, 'status')).out).toMatch(/^contacts +changes +120 /m)
  })

  test('ends at a page boundary at SIGINT, with a report and 3', async () => {
    const world = await createWorld({ latency: 150 })
    fill(world.portal, 900)
    const { child, shown, output } = start(world, process.execPath, [main, 'sync'])
    await shown('deals: ')
    child.kill('SIGINT')
    expect(await exitOf(child)).toBe(3)
    expect(output()).toMatch(/^portal 147000001: partial, /m)
    expect((await hubsync(world, 'sync')).code).toBe(0)
  })
})

describe('in a real terminal', () => {
  beforeAll(() => {
    if (spawnSync('script', ['--version']).error)
      throw new Error(
        'Expected the command "script" of util-linux. Install it: apt install bsdutils',
      )
  })

  // Without exec, the shell would receive Ctrl-C too, and exit with a code of its own.
  const onTerminal = (world: World, command: string) => {
    const program = `stty cols 100 rows 30; exec '${process.execPath}' '${main}' ${command}`
    return start(world, 'script', ['-qec', program, '/dev/null'])
  }

  test('sync shows bars, and Ctrl-C ends it at a page boundary with the terminal as it was', async () => {
    const world = await createWorld({ latency: 150 })
    fill(world.portal, 900)
    const { child, shown, output } = onTerminal(world, 'sync')
    await shown('█')
    child.stdin?.write('\x03')
    expect(await exitOf(child)).toBe(3)
    expect(output()).toContain('Ctrl-C again ends at once.')
    expect(output()).toContain('partial')
    expect(output().lastIndexOf('\x1b[?25h')).toBeGreaterThan(output().lastIndexOf('\x1b[?25l'))
  })

  test('a second Ctrl-C ends it at once with 130, with the terminal as it was', async () => {
    const world = await createWorld()
    fill(world.portal)
    world.portal.fault({ kind: 'hang', times: Number.POSITIVE_INFINITY })
    const { child, shown, output } = onTerminal(world, 'sync')
    await shown('0 calls')
    child.stdin?.write('\x03')
    await shown('Ctrl-C again ends at once.')
    child.stdin?.write('\x03')
    expect(await exitOf(child)).toBe(130)
    expect(output().lastIndexOf('\x1b[?25h')).toBeGreaterThan(output().lastIndexOf('\x1b[?25l'))
  })

  test.each([
    ['writes hubsync.config.ts', 'init', undefined],
    ['overwrites it where it is told to', 'init --force', 'export default {}'],
  ])('init asks three questions and %s, which sync then uses', async (_, command, before) => {
    const world = await createWorld()
    world.folder = temporaryFolder()
    if (before !== undefined) writeFileSync(join(world.folder, 'hubsync.config.ts'), before)
    fill(world.portal)
    const { child, shown } = onTerminal(world, command)
    await shown('Where does the mirror live?')
    child.stdin?.write('\r')
    await shown('Which objects')
    child.stdin?.write('\r')
    await shown('Which of their properties?')
    child.stdin?.write('\r')
    expect(await exitOf(child)).toBe(0)
    expect(readFileSync(join(world.folder, 'hubsync.config.ts'), 'utf8')).toBe(
      `import { defineConfig } from '@hubsync/cli'
import { companies, contacts, deals } from '@hubsync/core'

export default defineConfig({
  store: 'sqlite:hubspot.db',
  // With every value that properties had: deals.extend({ history: ['stage', 'amount'] })
  objects: [contacts, companies, deals],
})
`,
    )
    expect((await hubsync(world, 'plan')).code).toBe(0)
  })
})

/** Until the process has changed its title, the system lists its arguments. */
async function waitForTitle(pid: number): Promise<void> {
  const path = `/proc/${pid}/cmdline`
  while (existsSync(path) && !readFileSync(path, 'utf8').startsWith('hubsync'))
    await new Promise((resolve) => setImmediate(resolve))
}
