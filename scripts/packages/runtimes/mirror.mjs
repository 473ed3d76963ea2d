// A run of a mirror, read over HTTP afterwards, in the runtime that executes this. Prints what came of it as a line of JSON.

import { once } from 'node:events'
import { createServer } from 'node:http'
import process from 'node:process'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'

const [driver, place] = process.argv.slice(2)
const store =
  driver === 'pg'
    ? postgresStore({ connectionString: place })
    : sqliteStore({ file: place, driver })
const sync = createHubspotSync({ store })
const { status, jobs } = await sync.run()
const { status: verified } = await sync.verify()

const handler = createHttpHandler({ sync, auth: { read: 'public' } })
const server = createServer(handler.listener).listen(0, '127.0.0.1')
await once(server, 'listening')
const byListener = await (await fetch(`http://127.0.0.1:${server.address().port}/contacts`)).json()
const byFetch = await (await handler.fetch(new Request('http://localhost/contacts'))).json()
server.close()
await handler.close()
server.closeAllConnections()
await sync.close()

const { created, updated } = jobs.contacts
const served = [byListener, byFetch].map(({ results }) => results.length)
console.log(JSON.stringify({ status, created, updated, verified, served }))
