// A user's first program: a portal, a mirror of it, one row read back.
import assert from 'node:assert/strict'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { storeCases } from '@hubsync/conformance'
import { createHubspotSync } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'

assert.equal(typeof postgresStore, 'function')
assert.ok(storeCases.length > 100)

const portal = createPortal()
const id = portal.create('contacts', { email: 'ada@example.com' })
const server = await portal.listen()
const store = sqliteStore({ file: ':memory:' })
const sync = createHubspotSync({ baseUrl: server.url, accessToken: portal.token, store })
assert.equal((await sync.run()).status, 'complete')
assert.equal((await sync.get('contacts', id))?.email, 'ada@example.com')
await sync.close()
await server.close()
