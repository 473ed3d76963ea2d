import { DatabaseSync } from 'node:sqlite'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'
import pg from 'pg'

const emulated = process.env.HUBSPOT_ACCESS_TOKEN ? undefined : await emulatePortal()
const file = emulated ? 'emulated.db' : 'hubspot.db'
const { store, query } = openStore(process.env.HUBSYNC_STORE ?? `sqlite:${file}`)

const sync = createHubspotSync({ store, ...emulated?.options })
const report = await sync.run()
await sync.close()
await emulated?.close()

console.log(`portal ${report.portalId}: ${report.status}, ${report.calls} calls`)
for (const [job, { status, reason, created, updated }] of Object.entries(report.jobs))
  console.log(`${job}: ${reason ?? status}, ${created} created, ${updated} updated`)

const primaryCompanies = await query(
  `SELECT contacts.email, companies.name AS company
   FROM contacts
   JOIN contacts_companies AS link
     ON (link.portal_id, link.from_id) = (contacts.portal_id, contacts.source_id)
   JOIN companies
     ON (companies.portal_id, companies.source_id) = (link.portal_id, link.to_id)
   WHERE link.label = 'Primary' ORDER BY 1 LIMIT 10`,
)
console.table(primaryCompanies)
if (report.status === 'failed') process.exitCode = 1

/** Opens a store, and a function that queries its database. `place` is `sqlite:FILE` or `postgres://…`. */
function openStore(place: string) {
  if (place.startsWith('sqlite:')) {
    const file = place.slice('sqlite:'.length)
    const query = async (sql: string): Promise<object[]> => {
      const database = new DatabaseSync(file, { readOnly: true })
      const lines = database.prepare(sql).all()
      database.close()
      return lines
    }
    return { store: sqliteStore({ file }), query }
  }
  const query = async (sql: string): Promise<object[]> => {
    const client = new pg.Client({ connectionString: place, options: '-c search_path=hubspot' })
    await client.connect()
    const { rows } = await client.query(sql)
    await client.end()
    return rows
  }
  return { store: postgresStore({ connectionString: place }), query }
}

/** An emulated portal, which replaces HubSpot if no token is set. */
async function emulatePortal() {
  const { createPortal } = await import('@hubsync/emulator')
  const portal = createPortal()
  const company = portal.create('companies', { name: 'Analytical Engines' })
  for (const firstname of ['Ada', 'Charles', 'Luigi']) {
    const contact = portal.create('contacts', { firstname, email: `${firstname}@example.com` })
    portal.associate('contacts', contact, 'companies', company, { primary: true })
  }
  const server = await portal.listen()
  return { options: { baseUrl: server.url, accessToken: portal.token }, close: server.close }
}
