import type { RecordStatus } from '@hubsync/core'
import type {
  Batch,
  ReferencePlan,
  ReferenceSet,
  ReferenceTable,
  StoredReferenceRow,
} from '@hubsync/core/store'
import { all, type Database, type Line, quoted, run } from './database.ts'
import { decode, encode } from './rows.ts'

/** The columns of the primary key. */
export const keyColumns = ({ key }: ReferenceTable) => [
  'portal_id',
  ...key.map(({ sqlName }) => sqlName),
]

const isPart = ({ key }: ReferenceTable, values: ReferenceSet['scope']) =>
  ['portal_id', ...values.map((_, index) => quoted(key[index]?.sqlName ?? ''))]
    .map((name) => `${name} = ?`)
    .join(' AND ')

/** The rows whose keys begin with these values, in order. */
export function readReference(
  at: Database,
  table: ReferenceTable,
  portalId: string,
  scope: ReferenceSet['scope'],
): StoredReferenceRow[] {
  const order = keyColumns(table).map(quoted).join(', ')
  const lines = all(
    at,
    `SELECT * FROM ${quoted(table.name)} WHERE ${isPart(table, scope)} ORDER BY ${order}`,
    [portalId, ...scope],
  )
  return lines.map((line) => ({
    key: table.key.map(({ sqlName }) => line[sqlName] ?? ''),
    status: (line.source_status ?? 'ACTIVE') as RecordStatus,
    values: Object.fromEntries(
      table.columns.map(({ name, sqlName, kind }) => [name, decode(kind, line[sqlName] ?? null)]),
    ),
    raw: JSON.parse(String(line.raw ?? null)),
    syncedAt: String(line.synced_at),
  }))
}

/** Writes what the plan lists about one reading. */
export function writeReference(
  at: Database,
  batch: Batch,
  { table, written, removed }: ReferencePlan,
): void {
  const name = quoted(table.name)
  for (const key of removed)
    run(at, `DELETE FROM ${name} WHERE ${isPart(table, key)}`, [batch.portalId, ...key])
  for (const { key, status, values, raw } of written) {
    const line: Line = { portal_id: batch.portalId, synced_at: batch.at }
    for (const [index, { sqlName }] of table.key.entries()) line[sqlName] = key[index] ?? ''
    for (const column of table.columns) line[column.sqlName] = encode(values[column.name] ?? null)
    if (table.keeps) line.source_status = status
    if (table.raw) line.raw = JSON.stringify(raw)
    const names = Object.keys(line).map(quoted)
    run(
      at,
      `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
       ON CONFLICT (${keyColumns(table).map(quoted).join(', ')}) DO UPDATE SET
       ${names.map((each) => `${each} = excluded.${each}`).join(', ')}`,
      Object.values(line),
    )
  }
}
