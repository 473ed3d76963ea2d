import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'

const { PORT = '3000', API_TOKEN: token = randomBytes(24).toString('base64url') } = process.env
const emulated = process.env.HUBSPOT_ACCESS_TOKEN ? undefined : await emulatePortal()

const file = emulated ? 'http-server-emulated.db' : 'http-server.db'
// `sqlite:FILE` or `postgres://…`
const place = process.env.HUBSYNC_STORE ?? `sqlite:${file}`
const store = place.startsWith('sqlite:')
  ? sqliteStore({ file: place.slice('sqlite:'.length) })
  : postgresStore({ connectionString: place })
const sync = createHubspotSync({ store, ...emulated?.options })
const handler = createHttpHandler({ sync, auth: token })
const server = createServer(handler.listener).listen(Number(PORT), '127.0.0.1')
await once(server, 'listening')

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

// A run every minute, until the process is stopped.
const ran = Promise.withResolvers<void>()
const watching = sync.watch({
  every: '1m',
  signal: stop.signal,
  onReport({ status, calls }) {
    console.log(`run: ${status}, ${calls} calls`)
    ran.resolve()
  },
})
await Promise.race([ran.promise, watching])
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const { results } = await sync.list('contacts', { limit: 1 })
console.log(`curl -H 'authorization: Bearer ${token}' ${url}/contacts/${results[0]?.id}`)
console.log(`curl -H 'authorization: Bearer ${token}' -X POST '${url}/etl/hubspot/deals?wait=true'`)
console.log(`in a browser, with the token ${token}: ${url}/`)
console.log(`listening: ${url}/api/docs`)

await watching
server.close()
await handler.close()
server.closeAllConnections()
await sync.close()
await emulated?.close()
console.log('stopped')

/** An emulated portal, which replaces HubSpot if no token is set. */
async function emulatePortal() {
  const { createPortal } = await import('@hubsync/emulator')
  const portal = createPortal()
  const company = portal.create('companies', { name: 'Analytical Engines' })
  const deal = portal.create('deals', { dealname: 'Engine no. 2', amount: '17000.00' })
  portal.associate('deals', deal, 'companies', company)
  for (const firstname of ['Ada', 'Charles', 'Luigi']) {
    const contact = portal.create('contacts', { firstname, email: `${firstname}@example.com` })
    portal.associate('contacts', contact, 'companies', company, { primary: true })
    portal.associate('contacts', contact, 'deals', deal)
  }
  const hubspot = await portal.listen()
  return { options: { baseUrl: hubspot.url, accessToken: portal.token }, close: hubspot.close }
}
