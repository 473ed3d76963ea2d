import { HubsyncError } from '@hubsync/core'
import fc from 'fast-check'
import type { Simulation } from './simulation.js'

/** What a database does wrong: some calls fail, or are never answered, whichever process makes them. */
export interface StoreTrouble {
  what: 'store dies' | 'store falls silent'
  calls: number
  /** Whether what it is asked is lost, or done and the answer is lost, or done when nobody waits for it any more. */
  asked: 'lost' | 'done' | 'done late'
  /** Whether the run is told to end, as by somebody who sees that it doesn't go on. */
  aborts: boolean
}

export const storeTroubles: fc.Arbitrary<StoreTrouble> = fc.record({
  what: fc.constantFrom('store dies', 'store falls silent'),
  calls: fc.constantFrom(1, 1, 2, 7, 40),
  asked: fc.constantFrom('lost', 'done', 'done late'),
  aborts: fc.boolean(),
})

const TOLD = 'As the story wants it, '

/** Whether somebody ended with what a story had a database do. */
export function isOfStory(message: string): boolean {
  return message.includes(TOLD) || /The store did not answer within 5 s/.test(message)
}

/** A call that is not answered. After its time the database's driver gives it up by itself. */
export class Silence extends Error {
  static readonly ms = 600_000
  readonly end = new HubsyncError('STORE_FAILED', `${TOLD}the database did not answer.`)
}

/** How long what the network has kept back takes to come to the database. */
const LATE_MS = 20_000

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

  constructor(private readonly simulation: Simulation) {}

  /** Lets a call through to the database, or not. */
  async meet<T>(name: string, call: () => Promise<T>): Promise<T> {
    if (!this.#trouble || this.#left === 0) return call()
    this.#left--
    const { what, asked } = this.#trouble
    if (asked === 'done') await call()
    if (asked === 'done late') this.#later(`late: ${name}`, call)
    if (what === 'store falls silent') throw new Silence()
    throw new HubsyncError('STORE_FAILED', `${TOLD}the connection to the database was lost.`)
  }

  #later(name: string, call: () => Promise<unknown>): void {
    const happen = () =>
      call().then(
        () => {},
        // Refused, as by a checkpoint that others have moved: nobody hears of it.
        () => {},
      )
    void this.simulation.clock.sleep(LATE_MS).then(() => {
      this.simulation.wait({ name, kind: 'store', isWanted: () => true, happen, tell: () => {} })
    })
  }
}
