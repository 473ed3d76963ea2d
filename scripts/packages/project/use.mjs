// A user's first program: a portal, a mirror of it, one row read back.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { storeCases } from '@hubsync/conformance'
import { createHubspotSync } from '@hubsync/core'
import { lookupsOf } from '@hubsync/core/store'
import { createPortal } from '@hubsync/emulator'
import { createHttpHandler } from '@hubsync/http'

assert.equal(typeof postgresStore, 'function')
assert.equal(lookupsOf({ portalId: '1', at: '' }).records.size, 0)
assert.ok(storeCases.length > 100)

const portal = createPortal()
const id = portal.create('contacts', { email: 'ada@example.com' })
const server = await portal.listen()
const store = sqliteStore({ file: ':memory:' })
const sync = createHubspotSync({ baseUrl: server.url, accessToken: portal.token, store })
assert.equal((await sync.run()).status, 'complete')
assert.equal((await sync.get('contacts', id))?.email, 'ada@example.com')

const handler = createHttpHandler({ sync, auth: 'a-token' })
const headers = { authorization: 'Bearer a-token' }
const swaggerUi = ['/api/docs/swagger-ui.css', '/api/docs/swagger-ui-bundle.js']
for (const path of [`/contacts/${id}`, '/', '/api/docs', ...swaggerUi])
  assert.equal(
    (await handler.fetch(new Request(`http://localhost${path}`, { headers }))).status,
    200,
  )
await handler.close()
await sync.close()

// Also runs the command.
const env = { ...process.env, HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_BASE_URL: server.url }
const hubsync = fileURLToPath(new URL('node_modules/@hubsync/cli/dist/main.js', import.meta.url))
const ran = await promisify(execFile)(
  process.execPath,
  [hubsync, 'sync', '--json', '--store', 'sqlite:installed.db'],
  { env },
)
assert.equal(JSON.parse(ran.stdout).jobs.contacts.created, 1)
rmSync('installed.db')
await server.close()
