import { mapAbsences } from '../map/map-tombstone.js'
import type { HubspotRecord, Tombstone } from '../model.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { Pair } from '../objects/pairs.js'
import type { Pending } from './checkpoint-states.js'
import type { VersionsHere } from './versions.js'

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

/** Records of one object, as HubSpot gave them: made by `listed` or `readById`. */
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

/** What brings nothing. */
export const nothing: Readonly<Content> = {
  records: [],
  near: [],
  newcomers: [],
  tombstones: [],
  unanswered: {},
}

/** A page with this content. The change feed tells of it, and others come after it, unless the page says otherwise. */
export function pageOf<State>(
  content: Content,
  page: Omit<Page<State>, keyof Content | 'feed' | 'last'> & Partial<Page<State>>,
): Page<State> {
  return { feed: true, last: false, ...content, ...page }
}

/** What HubSpot gave, and the moment before it was asked. */
interface Reading {
  records: readonly HubspotRecord[]
  readAt: string
  unanswered: readonly string[]
}

/** Records as a list showed them, or some properties of them. They take the place of older versions alone. */
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
 * Records that HubSpot was asked for by id. They take the place of the versions that were here before that, also where those are dated
 * later: HubSpot doesn't have them any more.
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

/** What links these active records to others, by pairs that begin at their object. */
export function linksOf(
  { pairs }: { pairs: readonly Pair[] },
  definition: ObjectDefinition,
  ids: readonly string[],
): Content {
  return { ...nothing, near: pairsFrom({ pairs }, definition).map((pair) => ({ pair, ids })) }
}

/** Several contents as one. */
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

/** Ids that are in any of these. */
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

/** The pairs from an object. Whether the associations of each can be written yet is found out when they are read. */
export function pairsFrom(
  { pairs }: { pairs: readonly Pair[] },
  definition: ObjectDefinition,
): Pair[] {
  return pairs.filter(({ from }) => from === definition)
}
