import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Runs a program to its end, while this process goes on: its status, and all that it wrote. */
export async function output(command, parameters, cwd) {
  const running = spawn(command, parameters, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const [[status, signal], stdout, stderr] = await Promise.all([
    once(running, 'close'),
    text(running.stdout),
    text(running.stderr),
  ])
  return { status: status ?? signal, stdout, stderr }
}
