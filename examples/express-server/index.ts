import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import express from 'express'

const { PORT = '3000', API_TOKEN: token = randomBytes(24).toString('base64url') } = process.env
const emulated = process.env.HUBSPOT_ACCESS_TOKEN ? undefined : await emulatePortal()
const sync = createHubspotSync({
  store: sqliteStore({ file: emulated ? 'emulated.db' : 'hubspot.db' }),
  ...emulated?.options,
})
const handler = createHttpHandler({ sync, auth: token, basePath: '/crm' })

const app = express()
// Before express.json(), which would consume the bodies of webhooks.
app.use('/crm', handler.listener)
app.use(express.json())
// The application's own routes can read the mirror too.
app.get('/greeting/:id', async ({ params }, response) => {
  const contact = await sync.get('contacts', params.id)
  if (contact) response.json({ greeting: `Dear ${contact.firstName ?? 'customer'}` })
  else response.status(404).json({ error: 'There is no contact with that id' })
})
const server = app.listen(Number(PORT), '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

console.log('first run:', (await sync.run()).status)
const { results } = await sync.list('contacts', { limit: 1 })
const id = results[0]?.id
console.log(await (await fetch(`${url}/greeting/${id}`)).text())
console.log(`curl ${url}/greeting/${id}`)
console.log(`curl -H 'authorization: Bearer ${token}' ${url}/crm/contacts/${id}`)
console.log(`listening: ${url}`)

if (!stop.signal.aborted) await once(stop.signal, 'abort')
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
  portal.create('contacts', { firstname: 'Ada', email: 'ada@example.com' })
  const hubspot = await portal.listen()
  return { options: { baseUrl: hubspot.url, accessToken: portal.token }, close: hubspot.close }
}
