import { mapAbsences } from '../map/map-tombstone.js'
import type { HubspotRecord, Tombstone } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { Pending } from './checkpoint-states.js'
import type { VersionsHere } from './versions.js'

/** What was read of HubSpot, before it is mapped. */
export interface Content {
  records: RecordGroup[]
  /** By pair: the records whose associations are to be read. */
  near: { pair: Pair; ids: readonly string[] }[]
  /** Records that are new here under their ids. Other records may have been linked to them without a change of date. */
  newcomers: { definition: ObjectDefinition; ids: readonly string[] }[]
  tombstones: Tombstone[]
  /** Ids that HubSpot left unanswered. The commit of the page stores them, and the next run asks again. */
  unanswered: Pending
}

/** Records of one object, as HubSpot gave them. Made by `listed` or `readById`. */
export interface RecordGroup {
  definition: ObjectDefinition
  records: readonly HubspotRecord[]
  /**
   * A moment before HubSpot was asked for the first of them. A record that came back after it was purged is recognized
   * by it.
   */
  readAt: string
  /** Set if only some of the properties were read. */
  partial?: boolean
  /** Set if the change feed gets entries for these records, whatever it gets for the page. */
  feed?: boolean
  /**
   * The versions that were here before HubSpot was asked for these records by id. They are replaced, even if they are
   * newer.
   */
  replaces?: VersionsHere
}

/** A page of a stream: its content, and the state of the stream after it. */
export interface Page<State> extends Content {
  /** What the stream is doing, for progress: `backfill`, `changes`, … */
  phase: string
  total?: number | undefined
  /** Whether the change feed gets entries for this page. */
  feed: boolean
  /** Ids that earlier pages left unanswered and this one has asked for again. */
  askedAgain?: Pending
  /**
   * Set if unanswered ids of this page need no note: either they were already noted for the next run, or the records
   * may be gone. A run would remove the latter one by one, before their number is known.
   */
  unnoted?: true
  /** Set if an object's backfill ends with this page. */
  endsBackfillOf?: string
  /** The state of the stream once the page is committed. */
  next: Position<State>
  /** Whether the stream ends with this page. */
  last: boolean
}

/**
 * The state of a stream without what HubSpot left unanswered and the database refused. A stream reads ahead of the
 * commits, so it doesn't know these: only `runStream` keeps them.
 */
export type Position<State> = Omit<State, 'pending' | 'refused'>

/**
 * Most records whose associations are read, and that are written, at once. An association call takes 1,000 ids, and the
 * limit on association calls is the tightest.
 */
export const GROUP_SIZE = 1_000
/** With the histories of more properties than this, a reply may have several megabytes. */
const FEW_HISTORIES = 20
const SMALL_GROUP = 100

/** Most records of an object that are read and written at once. */
export function groupSize({ history }: Pick<ObjectDefinition, 'history'>): number {
  const isFew = history !== 'all' && history.length <= FEW_HISTORIES
  return isFew ? GROUP_SIZE : SMALL_GROUP
}

/** An empty content. */
export const nothing: Readonly<Content> = {
  records: [],
  near: [],
  newcomers: [],
  tombstones: [],
  unanswered: {},
}

/** A page with this content. By default the change feed gets entries for it, and more pages follow. */
export function pageOf<State>(
  content: Content,
  page: Omit<Page<State>, keyof Content | 'feed' | 'last'> & Partial<Page<State>>,
): Page<State> {
  return { feed: true, last: false, ...content, ...page }
}

/** What HubSpot returned, and the moment before it was asked. */
interface Reading {
  records: readonly HubspotRecord[]
  readAt: string
  unanswered: readonly string[]
}

/** Records as a list showed them, or some of their properties. They replace only older versions. */
export function listed(
  definition: ObjectDefinition,
  { records, readAt, unanswered }: Reading,
  kind: Pick<RecordGroup, 'partial'> = {},
): Content {
  return {
    ...nothing,
    records: [{ definition, records, readAt, ...kind }],
    unanswered: { [definition.name]: [...unanswered] },
  }
}

/**
 * Records that HubSpot was asked for by id. They replace the versions that were here before that, even if those have a
 * later date: HubSpot no longer has them.
 */
export function readById(
  definition: ObjectDefinition,
  reading: Reading & { aliases: ReadonlyMap<string, string> },
  replaces: VersionsHere,
  kind: Pick<RecordGroup, 'feed'> = {},
): Content {
  const { records, readAt, unanswered, aliases } = reading
  return {
    ...nothing,
    records: [{ definition, records, readAt, replaces, ...kind }],
    tombstones: mapAbsences(definition, aliases, []),
    unanswered: { [definition.name]: [...unanswered] },
  }
}

/** The links to read for these active records, by the pairs that begin at their object. */
export function linksOf(
  { pairs }: { pairs: readonly Pair[] },
  definition: ObjectDefinition,
  ids: readonly string[],
): Content {
  return { ...nothing, near: pairsFrom({ pairs }, definition).map((pair) => ({ pair, ids })) }
}

/** Joins several contents. */
export function together(...contents: readonly Content[]): Content {
  return {
    records: contents.flatMap(({ records }) => records),
    near: contents.flatMap(({ near }) => near),
    newcomers: contents.flatMap(({ newcomers }) => newcomers),
    tombstones: contents.flatMap(({ tombstones }) => tombstones),
    unanswered: allOf(...contents.map(({ unanswered }) => Object.entries(unanswered))),
  }
}

/** Ids that HubSpot left unanswered, by the object's name. */
export type Unanswered = Iterable<readonly [object: string, ids: Iterable<string>]>

/** The ids of all parts. */
export function allOf(...parts: readonly Unanswered[]): Pending {
  const all = new Map<string, Set<string>>()
  for (const part of parts)
    for (const [object, ids] of part) {
      const known = all.get(object) ?? new Set()
      for (const id of ids) known.add(id)
      if (known.size > 0) all.set(object, known)
    }
  return Object.fromEntries([...all].map(([object, ids]) => [object, [...ids]]))
}

/** The pairs that begin at an object. Whether their associations can be written yet is found out when they are read. */
export function pairsFrom(
  { pairs }: { pairs: readonly Pair[] },
  definition: ObjectDefinition,
): Pair[] {
  return pairs.filter(({ from }) => from === definition)
}
