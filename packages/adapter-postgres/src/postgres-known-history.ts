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

/**
 * The record's own neighbours of what is asked for set the bounds.
 *
 * Record, property and moment are compared together: only the primary key has them in this order. Compared one by one,
 * PostgreSQL without statistics takes the index by property, and reads what all records have of it.
 */
function selectKnown(place: Place, object: string, lookups: readonly Asked[]): Statement {
  const entries = entriesOf(place, object)
  const isBeyond = (alias: string, comparison: string, moment: string) =>
    verbatim(
      `(${alias}.source_id, ${alias}.property, ${alias}.changed_at) ${comparison} (given.id, given.property, ${moment})`,
    )
  const own = (within: Sql, order: string) => sql`(SELECT near.changed_at FROM ${entries} AS near
    WHERE near.portal_id = given.portal_id AND ${within} AND near.merged_from IS NULL
    ORDER BY ${verbatim(`near.source_id ${order}, near.property ${order}, near.changed_at ${order}`)} LIMIT 1)`
  const before = sql`${isBeyond('near', '>=', "'-infinity'")} AND ${isBeyond('near', '<', 'given."from"')}`
  const after = sql`${isBeyond('near', '>', 'given."to"')} AND ${isBeyond('near', '<=', "'infinity'")}`
  return sql`SELECT given.index::text AS index, ${verbatim(momentText('known.changed_at'))} AS changed_at, known.ordinal::text AS ordinal,
  known.value, known.merged_from
FROM ${asked(place, lookups)} CROSS JOIN LATERAL (
  SELECT coalesce(${own(before, 'DESC')}, given."from") AS first, coalesce(${own(after, 'ASC')}, given."to") AS last
) AS bounds CROSS JOIN LATERAL (
  SELECT known.changed_at, known.ordinal, known.value, known.merged_from FROM ${entries} AS known
  WHERE known.portal_id = given.portal_id
    AND ${isBeyond('known', '>=', 'bounds.first')} AND ${isBeyond('known', '<=', 'bounds.last')} OFFSET 0
) AS known`
}

function selectKnownGaps(place: Place, object: string, lookups: readonly Asked[]): Statement {
  return sql`SELECT given.index::text AS index, ${verbatim(momentText('gap.after'))} AS after, ${verbatim(momentText('gap.before'))} AS before,
  ${verbatim(momentText('gap.found_at'))} AS found_at
FROM ${asked(place, lookups)} JOIN ${gapsOf(place, object)} AS gap ON ${isAsked('gap')} AND gap.merged_from IS NULL`
}
