import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const vitest = join(root, 'node_modules/vitest/vitest.mjs')

/** How each example is run, and what it prints at least. */
const examples: Record<string, { args: string[]; prints: RegExp[]; env?: Record<string, string> }> =
  {
    'one-off-sync': {
      args: ['index.ts'],
      prints: [
        /portal 147000001: complete/,
        /contacts: complete, 3 created/,
        /'luigi@example.com'/,
      ],
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
    'testing-a-host-app': {
      args: [vitest, 'run', '--root', join(root, 'examples/testing-a-host-app')],
      prints: [/3 passed/],
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
    const env = { ...environment, NO_COLOR: '1', NODE_NO_WARNINGS: '1', ...example.env }
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { cwd, env })
    for (const words of example.prints) expect(stdout).toMatch(words)
  },
  180_000,
)

test.each(Object.keys(examples))('%s tells of itself in a README', (name) => {
  const text = readFileSync(join(root, 'examples', name, 'README.md'), 'utf8')
  expect(text).toMatch(/^# \S/)
})
