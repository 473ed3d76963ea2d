import { memoryStore, type TokenRequest } from '@hubsync/core'
import type { HubspotApp, Portal } from '@hubsync/emulator'
import { expect, test } from 'vitest'
import { createWorld, populate } from './support/world.js'

const HALF_HOUR = 1_800_000

/** A function that keeps an access token, and refreshes it when it has to, as an application does. */
function tokensOf(portal: Portal, app: HubspotApp) {
  const given: string[] = []
  const requests: TokenRequest[] = []
  const accessToken = async (request: TokenRequest): Promise<string> => {
    requests.push(request)
    const response = await fetch('https://api.hubapi.com/oauth/2026-03/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: app.clientId,
        client_secret: app.clientSecret,
        refresh_token: app.refreshToken,
      }),
    })
    if (!response.ok) throw new Error(`HubSpot gave no token: ${response.status}`)
    const { access_token } = (await response.json()) as { access_token: string }
    given.push(access_token)
    return access_token
  }
  return { portal, given, requests, accessToken }
}

function createOauthWorld() {
  const world = createWorld(memoryStore())
  populate(world.portal, { contacts: 30, companies: 5, deals: 5 })
  const tokens = tokensOf(world.portal, world.portal.addApp())
  return { ...world, ...tokens, sync: world.again({ accessToken: tokens.accessToken }) }
}

test('a mirror by OAuth asks for a new token before the old one expires', async () => {
  const { clock, given, portal, requests, sync } = createOauthWorld()
  expect((await sync.run()).status).toBe('complete')
  await clock.advance(HALF_HOUR)
  expect((await sync.run()).status).toBe('complete')
  expect(given).toHaveLength(2)
  expect(requests.every(({ refused }) => refused === undefined)).toBe(true)
  expect(portal.calls.filter(({ status }) => status === 401)).toEqual([])
})

test('a token that HubSpot has ended too early is refused, and the mirror goes on with a new one', async () => {
  const { given, portal, requests, sync } = createOauthWorld()
  await sync.run()
  portal.revoke(given[0] ?? '')
  expect((await sync.run()).status).toBe('complete')
  expect(given).toHaveLength(2)
  expect(requests[1]).toEqual({ refused: given[0] })
})

test('a mirror whose refresh token was revoked says that it got no token', async () => {
  const { clock, portal, sync } = createOauthWorld()
  await sync.run()
  portal.reset()
  await clock.advance(HALF_HOUR)
  await expect(sync.run()).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
    message: expect.stringContaining('HubSpot gave no token: 400'),
  })
})
