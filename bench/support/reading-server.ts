import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { atEnd, type PostgresPlace } from './places.ts'

/** The database of a server, and whether it is the bare server. */
export interface ReadingPlan {
  place: { file: string } | PostgresPlace
  portalId: string
  bare: boolean
}

/** A reply of its process: its URL and its resident memory. */
export interface ReadingAnswer {
  url: string
  megabytes: number
}

/** A server of a mirror's contacts in another process. */
export interface ReadingServer {
  url: string
  /** Its resident memory now. */
  megabytes(): Promise<number>
  close(): void
}

/**
 * Starts a server in another process.
 *
 * @param flags - of its Node.js.
 */
export async function startReading(
  plan: ReadingPlan,
  flags: string[] = [],
): Promise<ReadingServer> {
  const child = fork(fileURLToPath(new URL('./reading-process.ts', import.meta.url)), {
    execArgv: flags,
  })
  atEnd(() => child.kill())
  const ended = once(child, 'exit').then((): [ReadingAnswer] => {
    throw new Error('Expected the server to answer, but its process has ended.')
  })
  ended.catch(() => {})
  const ask = async (question: ReadingPlan | 'memory'): Promise<ReadingAnswer> => {
    const answered = once(child, 'message')
    child.send(question)
    const [answer] = await Promise.race([answered, ended])
    return answer
  }
  const { url } = await ask(plan)
  return {
    url,
    megabytes: async () => (await ask('memory')).megabytes,
    close: () => child.kill(),
  }
}
