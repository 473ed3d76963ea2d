import type { HistoryLookup, KnownEntry, KnownGap, KnownHistory } from '@hubsync/core/store'
import { entriesOf, gapsOf, isAsked, momentIn, momentText } from './postgres-history.js'
import { momentParameter, textOf } from './postgres-rows.js'
import type { Place } from './postgres-sql.js'
import { json, type Sql, type Statement, sql, verbatim } from './postgres-statement.js'
import type { Run } from './postgres-transaction.js'
import { given } from './postgres-write-sql.js'

/** The histories that a batch needs, in the order of the lookups: two statements for each object. */
export async function findHistories(
  ask: Run,
  place: Place,
  lookups: readonly HistoryLookup[],
): Promise<KnownHistory[]> {
  const found = lookups.map(() => ({ entries: [] as KnownEntry[], gaps: [] as KnownGap[] }))
  const places = lookups.map((lookup, index) => ({ ...lookup, index }))
  const byObject = [...Map.groupBy(places, ({ object }) => object)]
  await Promise.all(
    byObject.map(async ([object, ofObject]) => {
      const [entries, gaps] = await Promise.all([
        ask(selectKnown(place, object, ofObject)),
        ask(selectKnownGaps(place, object, ofObject)),
      ])
      for (const line of entries)
        found[Number(line.index)]?.entries.push({
          changedAt: momentIn(line.changed_at) ?? '',
          ordinal: Number(line.ordinal),
          value: textOf(line.value),
          mergedFrom: textOf(line.merged_from),
        })
      for (const line of gaps)
        found[Number(line.index)]?.gaps.push({
          after: momentIn(line.after),
          before: momentIn(line.before) ?? '',
          foundAt: momentIn(line.found_at) ?? '',
        })
    }),
  )
  return found
}

type Asked = HistoryLookup & { index: number }

function asked({ portalId }: Place, lookups: readonly Asked[]): Sql {
  const lines = lookups.map(({ index, id, property, from, to }) => ({
    portal_id: portalId,
    index,
    id,
    property,
    from: momentParameter(from),
    to: momentParameter(to),
  }))
  const columns = 'index integer, id text, property text, "from" timestamptz, "to" timestamptz'
  return given(json(lines), columns)
}

/** The record's own neighbours of what is asked for set the bounds. */
function selectKnown(place: Place, object: string, lookups: readonly Asked[]): Statement {
  const entries = entriesOf(place, object)
  const own = (bound: 'max' | 'min', condition: string) =>
    sql`(SELECT ${verbatim(bound)}(near.changed_at) FROM ${entries} AS near
    WHERE ${isAsked('near')} AND near.changed_at ${verbatim(condition)} AND near.merged_from IS NULL)`
  return sql`SELECT given.index::text AS index, ${verbatim(momentText('known.changed_at'))} AS changed_at, known.ordinal::text AS ordinal,
  known.value, known.merged_from
FROM ${asked(place, lookups)} CROSS JOIN LATERAL (
  SELECT coalesce(${own('max', '< given."from"')}, given."from") AS first, coalesce(${own('min', '> given."to"')}, given."to") AS last
) AS bounds JOIN ${entries} AS known
  ON ${isAsked('known')} AND known.changed_at BETWEEN bounds.first AND bounds.last`
}

function selectKnownGaps(place: Place, object: string, lookups: readonly Asked[]): Statement {
  return sql`SELECT given.index::text AS index, ${verbatim(momentText('gap.after'))} AS after, ${verbatim(momentText('gap.before'))} AS before,
  ${verbatim(momentText('gap.found_at'))} AS found_at
FROM ${asked(place, lookups)} JOIN ${gapsOf(place, object)} AS gap ON ${isAsked('gap')} AND gap.merged_from IS NULL`
}
