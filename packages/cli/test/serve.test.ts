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
