import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createPortal, type PortalServer } from '@hubsync/emulator'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { fill } from './docs-mirrors.js'
import { blocksOf, root } from './docs-pages.js'

const folder = join(root, '.cache/recipe-servers')
const portal = createPortal({ limits: false })
const ids = fill(portal)
let hubspot: PortalServer
beforeAll(async () => {
  hubspot = await portal.listen()
})
afterAll(() => hubspot.close())

/** The line of each framework that listens, and the same on a free port, which it prints. */
const frameworks = {
  express: {
    line: 'app.listen(3000)',
    here: "app.listen(0, '127.0.0.1', () => console.log(server.address().port))",
  },
  hono: {
    line: 'serve({ fetch: app.fetch, port: 3000 })',
    here: "serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(port))",
  },
}

/** Runs the program of the page as its reader would, on the built packages. It has mirrored. */
async function start(framework: keyof typeof frameworks) {
  const program = blocksOf('docs/guide/recipes.md').find(({ code }) =>
    code.includes(`from '${framework}'`),
  )
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${framework}.ts`)
  const { line, here } = frameworks[framework]
  writeFileSync(file, program?.code.replace(line, here) ?? '')
  const cwd = mkdtempSync(join(tmpdir(), 'hubsync-recipe-'))
  const { PATH } = process.env
  const secrets = { HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_BASE_URL: hubspot.url }
  const child = spawn(process.execPath, ['--experimental-strip-types', file], {
    cwd,
    env: { PATH, NODE_NO_WARNINGS: '1', ...secrets },
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(cwd, { recursive: true })
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const closed = once(child, 'close')
  const printed = once(createInterface({ input: child.stdout }), 'line')
  const [port] = await Promise.race([printed, closed.then(() => Promise.reject(complaints))])
  const url = `http://127.0.0.1:${port}`
  const call = async (path: string) => {
    const headers = { authorization: 'Bearer a-token-of-yours' }
    const reply = await fetch(`${url}${path}`, { headers })
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
  }
  await vi.waitFor(
    async () =>
      expect(await call('/crm/status')).toMatchObject({
        body: { lastRun: { status: 'complete' } },
      }),
    20_000,
  )
  const stop = async () => {
    child.kill('SIGTERM')
    expect(await closed, complaints).toEqual([0, null])
  }
  return { url, call, stop }
}

describe('the recipe of Express', () => {
  test('answers from its own route and from the handler', async () => {
    const { call, url } = await start('express')
    expect((await call('/people/person-3@example.com')).body).toEqual({
      id: ids.contacts[3],
      name: 'Ada',
    })
    expect((await call('/people/nobody@example.com')).status).toBe(404)
    expect((await fetch(`${url}/crm/contacts`)).status).toBe(401)
  })

  test('ends well when it is asked to', async () => {
    const { stop } = await start('express')
    await stop()
  })
})

describe('the recipe of Hono', () => {
  test('answers from its own route and from the handler', async () => {
    const { call, url } = await start('hono')
    expect((await call(`/deals/${ids.deals[1]}`)).body).toEqual({
      name: 'Deal 1',
      amount: '1000.10',
    })
    expect((await fetch(`${url}/deals/1`)).status).toBe(404)
    expect((await fetch(`${url}/crm/contacts`)).status).toBe(401)
  })

  test('has nobody wait who signs in, but for the client that has sent wrong tokens', async () => {
    const { url } = await start('hono')
    for (let wrong = 0; wrong < 10; wrong++)
      expect(await signIn(url, 'wrong', '127.0.0.2')).toBe(401)
    expect(await signIn(url, 'a-token-of-yours', '127.0.0.2')).toBe(429)
    expect(await signIn(url, 'a-token-of-yours', '127.0.0.1')).toBe(303)
  })

  test('ends well when it is asked to', async () => {
    const { stop } = await start('hono')
    await stop()
  })
})

/** Signs in from this address, and gives the status of the answer. */
async function signIn(url: string, token: string, localAddress: string) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: url }
  const sent = request(`${url}/crm/sign-in`, { method: 'POST', headers, localAddress })
  sent.end(new URLSearchParams({ token, to: '/crm/' }).toString())
  const [reply] = await once(sent, 'response')
  reply.resume()
  return reply.statusCode
}
