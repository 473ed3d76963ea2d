import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync } from '@hubsync/core'
import { oauthToken } from './oauth-token.ts'

const { HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET, HUBSPOT_REFRESH_TOKEN } = process.env
const emulated = HUBSPOT_REFRESH_TOKEN ? undefined : await emulateApp()
const installation = {
  clientId: HUBSPOT_CLIENT_ID ?? 'the client id',
  clientSecret: HUBSPOT_CLIENT_SECRET ?? 'the client secret',
  refreshToken: HUBSPOT_REFRESH_TOKEN ?? 'the refresh token',
  baseUrl: emulated?.tokenUrl,
}

let asked = 0
const sync = createHubspotSync({
  // Called before the first call, every 25 minutes, and once after HubSpot has answered 401. Calls of it never overlap.
  accessToken: () => {
    asked++
    return oauthToken(installation)
  },
  store: sqliteStore({ file: emulated ? 'emulated.db' : 'hubspot.db' }),
  ...(emulated ? { baseUrl: emulated.url } : {}),
})
const report = await sync.run()
console.log(`run: ${report.status}, ${report.jobs.contacts?.created} contacts created`)
console.log(asked > 1 ? 'more than one token was needed' : 'one token was enough')
await sync.close()
await emulated?.close()
if (report.status === 'failed') process.exitCode = 1

/**
 * An emulated portal with a token endpoint. The first token expires after a second, during the run, later ones after
 * half an hour.
 */
async function emulateApp() {
  const { createPortal } = await import('@hubsync/emulator')
  const portal = createPortal({ app: 'oauth' })
  portal.createMany('contacts', 900, (index) => ({ email: `person-${index}@example.com` }))
  const hubspot = await portal.listen()
  let given = 0
  const tokens = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    const known = form.get('refresh_token') === 'the refresh token'
    const token = `a-token-${++given}`
    const seconds = given === 1 ? 1 : 1_800
    if (known) portal.addToken(token, { expiresAt: Date.now() + seconds * 1_000 })
    response.writeHead(known ? 200 : 400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: seconds }))
  }).listen(0, '127.0.0.1')
  await once(tokens, 'listening')
  const close = async () => {
    tokens.close()
    await hubspot.close()
  }
  const { port } = tokens.address() as AddressInfo
  return { url: hubspot.url, tokenUrl: `http://127.0.0.1:${port}`, close }
}
