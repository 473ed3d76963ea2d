import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { companies, contacts, deals } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { expectEqual } from '../../../test/integration/support/equality.js'
import { hostileQueries, hostileTexts, hostileValues } from './support/hostile-inputs.js'
import { databases } from './support/stores.js'
import { caller, createWorld, pets } from './support/world.js'
import { createWebhookWorld } from './webhooks/webhook-world.js'

interface Operation {
  parameters?: { name: string; in: string }[]
}

/** Every parameter of every route with every hostile input, as methods and URLs. */
function attacks(paths: Record<string, Record<string, Operation>>, ids: Record<string, string>) {
  const found: { method: string; address: string }[] = []
  for (const [path, operations] of Object.entries(paths))
    for (const [name, { parameters = [] }] of Object.entries(operations)) {
      const method = name.toUpperCase()
      const good = path
        .replace('{object}', 'deals')
        .replace(/([a-z]+)\/\{id\}/, (_, of: string) => `${of}/${ids[of]}`)
      for (const { name, in: place } of parameters)
        for (const text of hostileTexts) {
          const encoded = encode(text)
          if (place === 'path') {
            found.push({ method, address: path.replace(`{${name}}`, encoded) })
            found.push({ method, address: path.replace(`{${name}}`, raw(text)) })
          } else found.push({ method, address: `${good}?${name}=${encoded}` })
        }
      const names = parameters.filter((each) => each.in === 'query').map((each) => each.name)
      for (const name of names.length > 0 ? names : ['limit'])
        for (const query of hostileQueries(name))
          found.push({ method, address: `${good}?${query}` })
    }
  for (const text of hostileTexts) found.push({ method: 'GET', address: `/${encode(text)}` })
  return found
}

/** Encodes a text as a client does, even half a surrogate pair. */
function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/[\ud800-\udfff]/gu, '\ufffd'))
}

/** Encodes a text as little as a request line allows. */
function raw(text: string): string {
  return text.replace(/[^\x21-\x7e]/gu, (character) => encode(character)).replace(/[?#]/g, encode)
}

const headers: Record<string, string[]> = {
  'if-none-match': ["'", '"', 'W/', '*, *', `"${'x'.repeat(4_000)}"`, ',,,,', '"\u00ff"'],
  accept: ['text/event-stream', 'text/event-stream;q=0', '*/*;'.repeat(500), "'", '../..'],
  authorization: [
    "Bearer ' OR '1'='1",
    'Bearer __proto__',
    'Bearer ',
    'Bearer \u00ff',
    `Bearer ${'a'.repeat(4_000)}`,
  ],
  'content-type': [
    'application/json',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    "'",
    'x/',
  ],
  'content-length': ['0'],
  'x-http-method-override': ['DELETE'],
  host: ["'", 'evil.example', 'localhost:99999', '[::1', 'a b', '../..', ''],
  'transfer-encoding': ['chunked'],
}

const withHistory = deals.extend({ history: ['stage', 'amount'] })

describe.each(databases)('hostile inputs on $name', ({ open }) => {
  test(`are refused or answered correctly, and change nothing: ${hostileTexts.length} texts and ${hostileQueries('x').length} queries, in every parameter of every route`, async () => {
    const { portal, database, ids, handler, sync, again } = await createWorld({
      database: open(),
      run: false,
      handler: { auth: 'all' },
      objects: [contacts, companies.extend({ history: 'all' }), withHistory, pets],
    })
    const owners = portal.createOwner({ email: 'ada@example.com' })
    const teams = portal.createTeam('Sales')
    portal.joinTeam(owners, teams)
    await sync.run()
    // The jobs of this portal find nothing to do, so that only an input can change something.
    await again().run()
    const { body: document } = await caller(handler, 'all')('/api/docs-json')
    const before = await database.dump()
    const some = {
      ...Object.fromEntries(Object.entries(ids).map(([name, [first = '']]) => [name, first])),
      owners,
      teams,
      runs: (await again().runs())[0]?.id as string,
    }
    const call = caller(handler, 'all')
    const all = attacks(document.paths, some)
    const surprises: unknown[] = []
    for (const { method, address } of all) {
      // A valid trigger would start a job and write its run, so it is skipped.
      if (method === 'POST' && isHarmless(address)) continue
      const { status, text, headers } = await call(address, { method })
      const right = status === 200 || (status >= 400 && status < 500)
      const typed = status === 200 ? typeAt(address) : 'application/problem+json'
      if (
        !right ||
        !(headers.get('content-type') ?? '').startsWith(typed) ||
        isReflected(address, text)
      )
        surprises.push([method, address, status, text.slice(0, 200)])
    }
    expect(surprises).toEqual([])
    expect(all.length).toBeGreaterThan(5_000)
    expect(await database.dump()).toEqual(before)
  }, 240_000)
})

/** The content type that an address has. Paths that lead above the root end at the root, which is the status page. */
function typeAt(address: string): string {
  const { pathname } = new URL(address, 'http://crm.example')
  return pathname === '/' ? 'text/html' : 'application/json'
}

/** Whether the query is one with which a job can be started. */
function isHarmless(address: string): boolean {
  const query = new URL(address, 'http://crm.example').searchParams
  // A parameter without a name doesn't count.
  const entries = [...query].filter(([name]) => name !== '')
  return (
    entries.length === 0 || (entries.length === 1 && /^(true|false)$/.test(query.get('wait') ?? ''))
  )
}

/** Whether a part of a hostile input that is too long for a coincidence is in the reply. */
function isReflected(address: string, text: string): boolean {
  return ['DROP TABLE', 'pg_sleep', '<script', 'onerror', '7*7', 'evil.example', 'passwd'].some(
    (mark) => decodeURIComponentOr(address).includes(mark) && text.includes(mark),
  )
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

test('hostile headers on a socket are refused or answered correctly', async () => {
  const { sync, ids, database } = await createWorld()
  const { listener, close } = createHttpHandler({ sync, auth: 'all' })
  onTestFinished(close)
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const before = await database.dump()
  let tried = 0
  for (const [name, values] of Object.entries(headers))
    for (const value of values)
      for (const path of [
        '/contacts',
        `/contacts/${ids.contacts[0]}`,
        '/status',
        '/health',
        '/api/docs',
      ]) {
        const status = await new Promise<number>((resolve, reject) => {
          const sent = request({
            port,
            path,
            host: '127.0.0.1',
            setHost: false,
            agent: false,
            headers: { host: 'crm.example', authorization: 'Bearer all', [name]: value },
          })
          sent.on('response', (response) => {
            response.resume()
            resolve(response.statusCode ?? 0)
          })
          sent.on('error', reject)
          sent.end()
        })
        expect([200, 304, 400, 401], `${name}: ${value} at ${path} gave ${status}`).toContain(
          status,
        )
        tried++
      }
  expect(tried).toBeGreaterThan(150)
  expect(await database.dump()).toEqual(before)
})

describe('an event of a signed delivery that is hostile', () => {
  const fields = ['objectId', 'portalId', 'subscriptionType', 'eventType', 'objectTypeId']
  const ofMerges = ['primaryObjectId', 'newObjectId', 'mergedObjectIds']
  const ofAssociations = ['associationType', 'fromObjectId', 'toObjectId', 'fromObjectTypeId']

  test.each([
    ['contact.propertyChange', fields],
    ['contact.merge', ofMerges],
    ['contact.associationChange', ofAssociations],
  ])('of the kind %s does not affect other events', async (subscriptionType, names) => {
    const { portal, send, receiver, store, contacts, companies, id } = await createWebhookWorld()
    const event = {
      subscriptionType,
      portalId: portal.portalId,
      objectId: Number(id(contacts)),
      associationType: 'CONTACT_TO_COMPANY',
      fromObjectId: Number(id(contacts)),
      toObjectId: Number(id(companies)),
    }
    const good = { ...event, subscriptionType: 'contact.creation' }
    const hostile = names.flatMap((name) =>
      hostileValues.map((value) => ({ ...event, [name]: value })),
    )
    const response = await send([good, ...hostileValues, ...hostile, good])
    expect(response.status).toBe(204)
    expect(receiver.counts.deliveries).toBe(1)
    expect(receiver.counts.accepted).toBeGreaterThanOrEqual(2)
    await receiver.drained()
    await expectEqual(portal, store)
    const { accepted, otherPortal, notMirrored, unknown } = receiver.counts
    expect(accepted + otherPortal + notMirrored + unknown).toBe(
      2 + hostileValues.length + hostile.length,
    )
  })

  test('is not mistaken for another record', async () => {
    const { portal, send, receiver } = await createWebhookWorld()
    const event = { subscriptionType: 'contact.creation', portalId: portal.portalId }
    await send(hostileValues.map((objectId) => ({ ...event, objectId })))
    expect(receiver.counts).toMatchObject({ accepted: 0, unknown: hostileValues.length })
  })
})
