import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { companies, contacts, deals } from '@hubsync/core'
import Database from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { temporaryFolder, temporarySchema } from './support/stores.js'
import { createWorld } from './support/world.js'

/** Of each table its columns, those of its key with their place in it. */
type Tables = Record<string, Record<string, number>>

const objects = [contacts, companies, deals.extend({ history: ['stage', 'pipeline', 'amount'] })]

const inSqlite = async (): Promise<Tables> => {
  const file = join(temporaryFolder(), 'hubspot.db')
  await createWorld(sqliteStore({ file }))
    .again({ objects, reference: true } as never)
    .run()
  const database = new Database(file, { readonly: true })
  const rows = database
    .prepare(
      `SELECT t.name AS "table", c.name AS "column", c.pk AS place
      FROM sqlite_schema AS t, pragma_table_info(t.name) AS c WHERE t.name NOT LIKE 'sqlite%' AND t.type <> 'index'`,
    )
    .all()
  database.close()
  return gathered(rows as Row[])
}

const inPostgres = async (): Promise<Tables> => {
  const schema = temporarySchema()
  const connectionString = inject('databaseUrl')
  const store = postgresStore({ connectionString, schema })
  await createWorld(store)
    .again({ objects, reference: true } as never)
    .run()
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows } = await client.query<Row>(
    `SELECT c.relname AS "table", a.attname AS "column",
      coalesce(array_position((SELECT conkey FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p'), a.attnum), 0) AS place
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
    WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0`,
    [schema],
  )
  await client.end()
  return gathered(rows)
}

interface Row {
  table: string
  column: string
  place: number
}

function gathered(rows: readonly Row[]): Tables {
  const tables: Tables = {}
  for (const { table, column, place } of rows) {
    tables[table] ??= {}
    tables[table][column] = place
  }
  return tables
}

const keyOf = (columns: Record<string, number> = {}) =>
  Object.entries(columns)
    .filter(([, place]) => place > 0)
    .toSorted(([, one], [, other]) => one - other)
    .map(([name]) => name)
    .join(' ')

const stamps = 'source_created_at source_updated_at source_archived_at'
const record = `source_status source_url ${stamps} source_created_year raw synced_at`
const link = ['portal_id from_id to_id category type_id', 'label'] as const

/** The tables that users write queries for: their keys, and their other columns. */
const promised: Record<string, readonly [key: string, others: string]> = {
  contacts: [
    'portal_id source_id',
    `${record} email first_name last_name phone lifecycle_stage owner_id`,
  ],
  companies: ['portal_id source_id', `${record} name domain phone city country industry owner_id`],
  deals: ['portal_id source_id', `${record} name stage pipeline amount close_date owner_id`],
  contacts_companies: link,
  contacts_deals: link,
  deals_companies: link,
  sync_checkpoints: ['portal_id stream', 'state updated_at'],
  sync_runs: ['portal_id id', 'jobs status counts error started_at finished_at'],
  sync_tombstones: ['portal_id object source_id', 'reason into_id at'],
  sync_portals: ['portal_id', 'ui_domain time_zone first_run_at last_run_at'],
  owners: [
    'portal_id source_id',
    'source_status source_created_at source_updated_at email first_name last_name type user_id raw synced_at',
  ],
  teams: ['portal_id source_id', 'source_status name raw synced_at'],
  owners_teams: ['portal_id owner_id team_id', 'is_primary'],
  pipelines: [
    'portal_id object source_id',
    `source_status ${stamps} label display_order raw synced_at`,
  ],
  pipeline_stages: [
    'portal_id object pipeline_id source_id',
    `source_status ${stamps} label display_order is_closed is_won probability state raw synced_at`,
  ],
  object_types: [
    'portal_id type_id',
    'object singular plural display_property is_custom is_enabled records source_status raw synced_at',
  ],
  property_groups: ['portal_id object name', 'label display_order source_status synced_at'],
  property_definitions: [
    'portal_id object name',
    `label type field_type group_name description is_calculated is_custom is_unique is_hidden is_read_only references_object sensitivity source_status ${stamps} raw synced_at`,
  ],
  property_options: [
    'portal_id object property value',
    'label display_order is_hidden source_status synced_at',
  ],
  association_types: [
    'portal_id from_object to_object category type_id',
    'label max_to source_status synced_at',
  ],
  deals_history: [
    'portal_id source_id property changed_at ordinal',
    'value source_type source_ref source_label user_id synced_at',
  ],
  deals_history_gaps: ['portal_id source_id property before', 'after found_at'],
  deals_stages: ['', 'portal_id source_id pipeline_id stage_id entered_at left_at is_current'],
}

describe.each([
  ['SQLite', inSqlite, ['sync_changes']],
  ['Postgres', inPostgres, []],
])('in %s', (_, read, more) => {
  test('every table has its key and its columns', async () => {
    const tables = await read()
    const found = Object.entries(promised).map(([name, [, columns]]) => {
      const here = tables[name] ?? {}
      const lacking = columns.split(' ').filter((column) => !(column in here))
      return [name, keyOf(here), lacking]
    })
    expect(found).toEqual(Object.entries(promised).map(([name, [key]]) => [name, key, []]))
  })

  test('every key begins with the portal, but for those of three tables', async () => {
    const { deals_stages: _view, ...tables } = await read()
    const others = Object.keys(tables).filter((name) => !/^portal_id\b/.test(keyOf(tables[name])))
    expect(others.toSorted()).toEqual([...more, 'sync_pairs', 'sync_schema'])
  })
})
