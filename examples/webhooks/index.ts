import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { createHttpHandler } from '@hubsync/http'

// An emulated portal replaces HubSpot. It sends the webhooks too.
const portal = createPortal()
const ada = portal.create('contacts', { firstname: 'Ada', email: 'ada@example.com' })
const company = portal.create('companies', { name: 'Analytical Engines' })
const hubspot = await portal.listen()

const sync = createHubspotSync({
  store: sqliteStore({ file: 'emulated.db' }),
  baseUrl: hubspot.url,
  accessToken: portal.token,
})
console.log('first run:', (await sync.run()).status)

// The client secret is in the settings of the app in HubSpot.
const clientSecret = process.env.HUBSPOT_CLIENT_SECRET ?? 'the client secret'
const handler = createHttpHandler({ sync, webhooks: { clientSecret } })
const server = createServer(handler.listener).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const url = `http://127.0.0.1:${port}/webhooks/hubspot`

const webhooks = portal.webhooks({ url, clientSecret })
portal.update('contacts', ada, { lastname: 'Lovelace' })
portal.associate('contacts', ada, 'companies', company, { primary: true })
console.log('deliveries answered with', await webhooks.deliver())
await handler.webhooks?.drained()

const contact = await sync.get('contacts', ada)
const [link] = await sync.related('contacts', ada, 'companies')
console.log(contact?.firstName, contact?.lastName, 'of', link?.record.name)

const forged = await fetch(url, {
  method: 'POST',
  body: '[{"subscriptionType":"contact.deletion","objectId":1}]',
})
console.log('unsigned delivery answered with', forged.status)

server.close()
await handler.close()
await sync.close()
await hubspot.close()
