import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../../scripts/soak.mjs', import.meta.url))

test.each(['memory', 'sqlite', 'postgres'])('a soak on %s tells stories', async (store) => {
  const env = { ...process.env, DATABASE_URL: inject('databaseUrl') }
  const { stdout } = await run('node', [script, '--store', store, '--runs', '2'], { env })
  expect(stdout).toMatch(/2 stories without a difference/)
})
