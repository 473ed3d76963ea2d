import { mergedIds } from '../extract/merged-ids.js'
import type { HistoryEntry } from '../model.js'
import {
  type HistoryLookup,
  type HistoryPlan,
  type KnownGap,
  type KnownHistory,
  planHistory,
} from './plan-history.js'
import type { Batch, HistoryCounts } from './store.js'
import type { ObjectTable } from './tables.js'

/** The fewest entries of a property that HubSpot keeps, whatever the type. */
const FEWEST_KEPT = 20

/**
 * How many entries of a property HubSpot keeps: 45 of contacts, 20 of everything else. It isn't documented, so it is only
 * used to tell whether a first reading may lack a beginning.
 */
function entriesKept({ type }: ObjectTable): number {
  return type === 'contacts' ? 45 : FEWEST_KEPT
}

/**
 * What is needed of the stored histories that these rows bring more of. Of each property once. If HubSpot may have dropped
 * entries, the histories of the records that were merged into this one are needed too: these aren't moved to it yet.
 */
export function historyLookups(rows: Batch['rows'] = []): HistoryLookup[] {
  const lookups = new Map<string, HistoryLookup>()
  for (const { object, id, property, entries, losers } of readingsIn(rows))
    for (const each of [id, ...losers]) {
      const key = keyOf(object, each, property)
      const { from, to } = lookups.get(key) ?? {}
      const known = from === undefined || to === undefined ? [] : [from, to]
      const moments = [...known, ...entries.map(({ changedAt }) => changedAt)].sort()
      const [oldest, newest] = [moments[0], moments.at(-1)]
      if (oldest !== undefined && newest !== undefined)
        lookups.set(key, { object, id: each, property, from: oldest, to: newest })
    }
  return [...lookups.values()]
}

/**
 * Plans the histories that the rows of a batch bring.
 *
 * @param found - in the order of {@link historyLookups}.
 * @param tableHere - the table of an object that has one for its history, or throws.
 * @param isHere - whether a record is in the mirror after the rows of the batch are written.
 * @param isNew - whether it isn't before that.
 */
export function planHistories(
  { rows = [], at }: Pick<Batch, 'rows' | 'at'>,
  found: readonly KnownHistory[],
  tableHere: (object: string) => ObjectTable,
  isHere: (object: string, id: string) => boolean,
  isNew: (object: string, id: string) => boolean,
): { plans: Map<string, HistoryPlan>; counts: Record<string, HistoryCounts> } {
  const lookups = historyLookups(rows)
  const known = new Map(
    lookups.map(({ object, id, property }, index) => [
      keyOf(object, id, property),
      found[index] ?? { entries: [], gaps: [] },
    ]),
  )
  const plans = new Map<string, HistoryPlan>()
  const gaps = new Map<string, Map<string, HistoryPlan['gaps'][number]>>()
  const counts: Record<string, HistoryCounts> = {}
  for (const { object, id, property, entries, losers, feed } of readingsIn(rows)) {
    const table = tableHere(object)
    const stored = known.get(keyOf(object, id, property))
    if (!stored || !isHere(object, id)) continue
    const ofLosers = losers.flatMap(
      (loser) => known.get(keyOf(object, loser, property))?.entries ?? [],
    )
    const merges = { losers: ofLosers, isNew: losers.length > 0 && isNew(object, id) && feed }
    const change = planHistory(stored, entries, entriesKept(table), at, merges)
    const plan = plans.get(object) ?? { table, written: [], gaps: [], filled: [] }
    plans.set(object, plan)
    plan.written.push(...change.written.map((entry) => ({ ...entry, id, property })))
    plan.filled.push(...change.filled.map((before) => ({ id, property, before })))
    // A batch may bring two readings of a property: what the second says about the first one's gaps counts.
    const ofObject = gaps.get(object) ?? new Map()
    gaps.set(object, ofObject)
    for (const before of change.filled) ofObject.delete(keyOf(id, property, before))
    for (const gap of change.gaps)
      ofObject.set(keyOf(id, property, gap.before), { ...gap, id, property })
    known.set(keyOf(object, id, property), after(stored, change))
    const sum = counts[object] ?? { added: 0, gaps: 0, filled: 0, tied: 0 }
    counts[object] = sum
    for (const [name, count] of Object.entries(change.counts))
      sum[name as keyof HistoryCounts] += count
  }
  for (const [object, plan] of plans) plan.gaps = [...(gaps.get(object)?.values() ?? [])]
  return { plans, counts }
}

/**
 * The record that a merged one's history belongs to: the last of those that were merged into each other. Null if that
 * was purged, or if there is none.
 *
 * @param intoId - the record that it was merged into.
 * @param tombstoneOf - the stored tombstone of a record, after those of the batch are written.
 */
export function keeperOf(
  intoId: string | null,
  tombstoneOf: (id: string) => { intoId: string | null } | null | undefined,
): string | null {
  const seen = new Set<string>()
  let id = intoId
  while (id !== null && !seen.has(id)) {
    seen.add(id)
    const gone = tombstoneOf(id)
    if (!gone) return id
    id = gone.intoId
  }
  return null
}

/** What is stored after a change. */
function after(stored: KnownHistory, change: ReturnType<typeof planHistory>): KnownHistory {
  const isReplaced = new Set(
    change.written.map(({ changedAt, ordinal }) => `${changedAt} ${ordinal}`),
  )
  const gaps = new Map<string, KnownGap>(stored.gaps.map((gap) => [gap.before, gap]))
  for (const before of change.filled) gaps.delete(before)
  for (const gap of change.gaps) gaps.set(gap.before, gap)
  return {
    entries: [
      ...stored.entries.filter(
        ({ changedAt, ordinal }) => !isReplaced.has(`${changedAt} ${ordinal}`),
      ),
      ...change.written.map((entry) => ({ ...entry, mergedFrom: null })),
    ],
    gaps: [...gaps.values()],
  }
}

interface Reading {
  object: string
  id: string
  property: string
  entries: readonly HistoryEntry[]
  /** The records that were merged into this one, if HubSpot may have dropped entries. */
  losers: readonly string[]
  /** Whether all records of the object have been read before: while they are backfilled, an old one may be new here. */
  feed: boolean
}

function* readingsIn(rows: NonNullable<Batch['rows']>): Generator<Reading> {
  for (const { object, rows: ofObject, feed } of rows)
    for (const { id, history, raw } of ofObject)
      for (const [property, entries] of Object.entries(history ?? {})) {
        const losers = entries.length < FEWEST_KEPT ? [] : mergedIds(raw)
        yield { object, id, property: property.toWellFormed(), entries, losers, feed }
      }
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}
