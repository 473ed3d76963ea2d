import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { companies, contacts, createHubspotSync, deals, type Store } from '@hubsync/core'
import { createClock, createPortal, type Portal } from '@hubsync/emulator'
import { setupServer } from 'msw/node'
import pg from 'pg'
import { inject } from 'vitest'
import { tellDealStory } from '../integration/support/deal-story.js'

/** Runs a statement and gives its lines. */
type Query = (sql: string) => Promise<unknown[]>

const HOUR = 3_600_000

/** A mirror in each database, of a portal with changes of today, by the system's clock. */
export async function openMirrors(folder: string, connectionString: string) {
  const file = join(folder, 'sql.db')
  const schema = 'sql'
  await mirror(sqliteStore({ file }))
  await mirror(postgresStore({ connectionString, schema }))
  const sqlite = new DatabaseSync(file, { readOnly: true })
  const postgres = new pg.Client({ connectionString, options: `-c search_path=${schema}` })
  await postgres.connect()
  const queries: Record<string, Query> = {
    sqlite: async (sql) => sqlite.prepare(sql).all(),
    postgres: async (sql) => (await postgres.query(sql)).rows,
  }
  return {
    queries,
    async close() {
      sqlite.close()
      await postgres.query(`DROP SCHEMA ${schema} CASCADE`)
      await postgres.end()
    },
  }
}

/** Another database on the server of the tests. */
export function databaseNamed(name: string): URL {
  return Object.assign(new URL(inject('databaseUrl')), { pathname: name })
}

/** Runs a statement on the server of the tests. */
export async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') })
  await client.connect()
  await client.query(sql)
  await client.end()
}

async function mirror(store: Store): Promise<void> {
  const clock = createClock({ now: Date.now() - 3 * HOUR })
  const portal = createPortal({ clock })
  const ids = fill(portal)
  tellDealStory(portal)
  const server = setupServer(...portal.handlers())
  server.listen({ onUnhandledFrame: 'error' })
  try {
    const sync = createHubspotSync({
      ...{ accessToken: portal.token, store, clock, census: 0 },
      objects: [contacts, companies, deals.extend({ history: ['stage', 'amount', 'ownerId'] })],
    })
    await sync.run()
    await clock.advance(HOUR)
    change(portal, ids)
    await clock.advance(60_000)
    const { status } = await sync.run()
    if (status !== 'complete') throw new Error(`Expected a complete run, got ${status}.`)
    await sync.makeViews()
    await sync.close()
  } finally {
    server.close()
  }
}

/** A small portal with some data of every kind. */
export function fill(portal: Portal) {
  const companies = portal.createMany('companies', 4, (index) => ({
    name: `Company ${index}`,
    domain: `company-${index}.example`,
    city: 'Berlin',
  }))
  const contacts = portal.createMany('contacts', 12, (index) => ({
    email: `person-${index}@example.com`,
    firstname: 'Ada',
    lifecyclestage: index % 2 ? 'lead' : 'customer',
    hs_analytics_source: 'DIRECT_TRAFFIC',
  }))
  const team = portal.createTeam('North')
  const owners = ['Ada', 'Grace', 'Alan'].map((firstName) => {
    const owner = portal.createOwner({
      ...{ email: `${firstName}@example.com`, firstName, lastName: 'Okafor' },
    })
    portal.joinTeam(owner, team, { primary: true })
    return owner
  })
  portal.archiveOwner(owners[2] as string)
  const deals = portal.createMany('deals', 6, (index) => ({
    dealname: `Deal ${index}`,
    amount: `${index}000.10`,
    pipeline: 'default',
    dealstage: index % 2 ? 'closedwon' : 'appointmentscheduled',
    closedate: '2026-09-30T00:00:00Z',
    hubspot_owner_id: owners[index % 4] ?? '',
  }))
  for (const [index, contact] of contacts.entries()) {
    const company = companies[index % 4] as string
    portal.associate('contacts', contact, 'companies', company, { primary: true })
    portal.associate('contacts', contact, 'deals', deals[index % 6] as string)
  }
  for (const [index, deal] of deals.entries())
    portal.associate('deals', deal, 'companies', companies[index % 4] as string)
  portal.create('companies', { name: 'Nobody yet' })
  portal.defineAssociation('contacts', 'deals', { label: 'Decision maker' })
  portal.associate('contacts', contacts[7] as string, 'deals', deals[2] as string, {
    label: 'Decision maker',
  })
  return { companies, contacts, deals }
}

/** What happens to a portal: changes, an archived record, a merge, a purge, a stage that is deleted. */
function change(portal: Portal, { contacts, deals }: ReturnType<typeof fill>): void {
  const [first, second, third, fourth, fifth] = contacts as [string, string, string, string, string]
  portal.update('contacts', first, { lifecyclestage: 'opportunity' })
  portal.archive('contacts', second)
  portal.merge('contacts', third, fourth)
  portal.purge('contacts', fifth)
  portal.update('deals', deals[0] as string, { dealstage: 'contractsent' })
  portal.deleteStage('deals', 'default', 'contractsent')
}
