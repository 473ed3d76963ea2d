import type { Hubspot } from '../client/hubspot-client.js'
import type { Clock } from '../clock.js'
import type { SyncEvent } from '../events.js'
import { allProperties, historyToRead, propertiesToRead } from '../extract/property-reader.js'
import type { RecordOrigin } from '../map/map-record.js'
import type { AssociationSet } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { Claim, Difference, Store } from '../store/store.js'
import { openCheckpoint, type Place } from './checkpoint.js'
import type { RecordState } from './checkpoint-states.js'
import type { JobTally } from './job-tally.js'
import type { LinkOrder } from './link-order.js'
import type { NamedValues } from './reference/named-values.js'

type PageEvent = Extract<SyncEvent, { type: 'page' }>

/** What one job of a run works with. */
export interface Job {
  readonly name: string
  readonly origin: RecordOrigin
  readonly objects: readonly ObjectDefinition[]
  readonly pairs: readonly Pair[]
  /** Ask `differing` and `sets` for the mirror's records and associations. */
  readonly store: Omit<Store, 'differing' | 'sets' | 'get' | 'tombstone' | 'related'>
  readonly clock: Clock
  readonly hubspot: Hubspot
  readonly tally: JobTally
  readonly overlapMs: number
  readonly removalShare: number
  /**
   * Resolves once the jobs of this run are done whose rows this one builds on. Until then the job reads, but doesn't
   * write: the associations of a record are written after their far ends, and the bin after the active records.
   */
  turn(): Promise<unknown>
  /** Says that the job has read up to HubSpot's present moment. What it still reads is older. */
  reachPresent(): void
  /** Whether the run ends after a number of calls or milliseconds. */
  readonly sliced: boolean
  /** HubSpot's present moment: no change that can be seen now is later. */
  hubspotNow(): string
  /** The claims about an object that don't match the mirror, once all pages before this one are committed. */
  differing(object: string, claims: readonly Claim[]): Promise<Difference[]>
  /** The association sets of these records in the mirror, once all pages before this one are committed. */
  sets(pair: string, fromIds: readonly string[]): Promise<AssociationSet[]>
  /** Why to stop at the next page boundary, or undefined to continue. */
  stopReason(): string | undefined
  /** What the whole run has used of HubSpot's limits so far. */
  spent(): Pick<PageEvent, 'calls' | 'daily'>
  emit(event: SyncEvent): void
  /**
   * The number of the coverage that this job reads with, registered before anything is written with it.
   *
   * @param refused - names of pairs that HubSpot refuses. What is written without them needs a sweep of them later.
   */
  coverage(refused?: ReadonlySet<string>): Promise<number>
  /** The order in which this run and other processes write links. */
  readonly linkOrder: LinkOrder
  /** The owners, stages and association types that the records of this run name. */
  readonly named: NamedValues
  /** What to ask for of an object's records. Read once in a run. */
  wanted(definition: ObjectDefinition): Promise<Wanted>
}

/** What is asked for of records. */
export interface Wanted {
  readonly properties: readonly string[]
  /** Those of them whose histories are read. */
  readonly history: readonly string[]
}

/** Whether every record of the object has been read once. */
export async function isBackfilled(job: Place, definition: ObjectDefinition): Promise<boolean> {
  const { state } = await openCheckpoint<RecordState>(job, definition.name)
  return state?.phase === 'changes'
}

/** What to ask for of these records. Finding that out may take a call, which is left out if there are none. */
export async function wantedOf(
  job: Pick<Job, 'wanted'>,
  definition: ObjectDefinition,
  ids: readonly string[],
): Promise<Wanted> {
  return ids.length === 0 ? { properties: [], history: [] } : job.wanted(definition)
}

/** Finds out once in a run what to ask for of each object's records. */
export function wantedMemo(): (hubspot: Hubspot, definition: ObjectDefinition) => Promise<Wanted> {
  const known = new Map<ObjectDefinition, Promise<Wanted>>()
  return (hubspot, definition) => {
    const wanted = known.get(definition) ?? readWanted(hubspot, definition)
    known.set(definition, wanted)
    // The next job asks again, and gets its own error.
    wanted.catch(() => known.delete(definition))
    return wanted
  }
}

async function readWanted(hubspot: Hubspot, definition: ObjectDefinition): Promise<Wanted> {
  let all: ReturnType<typeof allProperties> | undefined
  const defined = () => {
    all ??= allProperties(hubspot, definition.type)
    return all
  }
  const properties = await propertiesToRead(definition, defined)
  return { properties, history: await historyToRead(definition, defined) }
}
