// The one command of the quickstart: mirrors an emulated portal into browse.db, and serves the mirror's pages until
// Ctrl-C.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createHttpHandler } from '@hubsync/http'
import { mirrorStory } from './demo/mirrored-story.mjs'

const file = 'browse.db'
const token = process.env.HUBSYNC_API_TOKEN?.trim() || randomBytes(12).toString('base64url')
const server = createServer().listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
await once(server, 'listening').catch(({ message }) => {
  console.error(`${message}. Set PORT to a free one.`)
  process.exit(1)
})

// The emulated portal begins anew at each start, and so does its mirror.
for (const end of ['', '-shm', '-wal']) rmSync(`${file}${end}`, { force: true })
console.log(`Mirroring an emulated HubSpot portal into ${file}, with changes of three days.`)
const { sync, contact, close } = await mirrorStory(file)
const handler = createHttpHandler({ sync, auth: token })
server.on('request', handler.listener)
const url = `http://127.0.0.1:${server.address().port}`
console.log(`
  Open     ${url}/
  Token    ${token}

  A contact with a company and a history: ${url}/explorer/contacts/${contact}
  Ctrl-C ends it.`)

await Promise.race(['SIGINT', 'SIGTERM'].map((signal) => once(process, signal)))
server.close()
await handler.close()
server.closeAllConnections()
await close()
