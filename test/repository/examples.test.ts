import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')

interface Example {
  args: string[]
  prints: RegExp[]
  /** What a server prints when it is up: then it is asked to stop. */
  upWith?: RegExp
  env?: Record<string, string>
}

/** How each example is run, and what it prints at least. */
const examples: Record<string, Example> = {
  'one-off-sync': {
    args: ['index.ts'],
    prints: [/portal 147000001: complete/, /contacts: complete, 3 created/, /'luigi@example.com'/],
  },
  'custom-objects': {
    args: ['index.ts'],
    prints: [/ada@example.com true \[ 'engines', 'poetry' \]/, /Rex, born 2024-02-29, 31.50 kg/],
  },
  fleet: {
    args: ['index.ts'],
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
    upWith: /listening: http:\/\/127\.0\.0\.1:\d+\/api\/docs\n/,
    prints: [
      /run: complete/,
      /curl -H 'authorization: Bearer \S+' http:\S+\/contacts\/\d+/,
      /stopped/,
    ],
  },
  'testing-a-host-app': {
    args: [vitest, 'run', '--root', join(root, 'examples/testing-a-host-app')],
    prints: [/3 passed/],
  },
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

// Each on its own emulated portal, in a folder of its own, on the built packages: as its reader would run it.
test.concurrent.each(Object.entries(examples))(
  '%s does what it shows',
  async (name, example) => {
    const folder = join(root, 'examples', name)
    const cwd = mkdtempSync(join(tmpdir(), 'hubsync-example-'))
    onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
    const [script = '', ...args] = example.args
    const file = script.startsWith('/') ? script : join(folder, script)
    const { HUBSPOT_ACCESS_TOKEN: _, ...environment } = process.env
    const given = { NO_COLOR: '1', NODE_NO_WARNINGS: '1', PORT: '0', ...example.env }
    const env = { ...environment, ...given }
    const running = spawn(process.execPath, [file, ...args], { cwd, env })
    let printed = ''
    let complained = ''
    running.stderr.on('data', (chunk) => {
      complained += chunk
    })
    running.stdout.on('data', (chunk) => {
      printed += chunk
      if (!running.killed && example.upWith?.test(printed)) running.kill('SIGTERM')
    })
    const [code] = await once(running, 'close')
    expect(code, complained).toBe(0)
    for (const words of example.prints) expect(printed).toMatch(words)
  },
  180_000,
)

test.each(Object.keys(examples))('%s tells of itself in a README', (name) => {
  const text = readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')
  expect(text).toMatch(/^# \S/)
})
