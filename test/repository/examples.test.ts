import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, type TestContext, test } from 'vitest'
import { type AtTheEnd, places } from './places.js'

const root = join(import.meta.dirname, '../..')

interface Example {
  args: string[]
  prints: RegExp[]
  /** The kinds of places to which it can mirror; absent if it has a fixed one. */
  stores?: string[]
  /** What a server prints when it is ready. Then it is asked to stop. */
  upWith?: RegExp
  env?: Record<string, string>
  /** Whether it keeps the machine busy. The others wait for HubSpot's limits most of the time. */
  isBusy?: true
}

const runner = (name: string) => [
  join(root, 'node_modules/vitest/vitest.mjs'),
  // Its tests share two cores with the others.
  ...['run', '--root', join(root, 'examples', name), '--testTimeout=60000'],
]

/** How each example is run, and what it has to print. */
const examples: Record<string, Example> = {
  'one-off-sync': {
    args: ['index.ts'],
    stores: ['its own store', 'SQLite', 'Postgres'],
    prints: [/portal 147000001: complete/, /contacts: complete, 3 created/, /'luigi@example.com'/],
  },
  'custom-objects': {
    args: ['index.ts'],
    stores: ['its own store', 'SQLite', 'Postgres'],
    prints: [/ada@example.com true \[ 'engines', 'poetry' \]/, /Rex, born 2024-02-29, 31.50 kg/],
  },
  'express-server': {
    args: ['index.ts'],
    upWith: /listening: http/,
    prints: [/first run: complete/, /Dear Ada/, /\/crm\/contacts\/\d+/, /stopped/],
  },
  fleet: {
    args: ['index.ts'],
    isBusy: true,
    env: { HUBSYNC_STORE: inject('databaseUrl'), FLEET_PORTALS: '4', FLEET_CONTACTS: '150' },
    prints: [
      /portal 1000: .*Expected a valid access token/,
      /worker \d+ was killed/,
      /0 runs were at the same portal at the same time/,
      /3 of 3 portals are equal to their mirrors/,
    ],
  },
  'http-server': {
    args: ['index.ts'],
    stores: ['its own store', 'SQLite', 'Postgres'],
    upWith: /listening: http:\/\/127\.0\.0\.1:\d+\/api\/docs\n/,
    prints: [
      /run: complete/,
      /curl -H 'authorization: Bearer \S+' http:\S+\/contacts\/\d+/,
      /stopped/,
    ],
  },
  oauth: {
    args: ['index.ts'],
    prints: [/run: complete, 900 contacts created/, /more than one token was needed/],
  },
  'own-store': { args: runner('own-store'), isBusy: true, prints: [/\b\d{3} passed/] },
  'postgres-schedule': {
    args: ['index.ts'],
    stores: ['Postgres'],
    upWith: /next run in/,
    prints: [/ complete, \d+ calls\nnext run in \d+ s\nstopped\n$/],
  },
  'testing-a-host-app': { args: runner('testing-a-host-app'), isBusy: true, prints: [/3 passed/] },
  webhooks: {
    args: ['index.ts'],
    prints: [
      /first run: complete/,
      /answered with \[ 204 \]/,
      /Ada Lovelace of Analytical Engines/,
      /unsigned delivery answered with 401/,
    ],
  },
}

test('every example is run here', () => {
  expect(readdirSync(join(root, 'examples')).sort()).toEqual(Object.keys(examples).sort())
})

// A store holds one portal: in a file of another, the second program would be refused.
test('programs that start at the root keep their mirrors in files of their own', () => {
  const programs = [
    'scripts/demo.mjs',
    'scripts/browse.mjs',
    'examples/http-server/index.ts',
    'packages/cli/src/emulated-portal.ts',
  ]
  const files = programs.flatMap((program) => [
    ...new Set(readFileSync(join(root, program), 'utf8').match(/[\w-]+\.db(?=')/g)),
  ])
  expect(files).toHaveLength(6)
  expect(new Set(files).size).toBe(files.length)
})

/** Runs an example as its reader would: in a folder of its own, on the built packages. Returns its output. */
async function run(
  name: string,
  { args, upWith, env }: Example,
  store: string | undefined,
  atTheEnd: AtTheEnd,
): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'hubsync-example-'))
  atTheEnd(() => rmSync(cwd, { recursive: true, force: true }))
  const place = await places.find((each) => each.name === store)?.open(atTheEnd)
  const [script = '', ...rest] = args
  const file = script.startsWith('/') ? script : join(root, 'examples', name, script)
  const { HUBSPOT_ACCESS_TOKEN: _, ...environment } = process.env
  const given = { NO_COLOR: '1', NODE_NO_WARNINGS: '1', PORT: '0', ...env }
  const running = spawn(process.execPath, [file, ...rest], {
    cwd,
    env: { ...environment, ...given, ...(place ? { HUBSYNC_STORE: place } : {}) },
  })
  atTheEnd(() => {
    running.kill('SIGKILL')
  })
  let printed = ''
  let complained = ''
  running.stderr.on('data', (chunk) => {
    complained += chunk
  })
  running.stdout.on('data', (chunk) => {
    printed += chunk
    if (!running.killed && upWith?.test(printed)) running.kill('SIGTERM')
  })
  const [code] = await once(running, 'close')
  expect(code, complained).toBe(0)
  // That file belongs to a real portal: with a token that is set later it would be refused.
  expect(existsSync(join(cwd, 'hubspot.db'))).toBe(false)
  return printed
}

const runs = Object.entries(examples).flatMap(([name, example]) =>
  (example.stores ?? ['its own store']).map((store) => ({ name, example, store })),
)

const title = '$name does what it shows, with $store'

async function check(
  { name, example, store }: (typeof runs)[number],
  { onTestFinished }: TestContext,
): Promise<void> {
  const printed = await run(name, example, store, onTestFinished)
  for (const words of example.prints) expect(printed).toMatch(words)
}

// Each on its own emulated portal.
describe('an example that is busy, by itself:', () => {
  // A worker of the fleet that is killed keeps its jobs for two minutes.
  test.for(runs.filter(({ example }) => example.isBusy))(title, { timeout: 300_000 }, check)
})

test('own-store prints the fixture that it keeps', async ({ onTestFinished }) => {
  const kept = readFileSync(join(root, 'examples/own-store/fixtures/schema-1.sql'), 'utf8')
  const printing = { args: ['fixture.ts'], prints: [] }
  expect(await run('own-store', printing, undefined, onTestFinished)).toBe(kept)
})

describe.concurrent('an example that waits, among others:', () => {
  test.for(runs.filter(({ example }) => !example.isBusy))(title, { timeout: 180_000 }, check)

  test('postgres-schedule makes a single run where it is told to', async ({ onTestFinished }) => {
    const once = { args: ['index.ts', '--once'], prints: [] }
    const printed = await run('postgres-schedule', once, 'Postgres', onTestFinished)
    expect(printed).toMatch(/ complete, \d+ calls\nstopped\n$/)
  })
})

test.each(Object.keys(examples))('%s tells of itself in a README', (name) => {
  const text = readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')
  expect(text).toMatch(/^# \S/)
})
