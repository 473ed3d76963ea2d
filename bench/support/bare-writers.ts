import type { SqliteDatabase } from '@hubsync/adapter-sqlite'
import type { HubspotRecord } from '@hubsync/core'
import type pg from 'pg'

/** Only writes records of contacts into a table: no comparison, no checkpoint, no feed. */
export interface BareWriter {
  name: string
  write(records: readonly HubspotRecord[]): Promise<unknown> | unknown
}

/** The columns of the table of contacts, with the PostgreSQL types that the recordset needs. */
const columns = [
  ['portal_id', 'text'],
  ['source_id', 'text'],
  ['source_status', 'text'],
  ['source_url', 'text'],
  ['source_created_at', 'timestamptz'],
  ['source_updated_at', 'timestamptz'],
  ['source_archived_at', 'timestamptz'],
  ['source_created_year', 'integer'],
  ['email', 'text'],
  ['first_name', 'text'],
  ['last_name', 'text'],
  ['phone', 'text'],
  ['lifecycle_stage', 'text'],
  ['owner_id', 'text'],
  ['raw', 'jsonb'],
  ['synced_at', 'timestamptz'],
] as const
const names = columns.map(([name]) => name)
const conflict = `ON CONFLICT (portal_id, source_id) DO UPDATE SET ${names
  .slice(2)
  .map((name) => `${name} = excluded.${name}`)
  .join(', ')}`

/** The values of the columns of a record, without conversion. */
function valuesOf(record: HubspotRecord, raw: unknown, at: string) {
  const { id, properties, createdAt, updatedAt, url = null } = record
  return [
    '1',
    id,
    'ACTIVE',
    url,
    createdAt,
    updatedAt,
    null,
    Number(createdAt.slice(0, 4)),
    properties.email,
    properties.firstname,
    properties.lastname,
    properties.phone,
    properties.lifecyclestage,
    properties.hubspot_owner_id,
    raw,
    at,
  ] as (string | number | null)[]
}

/** The fastest for SQLite: one prepared upsert, run for each row in one transaction. */
export function bareSqlite(database: SqliteDatabase): BareWriter {
  const upsert = database.prepare(
    `INSERT INTO contacts (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ${conflict}`,
  )
  return {
    name: 'upsert for each row',
    write(records) {
      const at = new Date().toISOString()
      database.exec('BEGIN IMMEDIATE')
      for (const record of records) upsert.run(...valuesOf(record, JSON.stringify(record), at))
      database.exec('COMMIT')
    },
  }
}

/** The two fastest for PostgreSQL. Which one is faster depends on the batch. */
export function barePostgres(client: pg.Client, schema: string): BareWriter[] {
  const insert = `INSERT INTO ${schema}.contacts (${names.join(', ')})`
  return [
    {
      name: 'named multi-row VALUES',
      write(records) {
        const at = new Date().toISOString()
        const size = records.length
        return client.query({
          name: `${schema}_${size}`,
          text: `${insert} VALUES ${records.map((_, row) => tuple(row)).join(', ')} ${conflict}`,
          values: records.flatMap((record) => valuesOf(record, JSON.stringify(record), at)),
        })
      },
    },
    {
      name: 'jsonb_to_recordset',
      write(records) {
        const at = new Date().toISOString()
        const lines = records.map((record) => {
          const values = valuesOf(record, null, at)
          return {
            ...Object.fromEntries(names.map((name, index) => [name, values[index]])),
            raw: record,
          }
        })
        return client.query({
          text: `${insert} SELECT ${names.join(', ')} FROM jsonb_to_recordset($1::jsonb) AS given (${columns.map((column) => column.join(' ')).join(', ')}) ${conflict}`,
          values: [JSON.stringify(lines)],
        })
      },
    },
  ]
}

function tuple(row: number): string {
  return `(${names.map((_, index) => `$${row * names.length + index + 1}`).join(', ')})`
}
