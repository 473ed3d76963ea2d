import type { HistoryLookup, KnownEntry, KnownGap, KnownHistory } from '@hubsync/core/store'
import { selectKnown, selectKnownGaps } from './sqlite-history.js'
import type { SqliteQueries } from './sqlite-queries.js'

/** The histories that a batch needs, in the order of the lookups: two statements for each object. */
export function findHistories(
  queries: SqliteQueries,
  portalId: string,
  lookups: readonly HistoryLookup[],
): KnownHistory[] {
  const found = lookups.map(() => ({ entries: [] as KnownEntry[], gaps: [] as KnownGap[] }))
  const places = lookups.map((lookup, place) => ({ ...lookup, place }))
  for (const [object, ofObject] of Map.groupBy(places, (lookup) => lookup.object)) {
    const asked = JSON.stringify(
      ofObject.map(({ place, id, property, from, to }) => [place, id, property, from, to]),
    )
    type Entry = KnownEntry & { place: number }
    for (const { place, ...entry } of queries.all<Entry>(selectKnown(object, portalId, asked)))
      found[place]?.entries.push(entry)
    type Gap = KnownGap & { place: number }
    for (const { place, ...gap } of queries.all<Gap>(selectKnownGaps(object, portalId, asked)))
      found[place]?.gaps.push(gap)
  }
  return found
}
