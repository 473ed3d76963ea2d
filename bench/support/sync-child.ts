import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { JobName } from '@hubsync/core'
import { atEnd } from './places.ts'

/** The task of a mirror in another process. */
export interface SyncTask {
  url: string
  token: string
  /** The file of an SQLite database, or the URL of a PostgreSQL one. */
  store: string
  /** The schema of a PostgreSQL database, if it isn't the default. */
  schema?: string
  /** The jobs of a run, all due jobs, or a verification. */
  work: JobName<'contacts' | 'companies' | 'deals', never>[] | 'all' | 'verify'
  /** How often the work is done, one after the other. Default: once. */
  times?: number
  /** Whether to mirror companies too, and contacts of 2 kB. */
  wide?: boolean
  /** An added delay of each commit. */
  slowCommitMs?: number
}

/** The result. With several stores, that of the last one. */
export interface SyncAnswer {
  status: string
  calls: number
  /** The peak of the resident memory before the work, of Node.js and the packages. */
  startMegabytes: number
  /** The peak of the resident memory after it. */
  peakMegabytes: number
  /** How long the event loop was held: at most, and at most in 999 of 1,000 looks. */
  eventLoop: { looks: number; longestMs: number; usualMs: number; seconds: number }
}

/** A mirror in another process. */
export interface SyncChild {
  done: Promise<SyncAnswer>
  /** Kills the process, if it hasn't ended by itself. */
  kill(): Promise<void>
}

/**
 * Starts a mirror in another process.
 *
 * @param flags - of its Node.js.
 */
export function startSync(task: SyncTask, flags: string[] = []): SyncChild {
  const child = fork(fileURLToPath(new URL('./sync-process.ts', import.meta.url)), {
    execArgv: flags,
  })
  atEnd(() => child.kill())
  child.send(task)
  const done = answerOf(child)
  done.catch(() => {})
  return {
    done,
    async kill() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function answerOf(child: ChildProcess): Promise<SyncAnswer> {
  const ended = once(child, 'exit').then(() => undefined)
  const answered = once(child, 'message').then(([answer]) => answer as SyncAnswer)
  const answer = await Promise.race([answered, ended])
  if (!answer) throw new Error('Expected the mirror to finish, but its process has ended.')
  if (!['complete', 'equal'].includes(answer.status))
    throw new Error(`The run is ${answer.status}.`)
  await ended
  return answer
}
