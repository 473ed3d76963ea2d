import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { atEnd } from './places.ts'
import type { PortalPlan } from './portal.ts'

/** What the process is asked: to make a portal, or how many calls there were. */
export type Question = { ask: 'open'; plan: PortalPlan } | { ask: 'calls' }

/** What it answers. */
export interface Answer {
  url: string
  token: string
  calls: number
  /** Calls that were answered with 429. */
  throttled: number
}

/** A portal that listens in another process. */
export interface Emulator {
  url: string
  token: string
  calls(): Promise<Pick<Answer, 'calls' | 'throttled'>>
  close(): void
}

/** Makes a portal in another process. */
export async function startEmulator(plan: PortalPlan): Promise<Emulator> {
  const child = fork(fileURLToPath(new URL('./emulator-process.ts', import.meta.url)), {
    execArgv: ['--max-old-space-size=8192'],
  })
  atEnd(() => child.kill())
  const ended = once(child, 'exit').then((): [Answer] => {
    throw new Error('Expected the emulator to answer, but its process has ended.')
  })
  ended.catch(() => {})
  const ask = async (question: Question): Promise<Answer> => {
    const answered = once(child, 'message')
    child.send(question)
    const [answer] = await Promise.race([answered, ended])
    return answer
  }
  const { url, token } = await ask({ ask: 'open', plan })
  return { url, token, calls: () => ask({ ask: 'calls' }), close: () => child.kill() }
}
