import type { HistoryEntry, HistoryGap, StoredHistoryEntry } from '../model.js'
import type { HistoryCounts } from './store.js'
import type { ObjectTable } from './tables.js'

/** What has to be looked up of the stored history of a record's property, before a reading of it can be planned. */
export interface HistoryLookup {
  /** The object's name. */
  object: string
  /** The record. */
  id: string
  /** The property, by its internal name. */
  property: string
  /** The moment of the oldest entry that was given. */
  from: string
  /** The moment of the newest one. */
  to: string
}

/** What is stored of the history of a record's property, as far as a {@link HistoryLookup} asks. In any order. */
export interface KnownHistory {
  /**
   * The entries from `from` to `to`, both included, merged ones too; of the record's own also the newest before `from` and
   * the oldest after `to`, with or without others of the same moments.
   */
  entries: readonly KnownEntry[]
  /** The record's own gaps in this property, all of them. */
  gaps: readonly KnownGap[]
}

/** A stored entry as `planHistory` needs it. */
export type KnownEntry = Pick<StoredHistoryEntry, 'changedAt' | 'ordinal' | 'value' | 'mergedFrom'>

/** A stored gap as `planHistory` needs it. */
export type KnownGap = Pick<HistoryGap, 'after' | 'before' | 'foundAt'>

/** An entry with its place among those of its moment. */
export type PlacedEntry = HistoryEntry & Pick<StoredHistoryEntry, 'ordinal'>

/** What a reading does to the stored history of a record's property. */
export interface HistoryChange {
  /**
   * Entries to write. They replace those of the same moment and ordinal: these were merged into the record, and HubSpot
   * gives them as its own.
   */
  written: PlacedEntry[]
  /** Gaps to write. They replace those of the same `before`. */
  gaps: KnownGap[]
  /** The `before` of gaps to delete. */
  filled: string[]
  /** What is counted. */
  counts: HistoryCounts
}

/** What to write about the history of an object's records, before what becomes of removed records' histories. */
export interface HistoryPlan {
  /** The object's table, beside which those of its history are. */
  table: ObjectTable
  /** Entries to write. */
  written: (PlacedEntry & { id: string; property: string })[]
  /** Gaps to write. */
  gaps: (KnownGap & { id: string; property: string })[]
  /** Gaps to delete. */
  filled: { id: string; property: string; before: string }[]
}

/** What is known of the merges of a record. */
export interface MergeKnown {
  /**
   * What is stored, within the moments of the given entries, of records that were merged into this one, and whose
   * histories haven't been moved to it yet.
   */
  losers: readonly KnownEntry[]
  /** Whether the record is new to a mirror that has read all others: a merge may have made it, with a new id. */
  isNew: boolean
}

/** An entry in the sequence that is stored after a reading. */
interface Step extends Pick<PlacedEntry, 'changedAt' | 'ordinal'> {
  /** Whether it is stored already, as the record's own. */
  isKnown: boolean
  /** Whether it is stored as an entry of a record that was merged into this one. */
  isMerged: boolean
  /** The entry, if the reading has it. */
  given?: HistoryEntry
}

/**
 * Plans one reading of a property: entries are only added, and where some may be missing is named. The order in which
 * readings arrive makes no difference.
 *
 * HubSpot drops the oldest entries first. So a reading has everything from its oldest entry to its newest. If it shares
 * one with what is stored, nothing is missing between the two. Otherwise something may be, and that is a gap.
 *
 * After a merge HubSpot gives entries of the loser among those of the winner. They lie between entries that had none
 * between them, or before the first. Then the loser may have had others before them, unless its own history is stored.
 *
 * @param given - all entries that HubSpot gave, in any order, but those of one moment newest first.
 * @param cap - how many of them HubSpot keeps, as far as is known. If it gives fewer, there are none before them.
 * @param at - the moment of the commit.
 */
export function planHistory(
  known: KnownHistory,
  given: readonly HistoryEntry[],
  cap: number,
  at: string,
  { losers, isNew }: MergeKnown = { losers: [], isNew: false },
): HistoryChange {
  const merged = [...losers, ...known.entries.filter(({ mergedFrom }) => mergedFrom !== null)]
  const steps = stepsOf(known.entries, given, new Set(merged.map(keyOfEntry)))
  const { open, looked } = gapsOf(steps, known.gaps, given.length < cap, isNew, at)
  const kept = new Set(open.flatMap(({ from }) => from ?? []))
  // One row can't tell of a gap before a moment and of one within it. The former says more.
  const others = known.gaps.filter((gap) => !looked.includes(gap))
  const all = [...others, ...open.map(({ gap }) => gap)]
  const next = new Map(all.toReversed().map((gap) => [gap.before, gap]))
  const written = steps.flatMap(({ given, isKnown, ordinal }) =>
    given && !isKnown ? [{ ...given, ordinal }] : [],
  )
  const moments = Map.groupBy(steps, ({ changedAt }) => changedAt)
  return {
    written,
    gaps: [...next.values()].filter((gap) => !known.gaps.some((other) => isSame(gap, other))),
    filled: looked.map(({ before }) => before).filter((before) => !next.has(before)),
    counts: {
      added: written.length,
      gaps: open.length - kept.size,
      filled: looked.filter((gap) => !kept.has(gap)).length,
      tied: written.filter(({ changedAt }) => (moments.get(changedAt)?.length ?? 0) > 1).length,
    },
  }
}

/**
 * The record's own entries, stored or given, in the order in which they were written.
 *
 * @param merged - what is stored of the records that were merged into it.
 */
function stepsOf(
  entries: readonly KnownEntry[],
  given: readonly HistoryEntry[],
  merged: ReadonlySet<string>,
): Step[] {
  const stored = Map.groupBy(entries, ({ changedAt }) => changedAt)
  const steps = new Map<string, Step>()
  const keyOf = ({ changedAt, ordinal }: Pick<Step, 'changedAt' | 'ordinal'>) =>
    `${changedAt} ${ordinal}`
  for (const entry of entries) {
    const { changedAt, ordinal, mergedFrom } = entry
    if (mergedFrom === null)
      steps.set(keyOf(entry), { changedAt, ordinal, isKnown: true, isMerged: false })
  }
  const oldestFirst = given.map(wellFormedEntry).reverse()
  for (const [changedAt, ofMoment] of Map.groupBy(oldestFirst, ({ changedAt }) => changedAt)) {
    const ordinals = placesOf(stored.get(changedAt) ?? [], ofMoment)
    for (const [index, entry] of ofMoment.entries()) {
      const place = { changedAt, ordinal: ordinals[index] ?? 0 }
      const isKnown = steps.has(keyOf(place))
      const isMerged = merged.has(keyOfEntry(entry))
      steps.set(keyOf(place), { ...place, isKnown, isMerged, given: entry })
    }
  }
  return [...steps.values()].sort(inOrder)
}

/**
 * The ordinals of the given entries of a moment, oldest first. Entries of one moment have nothing but their values and
 * their order to be known by: so the two sequences are laid over each other where they agree in the most values. Where
 * they agree in none, the given ones come after the stored ones.
 */
function placesOf(stored: readonly KnownEntry[], given: readonly HistoryEntry[]): number[] {
  const known = stored.toSorted((one, other) => one.ordinal - other.ordinal)
  let best = { shift: known.length, agreeing: 0 }
  for (let shift = known.length - 1; shift > -given.length; shift--) {
    const pairs = given.flatMap(({ value }, index) => {
      const other = known[index + shift]
      return other ? [value === other.value] : []
    })
    if (pairs.every(Boolean) && pairs.length > best.agreeing)
      best = { shift, agreeing: pairs.length }
  }
  const lowest = known[0]?.ordinal ?? 0
  return given.map((_, index) => known[index + best.shift]?.ordinal ?? lowest + index + best.shift)
}

/** A gap after a reading, and the stored one that is left of, if it isn't new. */
interface OpenGap {
  gap: KnownGap
  from: KnownGap | undefined
}

/**
 * The gaps between these entries, and before the first of them, and the stored gaps that were there.
 *
 * @param isWhole - whether there is nothing before the oldest given entry.
 * @param isNew - whether the record itself had nothing before what others had.
 */
function gapsOf(
  steps: readonly Step[],
  stored: readonly KnownGap[],
  isWhole: boolean,
  isNew: boolean,
  at: string,
): { open: OpenGap[]; looked: KnownGap[] } {
  const [start, end] = [steps.findIndex(isGiven), steps.findLastIndex(isGiven)]
  const lastMerged = steps.findLastIndex(isMerged)
  const open: OpenGap[] = []
  if (start < 0) return { open, looked: [] }
  const storedBetween = (one: Step | undefined, other: Step) =>
    stored.find(
      ({ after, before }) =>
        before === other.changedAt && (after === before) === (one?.changedAt === before),
    )
  const note = (previous: Step | undefined, step: Step, from: KnownGap | undefined) => {
    const [after, before] = [previous?.changedAt ?? null, step.changedAt]
    open.push({ gap: { after, before, foundAt: from?.foundAt ?? at }, from })
  }
  for (const [index, step] of steps.entries()) {
    const previous = steps[index - 1]
    const isInside = index > start && index <= end
    // What lies before the first stored entry wasn't asked about, unless the reading begins there.
    const isOutside = index === 0 && start > 0
    if (isInside || isOutside || (index === 0 && isWhole)) continue
    // A new entry lies where there was a gap between two stored ones, or none, or nothing yet.
    const earlier = steps.slice(0, index).findLast(isKnown)
    const later = steps.slice(index).find(isKnown)
    const from = later && storedBetween(earlier, later)
    // Where the record had nothing itself, HubSpot gives what others had. Their own gaps say what these lack.
    const others = steps.slice(index, later ? steps.indexOf(later) : lastMerged + 1)
    const isShown = others.every(isMerged) && (later ? true : isNew && lastMerged >= index)
    if (from || (index === start ? !isShown : !earlier)) note(previous, step, from)
  }
  const [first] = steps
  const isAsked = ({ after, before }: KnownGap) =>
    steps.some((step) => step.isKnown && step.changedAt === before) &&
    !(start > 0 && before === first?.changedAt && after !== before)
  return { open, looked: stored.filter(isAsked) }
}

const keyOfEntry = ({ changedAt, value }: Pick<HistoryEntry, 'changedAt' | 'value'>) =>
  JSON.stringify([changedAt, value?.toWellFormed() ?? null])
const isGiven = ({ given }: Step) => given !== undefined
const isKnown = ({ isKnown }: Step) => isKnown
const isMerged = ({ isMerged }: Step) => isMerged

function isSame(one: KnownGap, other: KnownGap): boolean {
  return one.after === other.after && one.before === other.before
}

function inOrder(one: Pick<Step, 'changedAt' | 'ordinal'>, other: typeof one): number {
  if (one.changedAt !== other.changedAt) return one.changedAt < other.changedAt ? -1 : 1
  return one.ordinal - other.ordinal
}

/** With texts that every database can hold, so that they are equal to what it returns. */
function wellFormedEntry(entry: HistoryEntry): HistoryEntry {
  const texts = Object.entries(entry).map(([name, text]) => [name, text?.toWellFormed() ?? null])
  return Object.fromEntries(texts) as unknown as HistoryEntry
}
