import { once } from 'node:events'
import { exitCodes } from './exit-codes.js'
import type { Session } from './session.js'

/** How long the current page may take after Ctrl-C. */
const GRACE_MS = 10_000

const heard = ['SIGINT', 'SIGTERM'] as const

/** Handles Ctrl-C. After the first one the current page has some seconds to finish. The second one ends the process. */
export class Interruption {
  readonly #session: Session
  readonly #stopping: string
  readonly #first = new AbortController()
  readonly #late = new AbortController()
  readonly #over = new AbortController()

  /** @param stopping - the message at the first Ctrl-C. */
  constructor(session: Session, stopping = 'Stopping after this page.') {
    this.#session = session
    this.#stopping = stopping
    for (const name of heard) session.surroundings.signals.on(name, this.#hear)
  }

  get requested(): boolean {
    return this.#first.signal.aborted
  }

  /** Aborts with the first Ctrl-C. */
  get first(): AbortSignal {
    return this.#first.signal
  }

  /** Aborts if the current page takes too long after that. */
  get late(): AbortSignal {
    return this.#late.signal
  }

  dispose(): void {
    this.#over.abort()
    for (const name of heard) this.#session.surroundings.signals.off(name, this.#hear)
  }

  readonly #hear = (): void => {
    if (this.requested) {
      this.#session.end(exitCodes.interrupted)
      return
    }
    this.#session.say(`${this.#stopping} Ctrl-C again ends at once.`)
    this.#first.abort()
    this.#session.surroundings.clock.sleep(GRACE_MS, this.#over.signal).then(
      () => this.#late.abort(),
      () => {},
    )
  }
}

/** Resolves at the first Ctrl-C. */
export async function untilInterrupted(session: Session): Promise<void> {
  const { first } = new Interruption(session, 'Stopping.')
  await once(first, 'abort')
}
