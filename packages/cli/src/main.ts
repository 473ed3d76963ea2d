#!/usr/bin/env node
import { setTimeout as sleep } from 'node:timers/promises'

// First of all: the password of a --store stands in the process list until this is done.
process.title = 'hubsync'

// Who reads the output may stop to do so, as `head` does. The work goes on.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

await import('./node-version.js').catch(({ message }: Error) => {
  console.error(message)
  process.exit(2)
})
const { runProgram } = await import('./program.js')
const code = await runProgram(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signals: process,
  clock: {
    now: Date.now,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  },
  exit: (code) => process.exit(code),
})
// Connections to HubSpot that are kept open must not keep the process.
for (const stream of [process.stdout, process.stderr])
  await new Promise((resolve) => stream.write('', resolve))
process.exit(code)
