import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpHandler } from '@hubsync/http'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { clientOf } from '../src/sign-in/client-of.js'
import { Tries } from '../src/sign-in/tries.js'
import { hostileTexts } from './support/hostile-inputs.js'
import { host, visitor } from './support/visitor.js'
import { createWorld, tokens } from './support/world.js'

afterEach(() => {
  vi.useRealTimers()
})

async function signedIn(options: Parameters<typeof createWorld>[0] = {}) {
  const world = await createWorld({ handler: { auth: 'all' }, ...options })
  const browser = visitor(world.handler)
  await browser.signIn('all')
  return { ...world, browser }
}

/** What a browser says about a form, where the form isn't on a page of this server. */
const elsewhere: [string, Record<string, string>][] = [
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
  ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
  ['the address bar', { 'sec-fetch-site': 'none' }],
  ['another site, in an old browser', { origin: 'https://evil.example' }],
  ['another port', { origin: `${host}:8080` }],
  ['a sandboxed frame', { origin: 'null' }],
  ['nowhere', { origin: '' }],
]

describe('a form', () => {
  test.each(elsewhere)(
    'from %s neither signs in nor out, and starts nothing',
    async (_, headers) => {
      const { browser, sync } = await signedIn()
      const before = (await sync.runs()).length
      const form = /name="form" value="([^"]+)"/.exec((await browser.open('/')).text)?.[1] as string
      for (const path of ['/sign-in', '/sign-out', '/run-now', '/etl/hubspot/contacts']) {
        const fields = { token: 'all', form }
        const { status, setCookie } = await browser.post(path, fields, headers)
        expect([path, status, setCookie]).toEqual([path, 403, null])
      }
      expect((await browser.open('/')).status).toBe(200)
      expect(await sync.runs()).toHaveLength(before)
    },
  )

  test('behind a proxy that replaces the host is known by the host that the proxy names', async () => {
    const { handler } = await createWorld({ run: false, handler: { auth: 'all' } })
    const proxied = { host: '10.0.0.7:3000', origin: 'https://crm.example.com' }
    const send = (headers: Record<string, string>) =>
      visitor(handler).post('/sign-in', { token: 'all' }, { ...proxied, ...headers })
    expect((await send({ 'x-forwarded-host': 'crm.example.com' })).status).toBe(303)
    expect((await send({ 'x-forwarded-host': 'other.example.com' })).status).toBe(403)
  })

  test.each(['/sign-out', '/run-now'])(
    'to %s needs the form token of its session',
    async (path) => {
      const { browser, handler, sync } = await signedIn()
      const before = (await sync.runs()).length
      const other = visitor(handler)
      await other.signIn('all')
      const [, form = ''] = /name="form" value="([^"]+)"/.exec((await other.open('/')).text) ?? []
      for (const fields of [{}, { form: '' }, { form: 'x' }, { form }]) {
        const { status } = await browser.post(path, fields as Record<string, string>)
        expect([fields, status]).toEqual([fields, 403])
      }
      expect((await browser.open('/')).status).toBe(200)
      expect(await sync.runs()).toHaveLength(before)
    },
  )

  test.each([
    ['application/json', '{"token":"all"}', 415],
    ['text/plain', 'token=all', 415],
    ['multipart/form-data; boundary=x', '--x--', 415],
    ['application/x-www-form-urlencoded', `token=${'x'.repeat(40_000)}`, 413],
  ])('of the type %s with the body %.20s… is refused with %i', async (type, body, status) => {
    const { handler } = await createWorld({ run: false, handler: { auth: 'all' } })
    const headers = { 'content-type': type, origin: host, host: 'crm.example' }
    const sent = new Request(`${host}/sign-in`, { method: 'POST', headers, body })
    expect((await handler.fetch(sent)).status).toBe(status)
  })
})

describe('a session', () => {
  test('is never one that was there before signing in', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const attacker = visitor(handler)
    await attacker.signIn('all')
    const victim = visitor(handler)
    victim.cookie = attacker.cookie
    await victim.signIn('all')
    expect(victim.cookie).not.toBe(attacker.cookie)
    const planted = visitor(handler)
    planted.cookie = 'hubsync_session=chosen'
    await planted.signIn('all')
    expect(planted.cookie).not.toContain('chosen')
  })

  test('of a hostile cookie opens nothing, and breaks nothing', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const browser = visitor(handler)
    await browser.signIn('all')
    const good = browser.cookie as string
    const texts = hostileTexts.map((text) => text.replaceAll(/[^\x20-\x7e]/gu, '').trim())
    for (const text of texts.filter((each) => each !== ''))
      for (const value of [text, `9999999999999.${text}`, `${text}${good.slice(16)}`]) {
        const headers = { cookie: `hubsync_session=${value}`, accept: 'text/html' }
        const response = await handler.fetch(new Request(`${host}/explorer`, { headers }))
        expect([value, response.status]).toEqual([value, 401])
      }
  }, 60_000)

  test('may be one of several cookies', async () => {
    const { browser, handler } = await signedIn()
    const open = async (cookie: string) => {
      const headers = { cookie, accept: 'text/html' }
      return (await handler.fetch(new Request(`${host}/explorer`, { headers }))).status
    }
    expect(await open(`a=b; ${browser.cookie}; c`)).toBe(200)
    expect(await open(`hubsync_session=planted; ${browser.cookie}`)).toBe(200)
    expect(await open(`xhubsync_session=${browser.cookie?.slice(16)}`)).toBe(401)
  })
})

describe('wrong tokens', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address })

  test('slow their client from the eleventh on, even for the right one, and no other client', async () => {
    const { handler } = await createWorld({ run: false, handler: { auth: 'all' } })
    vi.useFakeTimers({ toFake: ['Date'] })
    const attempt = (token: string, address: string) =>
      visitor(handler).post('/sign-in', { token }, from(address))
    for (let count = 0; count < 10; count++)
      expect((await attempt(`wrong-${count}`, '203.0.113.5')).status).toBe(401)
    for (const token of ['wrong', 'all']) {
      const { status, headers, text, setCookie } = await attempt(token, '203.0.113.5')
      expect([status, headers.get('retry-after'), setCookie]).toEqual([429, '1', null])
      expect(text).toContain('Wait 1 s')
    }
    expect((await attempt('all', '203.0.113.6')).status).toBe(303)
    vi.setSystemTime(Date.now() + 1_000)
    expect((await attempt('all', '203.0.113.5')).status).toBe(303)
    expect((await attempt('wrong', '203.0.113.5')).status).toBe(401)
  })

  test('slow a client on a socket, and not the one at another address', async () => {
    const { sync } = await createWorld({ run: false })
    const handler = createHttpHandler({ sync, auth: 'all' })
    const server = createServer(handler.listener).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    const { port } = server.address() as AddressInfo
    const attempt = (token: string, localAddress: string) =>
      new Promise<number>((resolve, reject) => {
        const at = `127.0.0.1:${port}`
        const headers = {
          origin: `http://${at}`,
          'content-type': 'application/x-www-form-urlencoded',
        }
        const options = { method: 'POST', path: '/sign-in', headers, localAddress }
        const sent = request({ ...options, port, host: '127.0.0.1', agent: false }, (response) => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
        sent.on('error', reject)
        sent.end(`token=${token}`)
      })
    for (let count = 0; count < 10; count++) await attempt('wrong', '127.0.0.1')
    expect(await attempt('all', '127.0.0.1')).toBe(429)
    expect(await attempt('all', '127.0.0.2')).toBe(303)
  })

  test('count on after a right one, so that whoever has a token cannot guess another without waiting', async () => {
    const { handler } = await createWorld({ run: false })
    const attempt = async (token: string) =>
      (await visitor(handler).post('/sign-in', { token }, from('203.0.113.5'))).status
    for (let count = 0; count < 9; count++) expect(await attempt(`wrong-${count}`)).toBe(401)
    expect(await attempt(tokens.read)).toBe(303)
    expect(await attempt('wrong-9')).toBe(401)
    expect(await attempt('wrong-10')).toBe(429)
  })

  test('make a client wait twice as long each time, up to 30 seconds, and are forgotten after 15 minutes', () => {
    let now = 0
    const tries = new Tries(() => now)
    const waits: number[] = []
    for (let count = 1; count <= 17; count++) {
      now += tries.wait('one')
      tries.failed('one')
      waits.push(tries.wait('one') / 1_000)
    }
    expect(waits).toEqual([...Array(9).fill(0), 1, 2, 4, 8, 16, 30, 30, 30])
    now += 15 * 60_000
    tries.failed('one')
    expect(tries.wait('one')).toBe(0)
  })

  test('of many clients fill no memory', () => {
    const tries = new Tries(() => 0)
    for (let count = 0; count < 10; count++) tries.failed('first')
    for (let index = 0; index < 10_000; index++) tries.failed(`client-${index}`)
    expect(tries.wait('first')).toBe(0)
  })
})

describe('a client', () => {
  const named = (address: string | undefined, forwarded?: string) => {
    const headers = new Headers(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded })
    return clientOf(new Request(host, { headers }), address)
  }

  test.each([
    ['its own address', '203.0.113.5', undefined, '203.0.113.5'],
    ['its own address, whatever it says', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
    ['the address that a proxy has seen', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    [
      'the last address, as it may have sent the others',
      '::1',
      '1.1.1.1, 198.51.100.1',
      '198.51.100.1',
    ],
    ['the address of the proxy, without another', '10.1.2.3', 'unknown', '10.1.2.3'],
    ['an address in both forms', '::ffff:203.0.113.5', undefined, '203.0.113.5'],
    ['an address in both forms, in hexadecimal', '::ffff:cb00:7105', undefined, '203.0.113.5'],
    ['an address with a port, as some proxies write it', '::1', '203.0.113.5:443', '203.0.113.5'],
    ['an IPv6 address with a port', '::1', '[2001:db8:1:2::5]:443', '2001:db8:1:2'],
    ['an IPv4 address that a gateway translated', '64:ff9b::203.0.113.5', undefined, '203.0.113.5'],
    [
      'its network, of which it has all addresses',
      '2001:db8:1:2:3:4:5:6',
      undefined,
      '2001:db8:1:2',
    ],
    ['its network, when zeros are left out', '2001:db8::7', undefined, '2001:db8:0:0'],
    [
      'its network, when zeros are left out elsewhere',
      '2001:db8:0:0:1::',
      undefined,
      '2001:db8:0:0',
    ],
    [
      'another network, when one zero is left out',
      '2001:db8::1:2:3:4:5',
      undefined,
      '2001:db8:0:1',
    ],
  ])('is known by %s', (_, address, forwarded, expected) => {
    expect(named(address, forwarded)).toBe(expected)
  })
})
