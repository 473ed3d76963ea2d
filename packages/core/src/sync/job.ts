import type { Hubspot } from '../client/hubspot-client.js'
import type { Clock } from '../clock.js'
import type { SyncEvent } from '../events.js'
import { readPropertyNames } from '../extract/property-reader.js'
import type { RecordOrigin } from '../map/map-record.js'
import type { AssociationSet, HubspotRecord, Tombstone } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { Claim, Difference, Store } from '../store/store.js'
import { openCheckpoint, type Place } from './checkpoint.js'
import type { Pending, RecordState } from './checkpoint-states.js'
import type { LinkOrder } from './link-order.js'
import type { JobTally } from './report.js'
import type { VersionsHere } from './versions.js'

type PageEvent = Extract<SyncEvent, { type: 'page' }>

/** What one job of a run works with. */
export interface Job {
  readonly name: string
  readonly origin: RecordOrigin
  readonly objects: readonly ObjectDefinition[]
  readonly pairs: readonly Pair[]
  /** What the mirror has of a record is asked by `differing` and `sets`. */
  readonly store: Omit<Store, 'differing' | 'sets' | 'get' | 'tombstone' | 'related'>
  readonly clock: Clock
  readonly hubspot: Hubspot
  readonly tally: JobTally
  readonly overlapMs: number
  readonly removalShare: number
  /**
   * Resolves once the jobs of this run are through whose rows this one's build on. What it reads before that, it keeps until then: the
   * associations of a record are written after their far ends, and what lies in the bin after what doesn't.
   */
  turn(): Promise<unknown>
  /** Says that the job has come to HubSpot's present moment: what is left is to take in what is older. */
  reachPresent(): void
  /** Whether the run ends after so many calls or milliseconds. */
  readonly sliced: boolean
  /** HubSpot's present moment: no change that can be seen by now is later. */
  hubspotNow(): string
  /** Those of the claims about an object that the mirror doesn't bear out, once all pages before this one are committed. */
  differing(object: string, claims: readonly Claim[]): Promise<Difference[]>
  /** The association sets of these records in the mirror, once all pages before this one are committed. */
  sets(pair: string, fromIds: readonly string[]): Promise<AssociationSet[]>
  /** Why to stop at the next page boundary, or undefined to go on. */
  stopReason(): string | undefined
  /** What the whole run has taken of HubSpot's limits so far. */
  spent(): Pick<PageEvent, 'calls' | 'daily'>
  emit(event: SyncEvent): void
  /**
   * The number of the coverage that is read with, made known before anything is written with it.
   *
   * @param refused - pairs that HubSpot refuses: what is written without them is owed their sweep.
   */
  coverage(refused?: ReadonlySet<string>): Promise<number>
  /** In which order this run and other processes write links. */
  readonly linkOrder: LinkOrder
  /** The properties to ask for of an object, read once in a run. */
  properties(definition: ObjectDefinition): Promise<readonly string[]>
}

/** What was read of HubSpot, before it is mapped. */
export interface Content {
  records: RecordGroup[]
  /** The records whose associations are read along, and by which pairs. */
  near: { pair: Pair; ids: readonly string[] }[]
  /** Records that are new here under their id: others may have been linked to them without having changed. */
  newcomers: { definition: ObjectDefinition; ids: readonly string[] }[]
  tombstones: Tombstone[]
  /** Ids that HubSpot left unanswered. Whoever commits the page keeps them, and they are asked for again by the next run. */
  unanswered: Pending
}

/** Records of one object, as HubSpot gave them. */
export interface RecordGroup {
  definition: ObjectDefinition
  records: readonly HubspotRecord[]
  /** A moment before HubSpot was asked for the first of them. Without it, one that came back after it was purged would be left out. */
  readAt: string
  /** Set where only some of the properties were read. */
  partial?: boolean
  /** Set where the change feed tells of these, whatever it does of the page. */
  feed?: boolean
  /** The versions that were here before HubSpot was asked for these by id: they are replaced, even where they are newer. */
  replaces?: VersionsHere
}

/** A page of a stream: what it brings, and where the stream stands by it. */
export interface Page<State> extends Content {
  /** What the stream is doing, for progress: `backfill`, `changes`, … */
  phase: string
  total?: number | undefined
  /** Whether the change feed tells of this page. */
  feed: boolean
  /** Ids left unanswered by earlier pages that this one has asked for again. */
  askedAgain?: Pending
  /**
   * Set where records are asked for that were noted for the next run when that was due, or that may be gone: a run would remove the latter
   * one by one, before it is known how many they are.
   */
  unnoted?: true
  /** Set where an object's backfill ends with this page. */
  endsBackfillOf?: string
  /** Where the stream stands once the page is committed. */
  next: Position<State>
  /** Whether the stream is read to its end with this page. */
  last: boolean
}

/**
 * Where a stream stands, but for what HubSpot left unanswered and the database refused. A stream reads ahead of what is committed, so it can't know of all that
 * is: `runStream` alone keeps that account.
 */
export type Position<State> = Omit<State, 'pending' | 'refused'>

/**
 * How many records are read, at most, before their associations are, and are written at once: the association calls take 1,000 ids,
 * and their limit is the tightest one.
 */
export const GROUP_SIZE = 1_000

/** A page that brings nothing, and moves its stream on. */
export const nothing: Readonly<Content> = {
  records: [],
  near: [],
  newcomers: [],
  tombstones: [],
  unanswered: {},
}

/** Whether every record of the object has been read once. */
export async function isBackfilled(job: Place, definition: ObjectDefinition): Promise<boolean> {
  const { state } = await openCheckpoint<RecordState>(job, definition.name)
  return state?.phase === 'changes'
}

/** The pairs from an object. Whether the associations of each can be written yet is found out when they are read. */
export function pairsFrom({ pairs }: Pick<Job, 'pairs'>, definition: ObjectDefinition): Pair[] {
  return pairs.filter(({ from }) => from === definition)
}

/** Remembers the property names of a run. */
export function propertyMemo(): (
  hubspot: Hubspot,
  definition: ObjectDefinition,
) => Promise<readonly string[]> {
  const known = new Map<ObjectDefinition, Promise<readonly string[]>>()
  return (hubspot, definition) => {
    const names = known.get(definition) ?? readPropertyNames(hubspot, definition)
    known.set(definition, names)
    // A failure is not remembered: the next job asks again, and gets an error of its own.
    names.catch(() => known.delete(definition))
    return names
  }
}
