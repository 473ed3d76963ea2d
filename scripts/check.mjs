// Everything but the tests: build, lint, types, docs, packages. Each step's output is shown only where it fails.

import { spawnSync } from 'node:child_process'

const steps = [
  'build',
  'lint',
  'typecheck',
  'docs',
  'check:site',
  'check:pack',
  'check:api',
  'check:installed',
  'knip',
]

for (const step of steps) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync('pnpm', ['run', '--silent', step], {
    encoding: 'utf8',
  })
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  console.log(`${status === 0 ? '✓' : '✗'} ${step.padEnd(12)} ${seconds} s`)
  if (status === 0) continue
  console.log(stdout, stderr)
  process.exit(1)
}
console.log(`\n${steps.length} checks passed`)
