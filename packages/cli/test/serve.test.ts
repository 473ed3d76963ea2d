import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createWorld, fill, hubsync, use } from './support/world.js'

const token = 'a-bearer-token-of-ours'

test('serve answers reads and starts jobs for who has the token, until Ctrl-C', async () => {
  const world = await createWorld()
  fill(world.portal)
  world.env.HUBSYNC_API_TOKEN = token
  const going = use(world, 'serve --port 0 --base-path /crm --json'.split(' '))
  await going.shows('"url"')
  const { url } = JSON.parse(going.written.out)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/crm$/)
  const headers = { authorization: `Bearer ${token}` }
  expect((await fetch(`${url}/contacts`)).status).toBe(401)
  const job = await fetch(`${url}/etl/hubspot/companies?wait=true`, { method: 'POST', headers })
  expect(job.status).toBe(200)
  const page = await fetch(`${url}/companies?limit=3`, { headers })
  expect(((await page.json()) as { results: unknown[] }).results).toHaveLength(3)
  going.signals.emit('SIGTERM')
  const { code, out, err } = await going.outcome
  expect(code).toBe(0)
  expect(out + err).not.toContain(token)
  await expect(fetch(`${url}/health`)).rejects.toThrow()
})

test('serve without a token of HubSpot reads, and starts nothing', async () => {
  const world = await createWorld()
  fill(world.portal)
  await hubsync(world, 'sync')
  const { HUBSPOT_ACCESS_TOKEN: _, ...env } = world.env
  const going = use({ ...world, env: { ...env, HUBSYNC_API_TOKEN: token } }, [
    ...['serve', '--port', '0', '--json'],
  ])
  await going.shows('"url"')
  expect(going.written.err).toContain('only reads are served')
  const { url } = JSON.parse(going.written.out)
  const headers = { authorization: `Bearer ${token}` }
  const page = await fetch(`${url}/companies?limit=3`, { headers })
  expect(((await page.json()) as { results: unknown[] }).results).toHaveLength(3)
  const job = await fetch(`${url}/etl/hubspot/companies`, { method: 'POST', headers })
  expect(job.status).toBe(404)
  going.signals.emit('SIGTERM')
  expect(await going.outcome).toMatchObject({ code: 0 })
})

test('serve without a bearer token says where to put one', async () => {
  const world = await createWorld()
  expect(await hubsync(world, 'serve')).toMatchObject({
    code: 2,
    err: expect.stringContaining('HUBSYNC_API_TOKEN'),
  })
})

test('serve says when the port is taken', async () => {
  const world = await createWorld()
  world.env.HUBSYNC_API_TOKEN = token
  const other = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  expect(await hubsync(world, `serve --port ${port}`)).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^Expected to listen at 127\.0\.0\.1:\d+: .*EADDRINUSE/),
  })
})

test('serve --watch keeps the mirror fresh meanwhile', async () => {
  const world = await createWorld()
  fill(world.portal)
  world.env.HUBSYNC_API_TOKEN = 'open-sesame'
  const going = use(world, ['serve', '--port', '0', '--watch', '1s'])
  await going.shows('Serving at ')
  const [url] = /http:\S+/.exec(going.written.out) ?? []
  await going.shows('complete')
  const headers = { authorization: 'Bearer open-sesame' }
  const { results } = (await (await fetch(`${url}/deals`, { headers })).json()) as {
    results: unknown[]
  }
  expect(results).toHaveLength(5)
  going.signals.emit('SIGINT')
  expect((await going.outcome).code).toBe(0)
})

test('serve --watch ends with a refused token', async () => {
  const world = await createWorld()
  Object.assign(world.env, { HUBSYNC_API_TOKEN: 'open-sesame', HUBSPOT_ACCESS_TOKEN: 'wrong' })
  expect(await hubsync(world, 'serve --port 0 --watch 1s')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^UNAUTHORIZED: /m),
  })
})

test('serve --watch without a token of HubSpot reads alone', async () => {
  const world = await createWorld()
  await hubsync(world, 'sync')
  const { HUBSPOT_ACCESS_TOKEN: _, ...env } = world.env
  const going = use({ ...world, env: { ...env, HUBSYNC_API_TOKEN: token } }, [
    ...['serve', '--port', '0', '--watch', '1s'],
  ])
  await going.shows('Serving at ')
  expect(going.written.err).toContain('only reads are served')
  going.signals.emit('SIGINT')
  expect((await going.outcome).code).toBe(0)
})

test.each([
  ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['0.0.0.0', /^http:\/\/localhost:\d+$/],
])('serve on %s prints addresses that a browser can open and sign in at', async (host, form) => {
  const world = await createWorld()
  fill(world.portal)
  world.env.HUBSYNC_API_TOKEN = token
  const going = use(world, ['serve', '--port', '0', '--host', host])
  await going.shows('Serving at ')
  const printed = going.written.out.match(/http:\S+/g) ?? []
  expect(printed).toEqual([expect.stringMatching(form), expect.stringContaining('/api/docs')])
  for (const address of printed) {
    const response = await fetch(address, { headers: { accept: 'text/html' } })
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('action="/sign-in"')
  }
  const body = new URLSearchParams({ token })
  const headers = { origin: new URL(printed[0] as string).origin }
  const signedIn = await fetch(`${printed[0]}/sign-in`, {
    ...{ method: 'POST', body, headers, redirect: 'manual' },
  })
  expect(signedIn.status).toBe(303)
  const cookie = String(signedIn.headers.get('set-cookie')).split(';')[0] as string
  for (const address of printed) {
    const response = await fetch(address, { headers: { accept: 'text/html', cookie } })
    expect([address, response.status]).toEqual([address, 200])
  }
  going.signals.emit('SIGTERM')
  expect((await going.outcome).code).toBe(0)
})
