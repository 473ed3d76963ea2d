import { chanceFrom } from './chance.js'
import { VirtualClock } from './virtual-clock.js'

/** What a process waits for: a call to HubSpot or of its store. */
export interface Step {
  /** For the log: `store.commit contacts`, `POST /crm/…`. */
  name: string
  kind: 'call' | 'store'
  /** Whether its process is still alive. */
  isWanted(): boolean
  /** Makes the call. The result is known then, but not reported yet. */
  happen(): Promise<void>
  /** Reports the result to the caller. */
  tell(): void
}

/** The order of the steps of an event. */
export interface Order {
  /** 0: first come, first served. Any other number is the seed of a random order. */
  seed: number
  /** Whether a store's step may start before an earlier one has ended, as with transactions on several connections. */
  overlap: boolean
}

/** Within so many turns of the event loop, an answer that doesn't wait for the clock has arrived. */
const TURNS = 12

/**
 * Runs processes step by step: each call to HubSpot or a store waits here for its turn, and nothing else happens until
 * then. So the same seed gives the same story, however slow the machine is.
 */
export class Simulation {
  readonly clock: VirtualClock
  #waiting: Step[] = []
  readonly #underWay = new Map<Promise<void>, Step['kind']>()
  /** Called before and after each step, with its number within the event. */
  #interrupt: (number: number, side: 'before' | 'after', step: Step) => void = () => {}
  #taken = 0

  constructor(now: string) {
    this.clock = new VirtualClock(now)
  }

  wait(step: Step): void {
    this.#waiting.push(step)
  }

  /** Advances the clock until `isOver` and nothing waits any more. */
  async drive(
    isOver: () => boolean,
    { seed, overlap }: Order,
    interrupt: (number: number, side: 'before' | 'after', step: Step) => void,
  ): Promise<void> {
    const chance = chanceFrom(seed)
    this.#interrupt = interrupt
    this.#taken = 0
    for (;;) {
      await turn()
      // A run that begins gives the event loop a turn itself.
      await turn()
      this.#waiting = this.#waiting.filter((step) => step.isWanted())
      const stores = [...this.#underWay].filter(([, kind]) => kind === 'store')
      if (stores.length > 0 && (this.#waiting.length === 0 || chance() < 0.5)) {
        await Promise.race(stores.map(([promise]) => promise))
      } else if (this.#waiting.length > 0) {
        await this.#take(seed === 0 ? 0 : Math.floor(chance() * this.#waiting.length), overlap)
      } else if (isOver()) {
        return
      } else {
        const { next } = this.clock
        if (next === undefined) throw new Error('Nothing is left to wait for, and it is not over.')
        this.clock.moveTo(next)
      }
    }
  }

  async #take(index: number, overlap: boolean): Promise<void> {
    const [step] = this.#waiting.splice(index, 1)
    if (!step) return
    const number = ++this.#taken
    this.#interrupt(number, 'before', step)
    if (!step.isWanted()) return
    let ended = false
    const taken = step.happen().then(() => {
      ended = true
      this.#underWay.delete(taken)
      this.#interrupt(number, 'after', step)
      if (step.isWanted()) step.tell()
    })
    this.#underWay.set(taken, step.kind)
    if (step.kind === 'store' && !overlap) return taken
    // A call without an answer by then waits for the clock. Others continue meanwhile.
    for (let turns = 0; !ended && step.kind === 'call' && turns < TURNS; turns++) await turn()
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
