import type { HubsyncError } from '@hubsync/core'
import { COUNTED_ROWS, historyNames, type TablePart } from '@hubsync/core/store'
import { storeError } from './postgres-errors.js'
import { dropStagesView, historyTablesHere } from './postgres-history-tables.js'
import { qualified, quoted, storedName } from './postgres-names.js'
import { describeRelations, waitNotLong } from './postgres-schema-sql.js'
import { at, type Place } from './postgres-sql.js'
import { type Sql, sql, verbatim } from './postgres-statement.js'
import { baseColumns, pairList } from './postgres-tables.js'
import type { Run } from './postgres-transaction.js'
import { dropViewOf } from './postgres-views.js'

/**
 * Drops parts that no other portal has, and deletes what the portal has of the others. Call it inside a transaction that
 * began with `migrationOpening`, or in a read-only one for a dry run.
 *
 * @returns for each part its number of rows, or null; and the parts that were dropped.
 */
export async function prune(
  run: Run,
  place: Place,
  parts: readonly TablePart[],
  dryRun: boolean,
): Promise<{ rows: (number | null)[]; dropped: TablePart[] }> {
  const rows: (number | null)[] = []
  const dropped: TablePart[] = []
  if (!dryRun) await run(waitNotLong)
  for (const part of parts) {
    const kind = await kindOf(run, place, part)
    // A role that only reads some tables can't count the others, and they are no concern of its status.
    if (dryRun && kind !== undefined && !(await mayRead(run, place, part))) {
      rows.push(null)
      continue
    }
    rows.push(kind === undefined ? null : await countOf(run, place, part))
    if (kind === undefined || dryRun) continue
    const { clear, others, drop } = statementsFor(kind, place, part)
    const isDropped = !part.shared && (await run(others)).length === 0
    if (isDropped) await dropViewOf(run, place.schema, part)
    if (isDropped && part.historyOf !== undefined)
      await dropStagesView(run, place.schema, part.historyOf)
    for (const statement of isDropped ? drop : clear) await run(statement)
    if (isDropped) dropped.push(part)
  }
  return { rows, dropped }
}

/** Converts an error of {@link prune}. If other objects depend on a part, PostgreSQL's detail names them. */
export function pruneError(cause: unknown): HubsyncError {
  return storeError(cause, `Nothing was deleted.${neededBy(cause)}`)
}

/** What depends on a table or view that couldn't be dropped, and what to do; empty for another error. */
export function neededBy(cause: unknown): string {
  const { code, detail } = cause as { code?: string; detail?: string }
  return code === '2BP01' && detail ? ` Drop what needs it first: ${detail}.` : ''
}

async function mayRead(run: Run, { schema }: Place, { table }: TablePart): Promise<boolean> {
  const name = qualified(schema, table)
  const [line] = await run(
    sql`SELECT pg_catalog.has_table_privilege(${name}, 'SELECT')::pg_catalog.text AS may`,
  )
  return line?.may === 'true'
}

async function countOf(run: Run, place: Place, { table }: TablePart): Promise<number> {
  const [line] = await run(
    sql`SELECT pg_catalog.count(*)::pg_catalog.text AS rows FROM (SELECT 1 FROM ${at(place, table)}
WHERE portal_id = ${place.portalId} LIMIT ${COUNTED_ROWS}) AS counted`,
  )
  return Number(line?.rows)
}

type Kind = 'object' | 'pair' | 'column' | 'history'

/** What a part is, or undefined if it doesn't exist or isn't hubsync's. */
async function kindOf(
  run: Run,
  place: Place,
  { table, column, historyOf }: TablePart,
): Promise<Kind | undefined> {
  if (historyOf !== undefined) {
    const tables = await historyTablesHere(run, place, [historyOf])
    return tables.has(table) ? 'history' : undefined
  }
  const lines = await run(describeRelations(place.schema, [table, pairList.name]))
  const columns = lines.filter(
    ({ name, kind }) => name === storedName(table) && (kind === 'r' || kind === 'p'),
  )
  const has = (name: string) => columns.some((line) => line.column === storedName(name))
  if (columns.length === 0) return undefined
  const isListed =
    lines.some(({ name }) => name === pairList.name) &&
    (await run(sql`SELECT name FROM ${at(place, pairList.name)} WHERE name = ${storedName(table)}`))
      .length > 0
  if (isListed)
    return column === undefined && has('from_id') && has('to_id') && has('type_id')
      ? 'pair'
      : undefined
  if (!baseColumns.every(([name]) => has(name))) return undefined
  if (column === undefined) return 'object'
  return has(column) && !baseColumns.some(([name]) => name === column) ? 'column' : undefined
}

/**
 * `clear` deletes what is the portal's, `drop` the part as a whole, without touching its rows: that would keep readers
 * of the other tables waiting, and something of the user's might refuse it. The feed comes first: once a table is to be
 * dropped, its readers wait.
 */
function statementsFor(
  kind: Kind,
  place: Place,
  part: TablePart,
): { clear: Sql[]; others: Sql; drop: Sql[] } {
  const { portalId } = place
  const table = at(place, part.table)
  if (kind === 'column') {
    const column = verbatim(quoted(part.column ?? ''))
    const feed = sql`UPDATE ${at(place, 'sync_changes')} SET columns = columns - ${part.name ?? ''}::pg_catalog.text
WHERE portal_id = ${portalId} AND object = ${part.table} AND columns ? ${part.name ?? ''}::pg_catalog.text`
    return {
      clear: [
        feed,
        sql`UPDATE ${table} SET ${column} = NULL WHERE portal_id = ${portalId} AND ${column} IS NOT NULL`,
      ],
      others: sql`SELECT 1 AS one FROM ${table} WHERE portal_id <> ${portalId} AND ${column} IS NOT NULL LIMIT 1`,
      drop: [feed, sql`ALTER TABLE ${table} DROP COLUMN ${column}`],
    }
  }
  const rows = sql`DELETE FROM ${table} WHERE portal_id = ${portalId}`
  const others = sql`SELECT 1 AS one FROM ${table} WHERE portal_id <> ${portalId} LIMIT 1`
  const drop = sql`DROP TABLE ${table}`
  if (kind === 'history') {
    const gaps = at(place, historyNames(part.historyOf ?? '').gaps)
    return {
      clear: [rows, sql`DELETE FROM ${gaps} WHERE portal_id = ${portalId}`],
      others,
      drop: [drop, sql`DROP TABLE IF EXISTS ${gaps}`],
    }
  }
  if (kind === 'pair') {
    const listed = sql`DELETE FROM ${at(place, pairList.name)} WHERE name = ${storedName(part.table)}`
    return { clear: [rows], others, drop: [drop, listed] }
  }
  const tombstones = sql`DELETE FROM ${at(place, 'sync_tombstones')} WHERE portal_id = ${portalId} AND object = ${part.table}`
  const feed = sql`UPDATE ${at(place, 'sync_changes')} SET columns = '{}' WHERE portal_id = ${portalId} AND object = ${part.table}`
  return { clear: [rows, tombstones, feed], others, drop: [tombstones, feed, drop] }
}
