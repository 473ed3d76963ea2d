// A test of somebody who has an MSW of their own: the emulator answers through it.
import assert from 'node:assert/strict'
import { createPortal } from '@hubsync/emulator'
import { setupServer } from 'msw/node'

const portal = createPortal()
const id = portal.create('contacts', { email: 'ada@example.com' })
const server = setupServer(...portal.handlers())
server.listen({ onUnhandledRequest: 'error' })
const headers = { authorization: `Bearer ${portal.token}` }
const url = `https://api.hubapi.com/crm/v3/objects/contacts/${id}`
const reply = await fetch(url, { headers })
assert.equal((await reply.json()).id, id)
server.close()
