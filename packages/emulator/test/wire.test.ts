import { request } from 'node:http'
import { connect } from 'node:net'
import { setupServer } from 'msw/node'
import { afterEach, describe, expect, test } from 'vitest'
import { createClock, createPortal } from '../src/index.js'

const LIST = '/crm/v3/objects/contacts'
const release: (() => unknown)[] = []
afterEach(async () => {
  for (const free of release.splice(0).reverse()) await free()
})

const make = () => createPortal({ clock: createClock({ now: '2026-03-30T12:00:00Z' }) })

/** The portal as MSW handlers, at HubSpot's own address. */
const intercepted = async () => {
  const portal = make()
  const server = setupServer(...portal.handlers())
  server.listen({ onUnhandledFrame: 'error' })
  release.push(() => server.close())
  return { portal, url: 'https://api.hubapi.com' }
}

/** The portal on a port. */
const listening = async () => {
  const portal = make()
  const server = await portal.listen()
  release.push(() => server.close())
  return { portal, url: server.url }
}

describe.each([
  ['through MSW', intercepted],
  ['on a port', listening],
])('%s', (_, start) => {
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

  test('a request is answered with the portal’s own date', async () => {
    const { portal, url } = await start()
    const id = portal.create('contacts', {})
    const response = await fetch(url + LIST, bearer(portal.token))
    expect(response.headers.get('date')).toBe('Mon, 30 Mar 2026 12:00:00 GMT')
    expect(response.headers.get('x-hubspot-ratelimit-remaining')).toBe('189')
    expect(await response.json()).toMatchObject({ results: [{ id }] })
  })

  test('a body is read and a partial answer keeps its status', async () => {
    const { portal, url } = await start()
    const response = await fetch(`${url}${LIST}/batch/read`, {
      method: 'POST',
      body: JSON.stringify({ inputs: [{ id: '7' }] }),
      headers: { ...bearer(portal.token).headers, 'content-type': 'application/json' },
    })
    expect(response.status).toBe(207)
    expect(portal.calls[0]).toMatchObject({ ids: 1, status: 207 })
  })

  test('a body that is not said to be JSON is refused, and nothing is written', async () => {
    const { portal, url } = await start()
    const body = JSON.stringify({ properties: { email: 'ada@example.com' } })
    const send = (headers: Record<string, string>) =>
      fetch(url + LIST, {
        method: 'POST',
        body,
        headers: { ...bearer(portal.token).headers, ...headers },
      })
    for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
      const refused = await send({ 'content-type': type })
      expect(refused.status).toBe(415)
      expect(await refused.json()).toMatchObject({ message: 'HTTP 415 Unsupported Media Type' })
    }
    expect(portal.count('contacts')).toBe(0)
    expect((await send({ 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(201)
  })

  test('a reset is a failure of fetch', async () => {
    const { portal, url } = await start()
    portal.fault({ kind: 'reset' })
    await expect(fetch(url + LIST, bearer(portal.token))).rejects.toThrow(TypeError)
  })

  test('a truncated body fails while it is read', async () => {
    const { portal, url } = await start()
    portal.createMany('contacts', 10, () => ({}))
    portal.fault({ kind: 'truncated' })
    await expect(
      fetch(url + LIST, bearer(portal.token)).then((response) => response.text()),
    ).rejects.toThrow()
  })

  test('a hang lasts until the caller gives up', async () => {
    const { portal, url } = await start()
    portal.fault({ kind: 'hang' })
    const patience = new AbortController()
    const answer = fetch(url + LIST, { ...bearer(portal.token), signal: patience.signal })
    while (portal.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
    patience.abort(new Error('no patience'))
    await expect(answer).rejects.toThrow('no patience')
  })

  test('unusual statuses come through', async () => {
    const { portal, url } = await start()
    portal.fault({ kind: 'migrating' })
    portal.fault({ kind: 'html', status: 524 })
    const statuses = [
      await fetch(url + LIST, bearer(portal.token)),
      await fetch(url + LIST, bearer(portal.token)),
    ]
    expect(statuses.map(({ status }) => status)).toEqual([477, 524])
  })

  test('a timeout on the same clock does not overtake answers that are under way', async () => {
    const { portal, url } = await start()
    portal.createMany('contacts', 100, (index) => ({ firstname: index }))
    let timeouts = 0
    const call = async () => {
      const done = new AbortController()
      const timer = portal.clock.sleep(30_000, done.signal).then(
        () => timeouts++,
        () => {},
      )
      const response = await fetch(`${url}${LIST}?limit=100`, bearer(portal.token))
      await response.json()
      done.abort()
      await timer
    }
    for (let round = 0; round < 10; round++) await Promise.all([call(), call(), call(), call()])
    expect(timeouts).toBe(0)
  })

  test('an address too long for HubSpot still gets its 414', async () => {
    const { portal, url } = await start()
    const response = await fetch(
      `${url}${LIST}?properties=${'x'.repeat(9_000)}`,
      bearer(portal.token),
    )
    expect(response.status).toBe(414)
  })
})

test('on a port a truncated answer announces more than it sends', async () => {
  const { portal, url } = await listening()
  portal.fault({ kind: 'truncated' })
  const { port } = new URL(url)
  const text = await new Promise<string>((resolve) => {
    let received = ''
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(
        `GET ${LIST} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${portal.token}\r\n\r\n`,
      )
    })
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
  })
  const [head, body] = text.split('\r\n\r\n')
  const announced = Number(/content-length: (\d+)/i.exec(head!)![1])
  expect(body!.length).toBeLessThan(announced)
  expect(body!.length).toBeGreaterThan(0)
})

test('on a port links lead back to the port', async () => {
  const { portal, url } = await listening()
  portal.createMany('contacts', 2, () => ({}))
  const response = await fetch(`${url}${LIST}?limit=1`, {
    headers: { authorization: `Bearer ${portal.token}` },
  })
  const { paging } = (await response.json()) as { paging: { next: { link: string } } }
  expect(paging.next.link.startsWith(`${url}${LIST}`)).toBe(true)
})

test('a port listens on this machine only and is closed in spite of a call that hangs', async () => {
  const portal = make()
  const server = await portal.listen()
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
  portal.fault({ kind: 'hang' })
  const hanging = fetch(server.url + LIST, { headers: { authorization: `Bearer ${portal.token}` } })
  const settled = hanging.then(
    () => 'answered',
    () => 'failed',
  )
  while (portal.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await server.close()
  expect(await settled).toBe('failed')
})

test('handlers answer at another address where they are told to', async () => {
  const portal = make()
  const server = setupServer(...portal.handlers('https://hubspot.test/proxy/'))
  server.listen({ onUnhandledFrame: 'error' })
  release.push(() => server.close())
  const response = await fetch('https://hubspot.test/proxy/account-info/v3/details', {
    headers: { authorization: `Bearer ${portal.token}` },
  })
  expect(await response.json()).toMatchObject({ portalId: 147_000_001 })
})

test('the body of a call that takes none is left aside, whatever it is', async () => {
  const { portal, url } = await listening()
  const id = portal.create('contacts', {})
  const statusOf = (method: string, path: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${portal.token}`, 'content-length': 3 }
      const call = request(`${url}${path}`, { method, headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      call.on('error', reject)
      call.end('a=b')
    })
  expect(await statusOf('GET', LIST)).toBe(200)
  expect(await statusOf('DELETE', `${LIST}/${id}`)).toBe(204)
})
