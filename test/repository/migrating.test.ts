import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync, type ObjectDefinition, type Store } from '@hubsync/core'
import { createClock, createPortal, type Portal } from '@hubsync/emulator'
import { setupServer } from 'msw/node'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { fill } from './docs-mirrors.js'
import { blocksOf, itemsOf, root } from './docs-pages.js'

type Line = Record<string, unknown>

const page = 'docs/guide/migrating.md'
const schema = 'hubspot_moved'
const blocks = blocksOf(page).filter(({ notRun }) => notRun?.includes('migrating.test.ts'))
const statements = blocks.map(({ code }) => code)
const common = statements.filter((code) => code.startsWith('CREATE VIEW'))
const [fivetranSchema = '', airbyteSchema = ''] = statements.filter((code) =>
  code.startsWith('CREATE SCHEMA'),
)
const views = common.flatMap((code) =>
  [...code.matchAll(/^CREATE VIEW (\w+) AS/gm)].map(([, name]) => name as string),
)
const start = Date.parse('2026-06-01T08:00:00Z')
const HOUR = 3_600_000
const folder = mkdtempSync(join(tmpdir(), 'hubsync-moved-'))

/** The columns of Fivetran's CRM tables that its package for dbt declares, apart from those that it calls deprecated. */
const publishedColumns: Record<string, string> = {
  contact:
    'id property_email property_company property_firstname property_lastname property_createdate property_jobtitle property_annualrevenue property_hs_merged_object_ids _fivetran_deleted _fivetran_synced',
  company:
    'id portal_id is_deleted property_name property_description property_createdate property_industry property_address property_address_2 property_city property_state property_country property_annualrevenue _fivetran_deleted',
  deal: 'deal_id portal_id is_deleted deal_pipeline_id deal_pipeline_stage_id owner_id property_dealname property_description property_amount property_closedate property_createdate _fivetran_deleted',
  deal_stage:
    'deal_id value date_entered source source_id _fivetran_start _fivetran_end _fivetran_active _fivetran_synced',
  deal_pipeline:
    'pipeline_id label display_order active created_at updated_at _fivetran_deleted _fivetran_synced',
  deal_pipeline_stage:
    'stage_id pipeline_id label display_order active probability is_closed closed_won created_at updated_at _fivetran_deleted',
  ticket:
    'id is_deleted property_closed_date property_createdate property_first_agent_reply_date property_hs_pipeline property_hs_pipeline_stage property_hs_ticket_priority property_hs_ticket_category property_hubspot_owner_id property_subject property_content',
  ticket_pipeline_stage: 'stage_id pipeline_id label display_order active is_closed ticket_state',
  ticket_property_history:
    'ticket_id name value source source_id timestamp_instant _fivetran_start _fivetran_end',
  deal_property_history:
    'deal_id name value source source_id timestamp _fivetran_start _fivetran_end _fivetran_active',
  owner: 'owner_id active_user_id email first_name last_name type created_at updated_at portal_id',
  owner_team: 'owner_id team_id is_team_primary _fivetran_deleted _fivetran_synced',
  property:
    'hubspot_object name label type field_type group_name description calculated hubspot_defined created_at updated_at',
  property_option: 'hubspot_object name label value display_order hidden',
  deal_company: 'deal_id company_id type_id category',
  merged_deal: 'deal_id merged_deal_id',
  engagement_contact: 'engagement_id contact_id category',
}

let sqlite: DatabaseSync
let postgres: pg.Client
let portal: Portal
let merged: { loser: string; winner: string }
let archived: string

beforeAll(async () => {
  const objects = await objectsOfThePage()
  const file = join(folder, 'moved.db')
  const connectionString = inject('databaseUrl')
  await mirror([sqliteStore({ file }), postgresStore({ connectionString, schema })], objects)
  sqlite = new DatabaseSync(file)
  for (const code of common) sqlite.exec(code)
  postgres = new pg.Client({ connectionString })
  await postgres.connect()
  await postgres.query(fivetranSchema.replace('hubspot;', `${schema};`))
  for (const code of common) await postgres.query(code)
}, 120_000)

afterAll(async () => {
  sqlite?.close()
  await postgres?.query(`DROP SCHEMA IF EXISTS airbyte, fivetran, ${schema} CASCADE`)
  await postgres?.end()
  rmSync(folder, { recursive: true, force: true })
})

/** The definitions that the page gives, so that the views are made over what it tells to mirror. */
async function objectsOfThePage(): Promise<ObjectDefinition[]> {
  const block = blocksOf(page).find(({ code }) => code.includes('export const objects'))
  const file = join(root, '.cache/migrating/objects.ts')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, block?.code ?? '')
  return (await import(file)).objects
}

/** Mirrors a portal with something for every view into two stores. */
async function mirror(stores: Store[], objects: ObjectDefinition[]): Promise<void> {
  const clock = createClock({ now: start })
  portal = createPortal({ seed: 7, clock })
  const { contacts, companies, deals } = fill(portal)
  const [ticket = ''] = portal.createMany('tickets', 3, (index) => ({
    subject: `Ticket ${index}`,
    content: 'It rains in.',
    hs_pipeline: '0',
    hs_pipeline_stage: '1',
  }))
  const near = { contacts: contacts[0], companies: companies[0], deals: deals[0], tickets: ticket }
  for (const [type, far] of Object.entries(near))
    if (type !== 'tickets') portal.associate('tickets', ticket, type, far as string)
  for (const type of ['calls', 'emails', 'meetings', 'notes', 'tasks']) {
    const id = portal.create(type, { hs_timestamp: '2026-05-01T10:00:00Z' })
    for (const [far, farId] of Object.entries(near))
      portal.associate(type, id, far, farId as string)
  }
  const server = setupServer(...portal.handlers())
  server.listen({ onUnhandledFrame: 'error' })
  try {
    const options = { accessToken: portal.token, clock, census: 0, associationSweep: 0, objects }
    const limits = { burst: 1e9, search: 1e9, associations: 1e9 }
    const mirrors = stores.map((store) => createHubspotSync({ ...options, store, limits }))
    for (const each of mirrors) await each.run()
    await clock.advance(HOUR)
    archived = deals[5] as string
    portal.archive('deals', archived)
    portal.update('deals', deals[0] as string, { dealstage: 'contractsent' })
    await clock.advance(HOUR)
    const loser = deals[2] as string
    merged = { loser, winner: portal.merge('deals', deals[1] as string, loser) }
    await clock.advance(HOUR)
    for (const each of mirrors) {
      expect((await each.run()).status).toBe('complete')
      await each.close()
    }
  } finally {
    server.close()
  }
}

const inSqlite = (sql: string): Line[] => sqlite.prepare(sql).all() as Line[]
const inPostgres = async (sql: string): Promise<Line[]> => (await postgres.query(sql)).rows

/** A line as both databases give it: moments, booleans and numbers in one form, without the time of writing. */
function plain(line: Line): string {
  const pairs = Object.entries(line)
    .filter(([column]) => !/synced|extracted_at/.test(column))
    .map(([column, value]) => [column, plainValue(value)])
  return JSON.stringify(pairs)
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return String(Number(value))
  if (typeof value === 'string' && /^[[{]/.test(value)) return sorted(JSON.parse(value))
  if (typeof value === 'object' && value !== null) return sorted(value)
  return value === null ? null : String(value)
}

/** JSON with its keys in order, because `jsonb` has another one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}

describe('the views with the names of Fivetran and Airbyte', () => {
  test.each(views)('%s has rows, and the same in SQLite and Postgres', async (view) => {
    const lines = inSqlite(`SELECT * FROM ${view}`)
    expect(lines.length).toBeGreaterThan(0)
    const others = await inPostgres(`SELECT * FROM ${view}`)
    expect(others.map(plain).sort()).toEqual(lines.map(plain).sort())
  })

  test('are named in the tables of the page', () => {
    const rows = tableNames()
    const named = views.map((view) => view.replace(/^airbyte_/, ''))
    expect(named.filter((view) => !rows.includes(view))).toEqual([])
  })

  test.each(Object.entries(publishedColumns))('%s has the published columns', (view, columns) => {
    const here = sqlite.prepare(`SELECT * FROM ${view}`).columns()
    expect(here.map(({ name }) => name)).toEqual(expect.arrayContaining(columns.split(' ')))
  })

  test('have every deal of the portal once, the archived ones marked', () => {
    const active = [...portal.records('deals')].map(({ id }) => id)
    const here = inSqlite('SELECT deal_id, is_deleted FROM deal')
    const alive = here.filter(({ is_deleted }) => is_deleted === 0)
    expect(alive.map(({ deal_id }) => String(deal_id)).sort()).toEqual(active.sort())
    expect(here.filter((line) => line.is_deleted === 1).map(({ deal_id }) => `${deal_id}`)).toEqual(
      [archived],
    )
  })

  test('lead from a merged deal to the one that it is in', () => {
    const lines = inSqlite('SELECT merged_deal_id, deal_id FROM merged_deal')
    expect(lines).toContainEqual({
      merged_deal_id: Number(merged.loser),
      deal_id: Number(merged.winner),
    })
  })

  test('end a stay in a stage where the next one begins', () => {
    const lines = inSqlite('SELECT * FROM deal_stage ORDER BY deal_id, date_entered')
    const moved = lines.find(({ value }) => value === 'contractsent')
    const before = lines.find((line) => line.deal_id === moved?.deal_id && line !== moved)
    expect(before?._fivetran_end).toBe(moved?.date_entered)
    expect([before?._fivetran_active, moved?._fivetran_active]).toEqual([0, 1])
  })

  test('join like those of Fivetran: deals with their stage, owner and company', async () => {
    const question = `SELECT deal.property_dealname, stage.label, owner.email, company.property_name
      FROM deal
      JOIN deal_pipeline_stage AS stage ON stage.stage_id = deal.deal_pipeline_stage_id
      JOIN owner ON owner.owner_id = deal.owner_id
      JOIN deal_company ON deal_company.deal_id = deal.deal_id
      JOIN company ON company.id = deal_company.company_id WHERE NOT deal.is_deleted`
    const lines = inSqlite(question)
    expect(lines.length).toBeGreaterThan(0)
    expect((await inPostgres(question)).map(plain).sort()).toEqual(lines.map(plain).sort())
  })

  test('of Airbyte can take its names in a schema of their own', async () => {
    const { rows } = await postgres.query('SELECT count(*) FROM airbyte_contacts')
    await postgres.query(airbyteSchema)
    expect((await postgres.query('SELECT count(*) FROM airbyte.contacts')).rows).toEqual(rows)
  })
})

/** The tables that the page says are another's, by the first part of each item of its lists. */
function tableNames(): string[] {
  return itemsOf(page)
    .filter((item) => item.startsWith('`'))
    .flatMap((item) =>
      [...(item.split(': ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name as string),
    )
}
