import { isHubsyncError } from '@hubsync/core'
import type { FaultKind } from '@hubsync/emulator'
import fc from 'fast-check'
import { breakingStore } from './breaking-store.js'
import type { createWorld } from './world.js'

type World = ReturnType<typeof createWorld>
const types = ['contacts', 'companies', 'deals'] as const
const pairs = [
  ['contacts', 'companies'],
  ['contacts', 'deals'],
  ['deals', 'companies'],
] as const
const faults: FaultKind[] = [
  'reset',
  'truncated',
  'empty',
  'html',
  'not-json',
  'error',
  'locked',
  'burst',
]

/** One thing that happens to a portal, or to its mirror; whom it befalls is told by numbers. */
export type Event =
  | { what: 'create' | 'update' | 'archive' | 'restore' | 'purge'; type: number; whom: number }
  | { what: 'merge'; type: number; whom: number; other: number }
  | {
      what: 'associate' | 'dissociate'
      pair: number
      whom: number
      other: number
      primary: boolean
    }
  | { what: 'wait'; ms: number }
  | { what: 'run'; slice: number | null; job: number | null }
  | { what: 'killed run'; at: number; landed: boolean }
  | { what: 'fault'; kind: number; after: number }

const number = fc.nat(1_000)

/** Stories of a portal and its mirror. */
export const stories = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ what: fc.constant('create' as const), type: fc.nat(2), whom: number }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        what: fc.constantFrom(
          'update' as const,
          'archive' as const,
          'restore' as const,
          'purge' as const,
        ),
        type: fc.nat(2),
        whom: number,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('merge' as const),
        type: fc.nat(2),
        whom: number,
        other: number,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        what: fc.constantFrom('associate' as const, 'associate' as const, 'dissociate' as const),
        pair: fc.nat(2),
        whom: number,
        other: number,
        primary: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 500, 60_000, 5_400_000),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        what: fc.constant('run' as const),
        slice: fc.option(fc.integer({ min: 1, max: 25 }), { freq: 2 }),
        job: fc.option(fc.nat(9), { freq: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('killed run' as const),
        at: fc.integer({ min: 1, max: 14 }),
        landed: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        what: fc.constant('fault' as const),
        kind: fc.nat(faults.length - 1),
        after: fc.nat(12),
      }),
    },
  ),
  { minLength: 4, maxLength: 40 },
)

/** Lets a story happen. Only errors that a run is meant to end with are passed over. */
export async function tell(world: World, story: readonly Event[]): Promise<void> {
  for (const event of story) await happen(world, event)
}

async function happen(world: World, event: Event): Promise<void> {
  const { portal, clock, store, again } = world
  // No two things happen in the same millisecond.
  clock.set(clock.now() + 1)
  const idsOf = (type: string, archived = false) =>
    [...portal.records(type, { archived })].map(({ id }) => id)
  const pick = (ids: string[], whom: number) => ids[whom % ids.length]
  if (event.what === 'wait') return clock.advance(event.ms)
  if (event.what === 'fault') {
    portal.fault({ kind: faults[event.kind] as FaultKind, after: event.after })
    return
  }
  if (event.what === 'run') {
    const sync = again()
    await orEnded(
      sync.run({
        ...(event.slice === null ? {} : { maxCalls: event.slice }),
        ...(event.job === null ? {} : { jobs: [sync.jobs[event.job] as string] }),
      }),
    )
    return
  }
  if (event.what === 'killed run') {
    const { at, landed } = event
    await again({ store: breakingStore(store, { at, landed }) })
      .run()
      .catch(() => undefined)
    return
  }
  if ('pair' in event) {
    const [from, to] = pairs[event.pair] as (typeof pairs)[number]
    const [near, far] = [pick(idsOf(from), event.whom), pick(idsOf(to), event.other)]
    if (!near || !far) return
    const isCompany = to === 'companies'
    if (event.what === 'associate')
      portal.associate(from, near, to, far, { primary: event.primary && isCompany })
    else portal.dissociate(from, near, to, far)
    return
  }
  const type = types[event.type] as string
  if (event.what === 'create') {
    portal.create(type, property(type, `new ${event.whom}`))
    return
  }
  const id = pick(idsOf(type, event.what === 'restore'), event.whom)
  if (id === undefined) return
  if (event.what === 'update') portal.update(type, id, property(type, `changed ${event.whom}`))
  else if (event.what === 'archive') portal.archive(type, id)
  else if (event.what === 'restore') portal.restore(type, id)
  else if (event.what === 'purge') portal.purge(type, id)
  else if (event.what === 'merge') {
    const other = pick(
      idsOf(type).filter((each) => each !== id),
      event.other,
    )
    if (other !== undefined) portal.merge(type, id, other)
  }
}

function property(type: string, value: string): Record<string, string> {
  return { [type === 'contacts' ? 'firstname' : type === 'companies' ? 'name' : 'dealname']: value }
}

async function orEnded(run: Promise<unknown>): Promise<void> {
  try {
    await run
  } catch (error) {
    if (!isHubsyncError(error)) throw error
  }
}
