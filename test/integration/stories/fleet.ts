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

/** A running process, and its mirror. */
export interface Machine {
  process: Process
  sync: HubspotSync
}

type Due = Pick<HubspotSyncOptions, 'census' | 'associationSweep'>

/** The place of the machines, and what they share. */
interface Surroundings {
  setting: Story['setting']
  simulation: Simulation
  portal: Portal
  database: Database
  troubles: StoreTroubles
  /** Called with every batch that was committed. */
  onCommit(batch: Parameters<Store['commit']>[0]): void
}

/**
 * The machines that run one mirror, each with its own clock and definitions. After a process is killed, the next one
 * starts.
 */
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

  /** Sets a machine's clock. Returns how far it is ahead of HubSpot's now, in milliseconds. */
  step(on: number, ms: number): number {
    const skew = (this.#skews[on] ?? 0) + ms
    this.#skews[on] = skew
    return skew
  }

  nameOf(on: number): string | undefined {
    return this.#machines[on]?.process.name
  }

  /** The machine whose process makes a step, or -1. */
  withStep(step: string): number {
    return this.#machines.findIndex((machine) => step.startsWith(`${machine?.process.name}:`))
  }

  kill(on: number): void {
    this.#machines[on]?.process.kill()
  }

  /** Ends all processes, whatever they are doing. The next ones remember nothing. */
  killAll(): void {
    for (const machine of this.#machines) machine?.process.kill()
    this.#machines.length = 0
  }

  /** The process of a machine; a new one if the last was killed. */
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
      // A sweep would repair associations that are owed.
      ...(setting.datedLinks ? { associationSweep: false } : {}),
    }) as unknown as HubspotSync
    const machine = { process, sync }
    this.#machines[on] = machine
    return machine
  }

  /** Another token each time, as with OAuth. */
  #token(): string {
    const token = `token-${++this.#tokens}`
    this.#surroundings.portal.addToken(token)
    return token
  }
}
