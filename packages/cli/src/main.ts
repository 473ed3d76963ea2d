#!/usr/bin/env node
import { setTimeout as sleep } from 'node:timers/promises'

// First of all: until then the process list shows the password of a --store.
process.title = 'hubsync'

// The reader of the output may stop reading, as `head` does. The work continues.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

// Node.js 22 and 23 would print, amid the progress, that their SQLite is experimental.
const { emitWarning } = process
process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
  if (!String(warning).startsWith('SQLite is an experimental feature'))
    Reflect.apply(emitWarning, process, [warning, ...rest])
}

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
// Open connections to HubSpot must not keep the process alive.
for (const stream of [process.stdout, process.stderr])
  await new Promise((resolve) => stream.write('', resolve))
process.exit(code)
