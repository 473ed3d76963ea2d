import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createClock, createPortal, type ListenOptions, type PortalOptions } from '../src/index.js'

/** A portal on a port, and a function that drives it. */
const start = async (options: PortalOptions = {}, where: ListenOptions = {}) => {
  const portal = createPortal({ limits: false, ...options })
  const server = await portal.listen(where)
  onTestFinished(() => server.close())
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${portal.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }
  return {
    portal,
    server,
    call,
    drive: (method: string, path: string, body?: unknown) =>
      call(method, `/_emulator${path}`, body),
  }
}

const LIST = '/crm/v3/objects/contacts'

/** A receiver of webhooks. */
const receiver = async () => {
  const bodies: { subscriptionType: string }[][] = []
  const server = createServer(async (incoming, response) => {
    let text = ''
    for await (const chunk of incoming) text += chunk
    bodies.push(JSON.parse(text))
    response.writeHead(204).end()
    server.emit('told')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/in`, bodies, told: () => once(server, 'told') }
}

test('health names the portal', async () => {
  const { drive, portal } = await start()
  expect(await drive('GET', '/health')).toEqual({
    status: 200,
    body: { status: 'ok', portalId: portal.portalId },
  })
})

test('a port leaves it to its callers to close idle connections', async () => {
  const { server } = await start()
  const { headers } = await fetch(`${server.url}${LIST}`)
  expect(headers.get('keep-alive')).toBeNull()
})

test('a reset brings back what the portal began with, with the same ids', async () => {
  const { call, drive, portal } = await start({
    fill: (filled) => filled.create('contacts', { email: 'ada@example.com' }),
  })
  const before = [...portal.records('contacts')]
  await call('POST', LIST, { properties: { email: 'bo@example.com' } })
  await call('DELETE', `${LIST}/${before[0]?.id}`)
  portal.fault({ kind: 'error' })
  expect((await drive('POST', '/reset')).status).toBe(204)
  expect([...portal.records('contacts')].map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  expect((await call('GET', LIST)).body.results).toHaveLength(1)
  expect(portal.calls).toHaveLength(1)
})

test('a reset forgets events that were not delivered, and subscriptions hear of what comes', async () => {
  const { portal } = await start()
  const hooks = portal.webhooks({ url: 'https://example.com/', clientSecret: 'secret' })
  portal.create('contacts', {})
  portal.reset()
  expect(hooks.pending).toEqual([])
  portal.create('contacts', {})
  expect(hooks.pending).toHaveLength(1)
  hooks.close()
  portal.create('contacts', {})
  expect(hooks.pending).toHaveLength(1)
})

test('the clock is read and advanced, and a token of half an hour expires', async () => {
  const { call, drive, portal, server } = await start({
    clock: createClock({ autoAdvance: false }),
  })
  expect((await drive('GET', '/clock')).body).toMatchObject({ iso: '2026-03-30T12:00:00.000Z' })
  portal.addToken('short', { expiresAt: '2026-03-30T12:30:00Z' })
  const moved = await drive('POST', '/clock/advance', { milliseconds: 1_800_000 })
  expect(moved.body.iso).toBe('2026-03-30T12:30:00.000Z')
  expect((await call('GET', LIST)).status).toBe(200)
  const short = { headers: { authorization: 'Bearer short' } }
  expect((await fetch(`${server.url}${LIST}`, short)).status).toBe(401)
})

test('without a clock of its own a portal runs on the real time, and can be advanced as well', async () => {
  const { drive, portal } = await start()
  const before = portal.clock.now()
  const slept = portal.clock.sleep(3_600_000)
  await drive('POST', '/clock/advance', { milliseconds: 3_600_000 })
  await slept
  expect(portal.clock.now() - before).toBeGreaterThanOrEqual(3_600_000)
  const given = new AbortController()
  const sleeping = portal.clock.sleep(3_600_000, given.signal)
  given.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
})

test('a clock that only tells the time is not advanced', async () => {
  const { drive } = await start({ clock: { now: () => 0, sleep: async () => {} } })
  const refused = await drive('POST', '/clock/advance', { milliseconds: 1 })
  expect(refused).toMatchObject({ status: 400, body: { error: /clock can be advanced/ } })
})

test('faults are added, listed with how often they were met, and removed', async () => {
  const { call, drive } = await start()
  const { body } = await drive('POST', '/faults', {
    kind: 'burst',
    operation: 'list',
    times: 'always',
  })
  await drive('POST', '/faults', { status: 418, body: { hello: 1 }, path: '/owners' })
  expect((await call('GET', LIST)).status).toBe(429)
  expect(await call('GET', '/crm/v3/owners')).toEqual({ status: 418, body: { hello: 1 } })
  expect((await drive('GET', '/faults')).body.results).toEqual([
    { id: 1, met: 1, kind: 'burst', operation: 'list', times: 'always' },
    { id: 2, met: 1, status: 418, body: { hello: 1 }, path: '/owners' },
  ])
  expect((await drive('DELETE', `/faults/${body.id}`)).status).toBe(204)
  expect((await call('GET', LIST)).status).toBe(200)
  expect((await drive('DELETE', `/faults/${body.id}`)).status).toBe(404)
})

test('random faults are set and cleared', async () => {
  const { call, drive } = await start()
  await drive('POST', '/faults', { rate: 1, kinds: ['locked'] })
  expect((await call('GET', LIST)).status).toBe(423)
  await drive('DELETE', '/faults')
  expect((await call('GET', LIST)).status).toBe(200)
})

test('the journal has the calls to HubSpot after a number, and can be emptied', async () => {
  const { call, drive } = await start()
  await call('GET', LIST)
  await call('GET', '/crm/v3/owners?limit=5')
  const { results } = (await drive('GET', '/calls?after=1')).body
  expect(results).toMatchObject([
    { number: 2, method: 'GET', path: '/crm/v3/owners', query: { limit: '5' }, status: 200 },
  ])
  await drive('DELETE', '/calls')
  expect((await drive('GET', '/calls')).body.results).toEqual([])
})

test('a journal of a length has the last calls', async () => {
  const { call, portal } = await start({ journal: 2 })
  for (let count = 0; count < 3; count++) await call('GET', LIST)
  expect(portal.calls.map(({ number }) => number)).toEqual([2, 3])
})

test('tokens are added with scopes, and revoked', async () => {
  const { drive, server } = await start()
  const ask = async (path: string) =>
    (await fetch(`${server.url}${path}`, { headers: { authorization: 'Bearer narrow' } })).status
  await drive('POST', '/tokens', { token: 'narrow', scopes: ['crm.objects.deals.read'] })
  expect(await ask('/crm/v3/objects/deals')).toBe(200)
  expect(await ask(LIST)).toBe(403)
  await drive('DELETE', '/tokens/narrow')
  expect(await ask('/crm/v3/objects/deals')).toBe(401)
})

test('webhooks are subscribed and delivered on demand', async () => {
  const { drive, portal } = await start()
  const { url, bodies } = await receiver()
  const { body } = await drive('POST', '/webhooks', { url, clientSecret: 'secret' })
  portal.create('contacts', {})
  expect((await drive('GET', '/webhooks')).body.results).toMatchObject([
    { id: body.id, url, pending: [{ subscriptionType: 'contact.creation' }] },
  ])
  expect((await drive('POST', '/webhooks/deliver')).body).toEqual({ statuses: [204] })
  expect(bodies.flat()).toMatchObject([{ subscriptionType: 'contact.creation' }])
  await drive('DELETE', `/webhooks/${body.id}`)
  expect((await drive('GET', '/webhooks')).body.results).toEqual([])
})

test('automatic webhooks are sent when something is written over HTTP', async () => {
  const { call, drive } = await start()
  const { url, bodies, told } = await receiver()
  await drive('POST', '/webhooks', { url, clientSecret: 'secret', automatic: true })
  const heard = told()
  await call('POST', LIST, { properties: { email: 'ada@example.com' } })
  await heard
  expect(bodies.flat().map(({ subscriptionType }) => subscriptionType)).toContain(
    'contact.creation',
  )
})

test.each([
  ['POST', '/faults', { kind: 'nonsense' }, /kind of a fault to be one of reset, hang/],
  ['POST', '/faults', { kind: 'error', tines: 2 }, /no field named tines\. The fields are kind/],
  ['POST', '/faults', { kind: 'error', operation: 'lst' }, /operation to be one of .*got "lst"/],
  ['POST', '/faults', {}, /a kind or a status, got neither/],
  ['POST', '/faults', { rate: 2 }, /rate to be from 0 to 1, got 2/],
  ['POST', '/faults', { kind: 'error', ids: ['x'] }, /ids\[0\] to be an id of digits, got "x"/],
  ['POST', '/clock/advance', {}, /milliseconds to be a whole number from 0 on, got nothing/],
  ['POST', '/clock/advance', { milliseconds: -1 }, /got -1/],
  ['POST', '/seed', [], /the body to be an object, got \[\]/],
  ['POST', '/webhooks', { url: 'x', clientSecret: 's' }, /full URL, got x/],
  ['POST', '/webhooks', { url: 'https://x.example' }, /clientSecret to be a text, got nothing/],
  ['GET', '/calls?limit=x', undefined, /limit to be a whole number/],
  ['DELETE', '/tokens/none', undefined, /unknown one/],
])('%s %s with %j is refused with what was expected', async (method, path, body, message) => {
  const { drive } = await start()
  const refused = await drive(method, path, body)
  expect(refused.status).toBe(400)
  expect(refused.body.error).toMatch(message)
})

test('a body that is no JSON, an unknown path and an unknown method are refused', async () => {
  const { drive, server } = await start()
  const init = { method: 'POST', body: '{' }
  const broken = await fetch(`${server.url}/_emulator/faults`, init)
  expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining('JSON')])
  const lost = await drive('POST', '/nonsense')
  expect(lost.status).toBe(404)
  expect(lost.body.error).toContain('POST /reset')
  expect((await drive('DELETE', '/reset')).status).toBe(405)
})

/** The status of a call with headers that `fetch` doesn't let one set. */
const statusWith = (url: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    const { port } = new URL(url)
    request(
      {
        host: '127.0.0.1',
        port,
        path: '/_emulator/calls',
        headers: { host: `localhost:${port}`, ...headers },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
      .on('error', reject)
      .end()
  })

test.each([
  ['another host name', { host: 'portal.example.com' }],
  ['a header of a proxy', { 'x-forwarded-for': '203.0.113.7' }],
  ['the origin of a web page', { origin: 'https://example.com' }],
])('a call with %s does not drive the portal, unless anyone may', async (_, headers) => {
  const { server } = await start()
  expect(await statusWith(server.url, {})).toBe(200)
  expect(await statusWith(server.url, headers)).toBe(403)
  const open = await start({}, { control: 'anyone' })
  expect(await statusWith(open.server.url, headers)).toBe(200)
})

test('with control for nobody only the health is told', async () => {
  const { drive } = await start({}, { control: 'nobody' })
  expect((await drive('GET', '/health')).status).toBe(200)
  const refused = await drive('POST', '/reset')
  expect(refused.status).toBe(403)
  expect(refused.body.error).toContain('control: "nobody"')
})
