import { Client } from '@hubspot/api-client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createClock, createPortal, type FaultKind, type PortalOptions } from '../src/index.js'

beforeEach(() => {
  // The client tells of each retry.
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** HubSpot's own client, and a portal that answers it without a socket. */
const start = (
  options: ConstructorParameters<typeof Client>[0],
  portalOptions: PortalOptions = {},
) => {
  const portal = createPortal({ clock: createClock(), ...portalOptions })
  const flying = { now: 0, most: 0 }
  vi.stubGlobal('fetch', async (...given: ConstructorParameters<typeof Request>) => {
    flying.most = Math.max(flying.most, ++flying.now)
    try {
      return await portal.fetch(new Request(...given))
    } finally {
      flying.now--
    }
  })
  return { portal, flying, client: new Client({ accessToken: portal.token, ...options }) }
}

const SEARCH = { filterGroups: [], limit: 1, after: '0', properties: [], sorts: [] }

test.each<[FaultKind, number, number]>([
  ['error', 500, 200],
  ['burst', 429, 10_000],
  ['secondly', 429, 1_000],
])("the client's own retries survive the fault %s", async (kind, status, wait) => {
  const { portal, client } = start({ numberOfApiCallRetries: 2 })
  portal.fault({ kind })
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const found = client.crm.contacts.searchApi.doSearch(SEARCH)
  await vi.waitFor(() => expect(portal.calls).toHaveLength(1), { interval: 1 })
  await vi.advanceTimersByTimeAsync(wait)
  expect(await found).toMatchObject({ total: 0 })
  expect(portal.calls.map((call) => call.status)).toEqual([status, 200])
})

test('the client takes a daily limit, a conflict and a value that is not valid as they are told', async () => {
  const { portal, client } = start({ numberOfApiCallRetries: 3 })
  const { contacts } = client.crm
  const id = portal.create('contacts', { email: 'ada@example.com' })
  portal.fault({ kind: 'daily' })
  await expect(contacts.basicApi.getPage()).rejects.toMatchObject({
    code: 429,
    body: { policyName: 'DAILY' },
  })
  const create = (properties: Record<string, string>) =>
    contacts.basicApi.create({ properties, associations: [] })
  await expect(create({ email: 'ada@example.com' })).rejects.toMatchObject({
    code: 409,
    body: { category: 'CONFLICT', message: `Contact already exists. Existing ID: ${id}` },
  })
  await expect(create({ lifecyclestage: 'xx' })).rejects.toMatchObject({
    code: 400,
    body: { errors: [{ code: 'INVALID_OPTION', context: { propertyName: ['lifecyclestage'] } }] },
  })
  expect(portal.calls).toHaveLength(3)
})

test("the client's own limiter keeps writes and reads within the limits", async () => {
  const limiterOptions = { minTime: 0, maxConcurrent: 2 }
  const { portal, client, flying } = start({ limiterOptions }, { latency: 5 })
  const calls = Array.from({ length: 12 }, (_, index) =>
    index % 2 === 0
      ? client.crm.companies.basicApi.create({ properties: { name: 'x' }, associations: [] })
      : client.crm.companies.basicApi.getPage(),
  )
  await Promise.all(calls)
  expect(portal.calls.map(({ status }) => status)).not.toContain(429)
  expect([flying.most, portal.count('companies')]).toEqual([2, 6])
})
