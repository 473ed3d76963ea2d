// Everything except the tests: build, lint, types, docs, packages. The output of a step is only shown if it fails.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { missing, repositoryAddress } from './packages/address.mjs'

/** Chains of dependent steps. The chains are independent of each other. Those that take longest come first. */
const chains = [
  ['check:installed'],
  ['typecheck'],
  ['docs', 'check:site'],
  ['check:pack'],
  ['check:api'],
  ['lint'],
  ['knip'],
]

let passed = 0
// The tests may already have built them.
await step('build', '--if-due')
const waiting = [...chains]
await Promise.all([1, 2].map(worker))
console.log(`\n${passed} checks passed`)
if (repositoryAddress() === undefined) console.log(missing)

/** One of two workers. More would be slower on a small machine. */
async function worker() {
  for (let chain = waiting.shift(); chain; chain = waiting.shift())
    for (const name of chain) await step(name)
}

async function step(name, ...options) {
  const started = performance.now()
  const running = spawn('pnpm', ['run', '--silent', name, ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = Promise.all([text(running.stdout), text(running.stderr)])
  const [status] = await once(running, 'close')
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  console.log(`${status === 0 ? '✓' : '✗'} ${name.padEnd(16)} ${seconds} s`)
  if (status === 0) {
    passed++
    return
  }
  console.log(...(await output))
  process.exit(1)
}
