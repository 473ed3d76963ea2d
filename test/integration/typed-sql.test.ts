import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import {
  column,
  companies,
  contacts,
  deals,
  type InferTables,
  type SqlDatabase,
  type Store,
} from '@hubsync/core'
import Database from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import pg from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { temporaryFolder, temporarySchema } from './support/stores.js'
import { createWorld } from './support/world.js'

/** Contacts with a column of each kind that the built-in definitions don't use. */
const people = contacts.extend({
  columns: {
    isVip: column.boolean('is_vip'),
    birthday: column.date('birthday'),
    visits: column.integer('visits'),
    score: column.number('score'),
    interests: column.list('interests'),
  },
})
const objects = [people, companies, deals.extend({ history: ['stage'] })] as const
type Tables<Name extends SqlDatabase> = InferTables<typeof objects, Name>

async function mirror(store: Store): Promise<string> {
  const { portal, clock, again } = createWorld(store)
  portal.defineProperty('contacts', { name: 'is_vip', type: 'bool' })
  portal.defineProperty('contacts', { name: 'birthday', type: 'date' })
  for (const name of ['visits', 'score'])
    portal.defineProperty('contacts', { name, type: 'number' })
  portal.defineProperty('contacts', { name: 'interests', type: 'enumeration' })
  const id = portal.create('contacts', {
    ...{ email: 'ada@example.com', firstname: 'Ada', lastname: 'L', phone: '+49 30 1' },
    ...{ lifecyclestage: 'lead', hubspot_owner_id: '7', is_vip: 'true', birthday: '1815-12-10' },
    ...{ visits: '12', score: '0.5', interests: 'engines;poetry' },
  })
  const company = portal.create('companies', { name: 'Engines' })
  const deal = portal.create('deals', {
    dealname: 'One',
    amount: '5000.00',
    closedate: '2026-07-01T00:00:00Z',
  })
  const moved = portal.create('deals', { dealname: 'Two', pipeline: 'default', dealstage: 'a' })
  const source = { sourceType: 'CRM_UI', sourceId: 'userId:7', updatedByUserId: 7 }
  portal.update('deals', moved, { dealstage: 'b' }, { updatedAt: clock.now() + 1, source })
  portal.associate('contacts', id, 'companies', company, { primary: true })
  portal.associate('contacts', id, 'deals', deal)
  portal.associate('deals', deal, 'companies', company)
  const sync = again({ objects, reference: true } as never)
  await sync.run()
  await clock.advance(7_200_000)
  portal.archive('contacts', portal.create('contacts', { email: 'bin@example.com' }))
  portal.purge('deals', deal)
  await clock.advance(60_000)
  await sync.run()
  return id
}

/** The type of a line of a table, as the names and types of its columns. */
const kindsOf = (line: object) =>
  Object.fromEntries(
    Object.entries(line).map(([name, value]) => [
      name,
      value instanceof Date ? 'Date' : Array.isArray(value) ? 'array' : typeof value,
    ]),
  )

/** The same in the direction of the type: every column has to be named. */
type Kinds<Line> = { [Name in keyof Line]: KindOf<NonNullable<Line[Name]>> }
type KindOf<Value> = Value extends Date
  ? 'Date'
  : Value extends string
    ? 'string'
    : Value extends number
      ? 'number'
      : Value extends boolean
        ? 'boolean'
        : Value extends readonly unknown[]
          ? 'array'
          : 'object'

function openKysely<Name extends SqlDatabase>(dialect: SqliteDialect | PostgresDialect) {
  const database = new Kysely<Tables<Name>>({ dialect })
  onTestFinished(() => database.destroy())
  return database
}

test('Kysely reads a mirror in SQLite with the types of its tables', async () => {
  const file = join(temporaryFolder(), 'hubspot.db')
  const id = await mirror(sqliteStore({ file }))
  const database = openKysely<'sqlite'>(new SqliteDialect({ database: new Database(file) }))
  const contact = await database
    .selectFrom('contacts')
    .selectAll()
    .where('source_id', '=', id)
    .executeTakeFirstOrThrow()
  const expected: Kinds<Tables<'sqlite'>['contacts']> = {
    ...{ portal_id: 'string', source_id: 'string', source_status: 'string', source_url: 'string' },
    ...{ source_created_at: 'string', source_updated_at: 'string', source_archived_at: 'string' },
    ...{ source_created_year: 'number', email: 'string', first_name: 'string', raw: 'string' },
    ...{ last_name: 'string', phone: 'string', lifecycle_stage: 'string', owner_id: 'string' },
    ...{ is_vip: 'number', birthday: 'string', visits: 'number', score: 'number' },
    ...{ interests: 'string', synced_at: 'string' },
  }
  // Null says nothing about the type.
  expect(kindsOf(contact)).toEqual({ ...expected, source_archived_at: 'object' })
  expect(contact).toMatchObject({ is_vip: 1, visits: 12, interests: '["engines","poetry"]' })
  const related = await database
    .selectFrom('contacts_companies as link')
    .innerJoin('companies', (join) =>
      join
        .onRef('companies.portal_id', '=', 'link.portal_id')
        .onRef('companies.source_id', '=', 'link.to_id'),
    )
    .select(['companies.name', 'link.label', 'link.type_id'])
    .where('link.from_id', '=', id)
    .where('link.label', '=', 'Primary')
    .execute()
  expect(related).toEqual([{ name: 'Engines', label: 'Primary', type_id: 1 }])
})

test('Kysely reads a mirror in Postgres with the types of its tables', async () => {
  const connectionString = inject('databaseUrl')
  const schema = temporarySchema()
  const id = await mirror(postgresStore({ connectionString, schema }))
  const pool = new pg.Pool({ connectionString })
  const database = openKysely<'postgres'>(new PostgresDialect({ pool })).withSchema(schema)
  const contact = await database
    .selectFrom('contacts')
    .selectAll()
    .where('source_id', '=', id)
    .executeTakeFirstOrThrow()
  const expected: Kinds<Tables<'postgres'>['contacts']> = {
    ...{ portal_id: 'string', source_id: 'string', source_status: 'string', source_url: 'string' },
    ...{ source_created_at: 'Date', source_updated_at: 'Date', source_archived_at: 'Date' },
    ...{ source_created_year: 'number', email: 'string', first_name: 'string', raw: 'object' },
    ...{ last_name: 'string', phone: 'string', lifecycle_stage: 'string', owner_id: 'string' },
    ...{ is_vip: 'boolean', birthday: 'Date', visits: 'string', score: 'number' },
    ...{ interests: 'array', synced_at: 'Date' },
  }
  expect(kindsOf(contact)).toEqual({ ...expected, source_archived_at: 'object' })
  expect(contact).toMatchObject({ is_vip: true, visits: '12', interests: ['engines', 'poetry'] })
  const [change] = await database
    .selectFrom('sync_changes')
    .select(['seq', 'kind', 'at', 'columns'])
    .where('object', '=', 'contacts')
    .orderBy('seq')
    .execute()
  const feed: Kinds<Pick<Tables<'postgres'>['sync_changes'], 'seq' | 'kind' | 'at' | 'columns'>> = {
    ...{ seq: 'string', kind: 'string', at: 'Date', columns: 'object' },
  }
  expect(kindsOf(change ?? {})).toEqual(feed)
})

test('Kysely reads histories in SQLite with the types of their tables', async () => {
  const file = join(temporaryFolder(), 'hubspot.db')
  await mirror(sqliteStore({ file }))
  const database = openKysely<'sqlite'>(new SqliteDialect({ database: new Database(file) }))
  const entry = await database
    .selectFrom('deals_history')
    .selectAll()
    .where('value', '=', 'b')
    .executeTakeFirstOrThrow()
  const stay = await database
    .selectFrom('deals_stages')
    .selectAll()
    .where('left_at', 'is not', null)
    .executeTakeFirstOrThrow()
  const ofEntry: Kinds<Tables<'sqlite'>['deals_history']> = {
    ...{ portal_id: 'string', source_id: 'string', property: 'string', changed_at: 'string' },
    ...{ ordinal: 'number', value: 'string', source_type: 'string', source_ref: 'string' },
    ...{ source_label: 'string', user_id: 'string', merged_from: 'string', synced_at: 'string' },
  }
  // Null says nothing about the type.
  expect(kindsOf(entry)).toEqual({ ...ofEntry, source_label: 'object', merged_from: 'object' })
  const ofStay: Kinds<Tables<'sqlite'>['deals_stages']> = {
    ...{ portal_id: 'string', source_id: 'string', pipeline_id: 'string', stage_id: 'string' },
    ...{ entered_at: 'string', left_at: 'string', is_current: 'number' },
  }
  expect(kindsOf(stay)).toEqual(ofStay)
})

test('Kysely reads histories in Postgres with the types of their tables', async () => {
  const connectionString = inject('databaseUrl')
  const schema = temporarySchema()
  await mirror(postgresStore({ connectionString, schema }))
  const pool = new pg.Pool({ connectionString })
  const database = openKysely<'postgres'>(new PostgresDialect({ pool })).withSchema(schema)
  const entry = await database
    .selectFrom('deals_history')
    .selectAll()
    .where('value', '=', 'b')
    .executeTakeFirstOrThrow()
  const stay = await database
    .selectFrom('deals_stages')
    .selectAll()
    .where('left_at', 'is not', null)
    .executeTakeFirstOrThrow()
  const ofEntry: Kinds<Tables<'postgres'>['deals_history']> = {
    ...{ portal_id: 'string', source_id: 'string', property: 'string', changed_at: 'Date' },
    ...{ ordinal: 'number', value: 'string', source_type: 'string', source_ref: 'string' },
    ...{ source_label: 'string', user_id: 'string', merged_from: 'string', synced_at: 'Date' },
  }
  expect(kindsOf(entry)).toEqual({ ...ofEntry, source_label: 'object', merged_from: 'object' })
  const ofStay: Kinds<Tables<'postgres'>['deals_stages']> = {
    ...{ portal_id: 'string', source_id: 'string', pipeline_id: 'string', stage_id: 'string' },
    ...{ entered_at: 'Date', left_at: 'Date', is_current: 'boolean' },
  }
  expect(kindsOf(stay)).toEqual(ofStay)
})

/** The columns of every table, named by its type: one too many or too few is a type error. */
const columns: { [Table in keyof Tables<'sqlite'>]: Record<keyof Tables<'sqlite'>[Table], 1> } = {
  contacts: {
    ...{ portal_id: 1, source_id: 1, source_status: 1, source_url: 1, source_created_at: 1 },
    ...{
      source_updated_at: 1,
      source_archived_at: 1,
      source_created_year: 1,
      raw: 1,
      synced_at: 1,
    },
    ...{ email: 1, first_name: 1, last_name: 1, phone: 1, lifecycle_stage: 1, owner_id: 1 },
    ...{ is_vip: 1, birthday: 1, visits: 1, score: 1, interests: 1 },
  },
  companies: {
    ...{ portal_id: 1, source_id: 1, source_status: 1, source_url: 1, source_created_at: 1 },
    ...{
      source_updated_at: 1,
      source_archived_at: 1,
      source_created_year: 1,
      raw: 1,
      synced_at: 1,
    },
    ...{ name: 1, domain: 1, phone: 1, city: 1, country: 1, industry: 1, owner_id: 1 },
  },
  deals: {
    ...{ portal_id: 1, source_id: 1, source_status: 1, source_url: 1, source_created_at: 1 },
    ...{
      source_updated_at: 1,
      source_archived_at: 1,
      source_created_year: 1,
      raw: 1,
      synced_at: 1,
    },
    ...{ name: 1, stage: 1, pipeline: 1, amount: 1, close_date: 1, owner_id: 1 },
  },
  owners: {
    ...{ portal_id: 1, source_id: 1, source_status: 1, source_created_at: 1, source_updated_at: 1 },
    ...{ email: 1, first_name: 1, last_name: 1, type: 1, user_id: 1, raw: 1, synced_at: 1 },
  },
  teams: { portal_id: 1, source_id: 1, source_status: 1, name: 1, raw: 1, synced_at: 1 },
  owners_teams: { portal_id: 1, owner_id: 1, team_id: 1, is_primary: 1, synced_at: 1 },
  pipelines: {
    ...{ portal_id: 1, object: 1, source_id: 1, source_status: 1, source_created_at: 1 },
    ...{ source_updated_at: 1, source_archived_at: 1, label: 1, display_order: 1 },
    ...{ raw: 1, synced_at: 1 },
  },
  pipeline_stages: {
    ...{ portal_id: 1, object: 1, pipeline_id: 1, source_id: 1, source_status: 1 },
    ...{ source_created_at: 1, source_updated_at: 1, source_archived_at: 1, label: 1 },
    ...{ display_order: 1, is_closed: 1, is_won: 1, probability: 1, state: 1 },
    ...{ raw: 1, synced_at: 1 },
  },
  object_types: {
    ...{ portal_id: 1, type_id: 1, source_status: 1, object: 1, singular: 1, plural: 1 },
    ...{ display_property: 1, is_custom: 1, is_enabled: 1, records: 1, raw: 1, synced_at: 1 },
  },
  property_groups: {
    ...{ portal_id: 1, object: 1, name: 1, source_status: 1, label: 1, display_order: 1 },
    synced_at: 1,
  },
  property_definitions: {
    ...{ portal_id: 1, object: 1, name: 1, source_status: 1, label: 1, type: 1, field_type: 1 },
    ...{ group_name: 1, description: 1, is_calculated: 1, is_custom: 1, is_unique: 1 },
    ...{ is_hidden: 1, is_read_only: 1, references_object: 1, sensitivity: 1 },
    ...{ source_created_at: 1, source_updated_at: 1, source_archived_at: 1, raw: 1, synced_at: 1 },
  },
  property_options: {
    ...{ portal_id: 1, object: 1, property: 1, value: 1, source_status: 1, label: 1 },
    ...{ display_order: 1, is_hidden: 1, synced_at: 1 },
  },
  association_types: {
    ...{ portal_id: 1, from_object: 1, to_object: 1, category: 1, type_id: 1 },
    ...{ source_status: 1, label: 1, max_to: 1, synced_at: 1 },
  },
  deals_history: {
    ...{ portal_id: 1, source_id: 1, property: 1, changed_at: 1, ordinal: 1, value: 1 },
    ...{ source_type: 1, source_ref: 1, source_label: 1, user_id: 1, merged_from: 1, synced_at: 1 },
  },
  deals_history_gaps: {
    ...{ portal_id: 1, source_id: 1, property: 1, after: 1, before: 1, found_at: 1 },
    merged_from: 1,
  },
  deals_stages: {
    ...{ portal_id: 1, source_id: 1, pipeline_id: 1, stage_id: 1, entered_at: 1, left_at: 1 },
    is_current: 1,
  },
  contacts_companies: { portal_id: 1, from_id: 1, to_id: 1, category: 1, type_id: 1, label: 1 },
  contacts_deals: { portal_id: 1, from_id: 1, to_id: 1, category: 1, type_id: 1, label: 1 },
  deals_companies: { portal_id: 1, from_id: 1, to_id: 1, category: 1, type_id: 1, label: 1 },
  sync_portals: { portal_id: 1, ui_domain: 1, time_zone: 1, first_run_at: 1, last_run_at: 1 },
  sync_checkpoints: { portal_id: 1, stream: 1, state: 1, updated_at: 1 },
  sync_runs: {
    ...{ portal_id: 1, id: 1, jobs: 1, status: 1, counts: 1, error: 1 },
    ...{ started_at: 1, finished_at: 1 },
  },
  sync_changes: { seq: 1, portal_id: 1, object: 1, source_id: 1, kind: 1, columns: 1, at: 1 },
  sync_tombstones: { portal_id: 1, object: 1, source_id: 1, reason: 1, into_id: 1, at: 1 },
  sync_pairs: { name: 1, from_object: 1, to_object: 1 },
  sync_leases: { portal_id: 1, job: 1, holder: 1, started_at: 1, renewed_at: 1 },
  sync_schema: { version: 1, applied_at: 1 },
}

test('the types have the tables and columns that SQLite has', async () => {
  const file = join(temporaryFolder(), 'hubspot.db')
  await mirror(sqliteStore({ file }))
  const database = openKysely<'sqlite'>(new SqliteDialect({ database: new Database(file) }))
  const tables = await database.introspection.getTables()
  const found = Object.fromEntries(
    tables.map((table) => [
      table.name,
      Object.fromEntries(table.columns.map(({ name }) => [name, 1])),
    ]),
  )
  expect(found).toEqual(columns)
})

test('the types have the tables and columns that Postgres has', async () => {
  const connectionString = inject('databaseUrl')
  const schema = temporarySchema()
  await mirror(postgresStore({ connectionString, schema }))
  const pool = new pg.Pool({ connectionString })
  onTestFinished(() => pool.end())
  // Kysely would list the schemas of other tests too, which may be dropped meanwhile.
  const { rows } = await pool.query<{ table: string; column: string }>(
    `SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = $1`,
    [schema],
  )
  const found: Record<string, Record<string, 1>> = {}
  for (const { table, column } of rows) found[table] = { ...found[table], [column]: 1 }
  // They number runs there. Only the store uses them.
  expect(found).toEqual({ ...columns, sync_runs: { ...columns.sync_runs, seq: 1 } })
})
