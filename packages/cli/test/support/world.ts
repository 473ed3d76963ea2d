import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { createPortal, type Portal, type PortalOptions } from '@hubsync/emulator'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { runProgram } from '../../src/program.js'
import type { Surroundings } from '../../src/session.js'

/** HubSpot's limits are off, so that a test doesn't wait for them. */
export const unlimited = 'limits: { burst: 1e9, search: 1e9, associations: 1e9 }'

/** A portal on a port, a folder to work in, and the environment of a user. */
export interface World {
  portal: Portal
  folder: string
  env: Record<string, string>
}

export async function createWorld(options: PortalOptions = {}): Promise<World> {
  const portal = createPortal({ seed: 5, limits: false, ...options })
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const folder = temporaryFolder()
  writeConfig(folder, unlimited)
  return {
    portal,
    folder,
    env: { HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_BASE_URL: server.url },
  }
}

export function fill(portal: Portal, contacts = 120): string[] {
  const companies = portal.createMany('companies', 10, (index) => ({ name: `Company ${index}` }))
  const people = portal.createMany('contacts', contacts, (index) => ({
    email: `person.${index}@example.com`,
  }))
  portal.createMany('deals', 5, (index) => ({ dealname: `Deal ${index}`, amount: '10.50' }))
  for (const [index, id] of people.entries())
    portal.associate('contacts', id, 'companies', companies[index % 10] as string)
  return people
}

/** Writes a configuration with these members. */
export function writeConfig(
  folder: string,
  members: string,
  name = 'hubsync.config.mjs',
  imports = '',
): void {
  writeFileSync(join(folder, name), `${imports}export default { ${members} }\n`)
}

/** A folder of the running test's own, deleted at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A database of the running test's own on the real server, dropped at its end. */
export async function temporaryDatabase(): Promise<string> {
  const name = `cli_${process.pid}_${Math.random().toString(36).slice(2)}`
  const execute = async (text: string) => {
    const client = new pg.Client({ connectionString: inject('databaseUrl') })
    await client.connect()
    await client.query(text)
    await client.end()
  }
  await execute(`CREATE DATABASE ${name}`)
  onTestFinished(() => execute(`DROP DATABASE ${name} WITH (FORCE)`))
  const url = new URL(inject('databaseUrl'))
  url.pathname = `/${name}`
  return url.href
}

/** The result of a use of the program. */
export interface Outcome {
  code: number
  out: string
  err: string
}

/** A use of the program that continues. */
export interface Use {
  outcome: Promise<Outcome>
  /** Its output so far. */
  written: Readonly<Pick<Outcome, 'out' | 'err'>>
  signals: EventEmitter
  stdin: PassThrough
  /** Resolves as soon as it has printed this, to either output. */
  shows(text: string): Promise<void>
  /** The code with which it has ended the process at once. */
  ended(): number | undefined
}

/** Uses the program in this process. */
export function use(
  { folder, env }: Pick<World, 'folder' | 'env'>,
  args: readonly string[],
  {
    terminal = false,
    columns = 100,
    clock,
  }: { terminal?: boolean; columns?: number; clock?: Surroundings['clock'] } = {},
): Use {
  const signals = new EventEmitter()
  const written = { out: '', err: '' }
  const news = new EventEmitter()
  const stream = (name: 'out' | 'err') => {
    const pass = new PassThrough()
    pass.on('data', (chunk: Buffer) => {
      written[name] += chunk.toString()
      news.emit('text')
    })
    return Object.assign(pass, terminal ? { isTTY: true, columns } : {})
  }
  const stdin = Object.assign(new PassThrough(), terminal ? { isTTY: true, setRawMode() {} } : {})
  let ended: number | undefined
  const surroundings = {
    env,
    cwd: folder,
    stdin,
    stdout: stream('out'),
    stderr: stream('err'),
    signals,
    clock: clock ?? { now: Date.now, sleep: forever },
    exit: (code: number) => {
      ended = code
    },
  } as unknown as Surroundings
  return {
    signals,
    stdin,
    written,
    outcome: runProgram(args, surroundings).then((code) => ({ code, ...written })),
    shows: async (text) => {
      while (!`${written.out}${written.err}`.includes(text))
        await new Promise((resolve) => news.once('text', resolve))
    },
    ended: () => ended,
  }
}

/** Uses the program in this process, until it ends. */
export function hubsync(
  world: Pick<World, 'folder' | 'env'>,
  args: string,
  options?: Parameters<typeof use>[2],
): Promise<Outcome> {
  return use(world, args.split(' '), options).outcome
}

/** A sleep that only an abort ends. */
function forever(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
