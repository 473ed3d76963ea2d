import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { RunReport } from '@hubsync/core'
import { onTestFinished } from 'vitest'

/**
 * A process that is ready to run a mirror.
 *
 * @param script - `company-process.ts`, as it was built.
 * @param given - its arguments.
 */
export async function startProcess(script: string, given: string[]) {
  const child = fork(script, given)
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child, 'message')
  return {
    run(): Promise<RunReport> {
      const report = once(child, 'message').then(([message]) => message as RunReport)
      child.send('run')
      return report
    },
    /** Watches the mirror, a run each second, and keeps what its runs reported. */
    watch(): RunReport[] {
      const reports: RunReport[] = []
      child.on('message', (message) => reports.push(message as RunReport))
      child.send('watch')
      return reports
    },
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
