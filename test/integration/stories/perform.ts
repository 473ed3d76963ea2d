import assert from 'node:assert/strict'
import { isHubsyncError } from '@hubsync/core'
import type { Event, Interrupt } from './events.js'
import type { Fleet } from './fleet.js'
import type { Process } from './process.js'
import type { Simulation } from './simulation.js'
import { isOfStory } from './store-troubles.js'

/** Errors with which no run may end, whatever happens around it. */
const neverEndsWith = [
  'UNEXPECTED',
  'STORE_FAILED',
  'SCHEMA_CONFLICT',
  'SCHEMA_TOO_NEW',
  'REMOVAL_REFUSED',
  'INVALID_OPTION',
]

/** The work of a machine. */
export interface Work {
  machine: number
  work: () => Promise<unknown>
}

/** The order of the steps, and the events between them. */
export type Circumstances = Pick<Extract<Event, { what: 'acts' }>, 'order' | 'interrupts'> & {
  /** Whether nothing may fail. */
  peaceful?: boolean
}

export const inPeace: Circumstances = {
  ...{ order: { seed: 0, overlap: false }, interrupts: [] },
  peaceful: true,
}

interface Stage {
  simulation: Simulation
  fleet: Fleet
  /** Lets an event happen between two steps. `machine` is the one that makes the step, or -1. */
  interrupt(what: Interrupt['what'], machine: number): void
  say(line: string): void
}

/** Runs the machines until each has ended or been killed. Returns their results. */
export async function perform(
  { simulation, fleet, interrupt, say }: Stage,
  works: readonly Work[],
  { order, interrupts, peaceful = false }: Circumstances,
): Promise<unknown[]> {
  const results: unknown[] = works.map(() => undefined)
  const failures: unknown[] = []
  const open = new Map<number, Process>()
  for (const [index, { machine, work }] of works.entries()) {
    open.set(index, fleet.machine(machine).process)
    work()
      .then(
        (result) => {
          results[index] = result
          say(`${fleet.nameOf(machine)}: ${outcomeOf(result)}`)
        },
        (error: unknown) => {
          const isMeant = isHubsyncError(error) && !isSurprise(error)
          if (!isMeant || peaceful) failures.push(error)
          else say(`${fleet.nameOf(machine)}: ${error.code}`)
        },
      )
      .finally(() => open.delete(index))
  }
  const isOver = () => [...open.values()].every((process) => process.isDead)
  await simulation.drive(isOver, order, (number, side, step) => {
    for (const { at, what, ...given } of interrupts) {
      if (at !== number || given.side !== side) continue
      say(`${side} step ${number} (${step.name}): ${what.what}`)
      interrupt(what, fleet.withStep(step.name))
    }
  })
  for (const failure of failures) throw failure
  for (const result of results) expectNoSurprise(result)
  return results
}

function outcomeOf(result: unknown): string {
  const { status, jobs } = (result ?? {}) as {
    status?: string
    jobs?: Record<string, { status: string; reason?: string }>
  }
  if (typeof status !== 'string') return 'done'
  const open = Object.entries(jobs ?? {}).filter(([, job]) => job.status !== 'complete')
  return [status, ...open.map(([name, { reason }]) => `${name}: ${reason}`)].join('; ')
}

function isSurprise({ code, message }: { code: string; message: string }): boolean {
  return neverEndsWith.includes(code) && !isOfStory(message)
}

function expectNoSurprise(result: unknown): void {
  const { jobs, errors } = (result ?? {}) as {
    jobs?: Record<string, { error?: { code: string; message: string } }>
    errors?: Record<string, { code: string; message: string }>
  }
  const all = [
    ...Object.values(jobs ?? {}).map(({ error }) => error),
    ...Object.values(errors ?? {}),
  ]
  const surprise = all.find((error) => error && isSurprise(error))
  assert.equal(surprise, undefined, `a job ended with ${surprise?.code}: ${surprise?.message}`)
}
