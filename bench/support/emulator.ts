import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { atEnd } from './places.ts'
import type { PortalPlan } from './portal.ts'

/** A request to the process: to create a portal, to count its calls, or to change something. */
export type Question =
  | { ask: 'open'; plan: PortalPlan }
  | { ask: 'calls' }
  /** Changes every `oneIn`th contact now. */
  | { ask: 'change'; oneIn: number }

/** A reply of the process. */
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
  /** Changes every `oneIn`th contact. */
  change(oneIn: number): Promise<unknown>
  close(): void
}

/** Creates a portal in another process. */
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
  return {
    url,
    token,
    calls: () => ask({ ask: 'calls' }),
    change: (oneIn) => ask({ ask: 'change', oneIn }),
    close: () => child.kill(),
  }
}
