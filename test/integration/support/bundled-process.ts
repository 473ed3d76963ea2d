// A program that is bundled into one file with all of hubsync, and follows orders: it mirrors a portal, or serves a
// file of its API.
import { postgresStore } from '@hubsync/adapter-postgres'
import { type SqliteDriver, sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync, memoryStore, type Store } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'

const [driver = '', place = '', baseUrl = '', schema = 'hubspot'] = process.argv.slice(2)

function openStore(): Store {
  if (driver === 'memory') return memoryStore()
  if (driver === 'pg') return postgresStore({ connectionString: place, schema })
  return sqliteStore({ file: place, driver: driver as SqliteDriver })
}

async function mirror(): Promise<unknown> {
  const sync = createHubspotSync({ store: openStore(), accessToken: 'a-token', baseUrl })
  try {
    const { status, jobs } = await sync.run()
    return { status, error: Object.values(jobs).find(({ error }) => error)?.error }
  } finally {
    await sync.close()
  }
}

async function show(path: string): Promise<unknown> {
  const told: string[] = []
  const tell = (details: { error?: Error }) => void told.push(String(details.error))
  const logger = { debug() {}, info() {}, warn: tell, error: tell }
  const sync = createHubspotSync({ store: memoryStore(), accessToken: 'a-token' })
  const { fetch } = createHttpHandler({ sync, auth: { docs: 'public' }, logger })
  const { status } = await fetch(new Request(`http://localhost${path}`))
  return { status, told }
}

async function main(): Promise<void> {
  const result = await (driver === 'show' ? show(place) : mirror()).catch(
    ({ code, message, cause }) => ({ code, message, cause: String(cause) }),
  )
  console.log(JSON.stringify(result))
}

void main()
