import { HubsyncError } from '@hubsync/core'
import fc from 'fast-check'

/** What a database does wrong: some calls fail, or are never answered, whichever process makes them. */
export interface StoreTrouble {
  what: 'store dies' | 'store falls silent'
  calls: number
  /** Whether it does what it is asked, and the answer alone is lost. */
  isDone: boolean
  /** Whether the run is told to end, as by somebody who sees that it doesn't go on. */
  aborts: boolean
}

export const storeTroubles: fc.Arbitrary<StoreTrouble> = fc.record({
  what: fc.constantFrom('store dies', 'store falls silent'),
  calls: fc.constantFrom(1, 1, 2, 7, 40),
  isDone: fc.boolean(),
  aborts: fc.boolean(),
})

const TOLD = 'As the story wants it, '

/** Whether somebody ended with what a story had a database do. */
export function isOfStory(message: string): boolean {
  return message.includes(TOLD) || /the store has not answered for 5 s/.test(message)
}

/** A call that is not answered. After its time the database's driver gives it up by itself. */
export class Silence extends Error {
  static readonly ms = 600_000
  readonly end = new HubsyncError('STORE_FAILED', `${TOLD}the database did not answer.`)
}

/** The database of a story, as far as it is out of order. */
export class StoreTroubles {
  #trouble: StoreTrouble | undefined
  #left = 0

  begin(trouble: StoreTrouble): void {
    this.#trouble = trouble
    this.#left = trouble.calls
  }

  end(): void {
    this.#left = 0
  }

  /** Lets a call through to the database, or not. */
  async meet<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#trouble || this.#left === 0) return call()
    this.#left--
    const { what, isDone } = this.#trouble
    if (isDone) await call()
    if (what === 'store falls silent') throw new Silence()
    throw new HubsyncError('STORE_FAILED', `${TOLD}the connection to the database was lost.`)
  }
}
