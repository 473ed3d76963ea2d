import type { HistoryGap, StoredHistoryEntry } from '../model.js'
import type { RecordsPlan } from './plan-commit.js'
import { keeperOf } from './plan-histories.js'
import type { HistoryLookup, HistoryPlan, KnownHistory } from './plan-history.js'
import type { HistoryRead, ObjectGaps } from './store.js'

/** The history of one record. */
interface History {
  /** By property. */
  entries: Map<string, StoredHistoryEntry[]>
  gaps: HistoryGap[]
}

/** The histories of a portal, by object and then by record. */
export type Histories = Map<string, Map<string, History>>

export function knownHistory(
  histories: Histories,
  { object, id, property, from, to }: HistoryLookup,
): KnownHistory {
  const { entries, gaps } = histories.get(object)?.get(id) ?? noHistory()
  const ofProperty = entries.get(property) ?? []
  const own = ofProperty
    .filter(({ mergedFrom }) => mergedFrom === null)
    .map(({ changedAt }) => changedAt)
    .sort()
  const start = own.findLast((moment) => moment < from) ?? from
  const end = own.find((moment) => moment > to) ?? to
  return {
    entries: ofProperty.filter(({ changedAt }) => changedAt >= start && changedAt <= end),
    gaps: gaps.filter((gap) => gap.property === property && gap.mergedFrom === null),
  }
}

export function writeHistory(
  histories: Histories,
  { table, written, gaps, filled }: HistoryPlan,
  at: string,
): void {
  const ofObject = histories.get(table.name) ?? new Map<string, History>()
  histories.set(table.name, ofObject)
  const of = (id: string): History => {
    const history = ofObject.get(id) ?? noHistory()
    ofObject.set(id, history)
    return history
  }
  for (const { id, ...entry } of written) {
    const { entries } = of(id)
    const others = entries.get(entry.property) ?? []
    const kept = others.filter((other) => !isOfOnePlace(entry, other))
    entries.set(entry.property, [...kept, { ...entry, mergedFrom: null, syncedAt: at }])
  }
  const dropGap = (id: string, property: string, before: string) => {
    const history = of(id)
    history.gaps = history.gaps.filter((gap) => gap.property !== property || gap.before !== before)
  }
  for (const { id, property, before } of filled) dropGap(id, property, before)
  for (const { id, ...gap } of gaps) {
    dropGap(id, gap.property, gap.before)
    of(id).gaps.push({ ...gap, mergedFrom: null })
  }
}

/** Erases the histories of records that are gone, or moves them to those that they are part of now. */
export function moveHistories(
  histories: Histories,
  object: string,
  moves: RecordsPlan['histories'],
  tombstoneOf: Parameters<typeof keeperOf>[1],
): void {
  const ofObject = histories.get(object)
  if (!ofObject) return
  for (const [id, into] of moves) {
    const intoId = keeperOf(into, tombstoneOf)
    const { entries, gaps } = ofObject.get(id) ?? noHistory()
    ofObject.delete(id)
    if (intoId === null) continue
    const winner = ofObject.get(intoId) ?? noHistory()
    const isGapFree = ({ property, before }: HistoryGap) =>
      !winner.gaps.some((other) => other.property === property && other.before === before)
    const moved = <Kept extends { mergedFrom: string | null }>(kept: Kept): Kept => {
      return { ...kept, mergedFrom: kept.mergedFrom ?? id }
    }
    const all = new Map(winner.entries)
    for (const [property, ofProperty] of entries) {
      const own = winner.entries.get(property) ?? []
      const taken = new Set(own.map(({ changedAt }) => changedAt))
      const free = ofProperty.filter(({ changedAt }) => !taken.has(changedAt))
      all.set(property, [...own, ...free.map(moved)])
    }
    const more = gaps.filter(isGapFree).map(moved)
    ofObject.set(intoId, { entries: all, gaps: [...winner.gaps, ...more] })
  }
}

export function readHistory(
  histories: Histories,
  object: string,
  id: string,
  { property, after, limit }: HistoryRead,
): StoredHistoryEntry[] {
  const { entries } = histories.get(object)?.get(id) ?? noHistory()
  const asked =
    property === undefined ? [...entries.values()].flat() : (entries.get(property) ?? [])
  return asked
    .toSorted(newestFirst)
    .filter((entry) => after === undefined || newestFirst(after, entry) < 0)
    .slice(0, limit)
}

export function readGaps(
  histories: Histories,
  object: string,
  id: string,
  { property, limit }: { property?: string | undefined; limit: number },
): HistoryGap[] {
  const { gaps } = histories.get(object)?.get(id) ?? noHistory()
  return gaps
    .filter((gap) => property === undefined || gap.property === property)
    .sort(latestFirst)
    .slice(0, limit)
}

export function readGapsOf(histories: Histories, object: string, latest: number): ObjectGaps {
  const all = [...(histories.get(object) ?? [])].flatMap(([id, { gaps }]) =>
    gaps.map((gap) => ({ ...gap, id })),
  )
  const counts = new Map<string, number>()
  for (const { property } of all) counts.set(property, (counts.get(property) ?? 0) + 1)
  all.sort((one, other) => {
    if (one.foundAt !== other.foundAt) return one.foundAt < other.foundAt ? 1 : -1
    return latestFirst(one, other) || byBytes(other.id, one.id)
  })
  return { counts: Object.fromEntries(counts), latest: all.slice(0, latest) }
}

function latestFirst(one: HistoryGap, other: HistoryGap): number {
  return newestFirst(
    { ...one, changedAt: one.before, ordinal: 0 },
    { ...other, changedAt: other.before, ordinal: 0 },
  )
}

type Place = Pick<StoredHistoryEntry, 'changedAt' | 'property' | 'ordinal'>

/** Texts compare byte by byte, as in databases. */
function newestFirst(one: Place, other: Place): number {
  if (one.changedAt !== other.changedAt) return one.changedAt < other.changedAt ? 1 : -1
  return byBytes(other.property, one.property) || other.ordinal - one.ordinal
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

function isOfOnePlace(one: Place, other: Place): boolean {
  return one.changedAt === other.changedAt && one.ordinal === other.ordinal
}

function noHistory(): History {
  return { entries: new Map(), gaps: [] }
}
