import { HubsyncError } from '@hubsync/core'
import fc from 'fast-check'
import type { Simulation } from './simulation.js'

/** A fault of a database: some calls of any process fail, or are never answered. */
export interface StoreTrouble {
  what: 'store dies' | 'store falls silent'
  calls: number
  /** Whether the call is lost, or done and its answer lost, or done after nobody waits for it any more. */
  asked: 'lost' | 'done' | 'done late'
  /** Whether the run is told to stop, as by a user who sees that nothing happens. */
  aborts: boolean
}

export const storeTroubles: fc.Arbitrary<StoreTrouble> = fc.record({
  what: fc.constantFrom('store dies', 'store falls silent'),
  calls: fc.constantFrom(1, 1, 2, 7, 40),
  asked: fc.constantFrom('lost', 'done', 'done late'),
  aborts: fc.boolean(),
})

const TOLD = 'As the story wants it, '

/** Whether the user has stopped anything that a story did to the database. */
export function isOfStory(message: string): boolean {
  return message.includes(TOLD) || /The store did not answer within 5 s/.test(message)
}

/** A call without an answer. The database's driver gives it up after a time. */
export class Silence extends Error {
  static readonly ms = 600_000
  readonly end = new HubsyncError('STORE_FAILED', `${TOLD}the database did not answer.`)
}

/** After how long a delayed packet reaches the database. */
const LATE_MS = 20_000

/** The database of a story, with its faults. */
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

  /** Passes a call on to the database, or doesn't. */
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
        // Refused, as if others had moved a checkpoint. The caller gets no other sign of it.
        () => {},
      )
    void this.simulation.clock.sleep(LATE_MS).then(() => {
      this.simulation.wait({ name, kind: 'store', isWanted: () => true, happen, tell: () => {} })
    })
  }
}
