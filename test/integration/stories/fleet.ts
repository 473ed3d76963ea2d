import {
  createHubspotSync,
  type HubspotSync,
  type HubspotSyncOptions,
  type Store,
} from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'
import type { Database } from './databases.js'
import { type Definitions, optionsOf } from './definitions.js'
import type { Story } from './events.js'
import { Process } from './process.js'
import type { Simulation } from './simulation.js'
import type { StoreTroubles } from './store-troubles.js'

/** A process that runs, and the mirror that it is at. */
export interface Machine {
  process: Process
  sync: HubspotSync
}

type Due = Pick<HubspotSyncOptions, 'census' | 'associationSweep'>

/** Where machines are, and what they share. */
interface Surroundings {
  setting: Story['setting']
  simulation: Simulation
  portal: Portal
  database: Database
  troubles: StoreTroubles
  /** Called with every batch that landed. */
  onCommit(batch: Parameters<Store['commit']>[0]): void
}

/** The machines that are at one mirror, each with a clock and definitions of its own. A killed process is followed by a new one. */
export class Fleet {
  readonly #surroundings: Surroundings
  readonly #skews = [0, 0]
  readonly #machines: (Machine | undefined)[] = []
  readonly #definitions: Definitions[]
  #processes = 0
  #tokens = 0

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { spelling, lacks } = surroundings.setting
    this.#definitions = ['nothing', lacks].map((lacks) => ({ level: 0, spelling, lacks }))
  }

  definitions(on: number): Definitions {
    return this.#definitions[on] as Definitions
  }

  define(on: number, definitions: Definitions): void {
    this.#definitions[on] = definitions
    this.kill(on)
  }

  /** Sets a machine's clock to another time. Gives how far it is ahead of HubSpot's now, in milliseconds. */
  step(on: number, ms: number): number {
    const skew = (this.#skews[on] ?? 0) + ms
    this.#skews[on] = skew
    return skew
  }

  nameOf(on: number): string | undefined {
    return this.#machines[on]?.process.name
  }

  /** The machine whose process a step is of, or -1. */
  withStep(step: string): number {
    return this.#machines.findIndex((machine) => step.startsWith(`${machine?.process.name}:`))
  }

  kill(on: number): void {
    this.#machines[on]?.process.kill()
  }

  /** Ends all of them, whatever they are at. The next ones have nothing in mind. */
  killAll(): void {
    for (const machine of this.#machines) machine?.process.kill()
    this.#machines.length = 0
  }

  /** The process that runs on a machine; a new one where the last was killed. */
  machine(on: number, due: Due = {}): Machine {
    const there = this.#machines[on]
    if (there && !there.process.isDead) return there
    const { setting, simulation, portal, database, troubles, onCommit } = this.#surroundings
    const process = new Process(
      `process ${++this.#processes}`,
      simulation,
      () => this.#skews[on] ?? 0,
    )
    const sync = createHubspotSync({
      ...optionsOf(this.definitions(on)),
      ...(database.shared ? { portalId: database.portalId } : {}),
      store: process.store(database.store(), troubles, onCommit),
      client: process.client(portal, setting.pages),
      accessToken: () => this.#token(),
      clock: process.clock,
      apiVersion: setting.apiVersion,
      removalShare: 1,
      limits: { burst: 1e9, search: 1e9, associations: 1e9 },
      ...(setting.everyRun ? { census: 0, associationSweep: 0 } : {}),
      ...due,
      // A sweep would mend what is owed one.
      ...(setting.datedLinks ? { associationSweep: false } : {}),
    }) as unknown as HubspotSync
    const machine = { process, sync }
    this.#machines[on] = machine
    return machine
  }

  /** Each time another token, as OAuth gives. */
  #token(): string {
    const token = `token-${++this.#tokens}`
    this.#surroundings.portal.addToken(token)
    return token
  }
}
