import { createHttpHandler } from '@hubsync/http'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { visitor } from './support/visitor.js'
import { caller, createWorld, tokens } from './support/world.js'

afterEach(() => {
  vi.useRealTimers()
})

const addresses = [
  '/',
  '/explorer',
  '/explorer/contacts',
  '/contacts/1',
  '/status',
  '/api/docs',
  '/no',
]

describe('whoever is not signed in', () => {
  test.each(addresses)('gets a page to sign in at %s, and a program a problem', async (path) => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const page = await visitor(handler).open(path)
    expect(page.status).toBe(401)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.text).toContain('action="/sign-in"')
    const problem = await caller(handler, '')(path)
    expect(problem.status).toBe(401)
    expect(problem.headers.get('content-type')).toBe('application/problem+json')
  })

  test('sees nothing of the mirror, whichever path it asks for', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const texts = await Promise.all(
      addresses.map(async (path) => {
        const { text } = await visitor(handler).open(path)
        return text.replace(`value="${path}"`, '')
      }),
    )
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).not.toMatch(/contacts|147000001/)
  })

  test('gets the style sheet of the page, under a policy without scripts', async () => {
    const { handler } = await createWorld({
      run: false,
      handler: { auth: 'all', basePath: '/crm' },
    })
    const { text, headers } = await visitor(handler).open('/crm/')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; style-src 'self'")
    expect(policy).toContain("form-action 'self'")
    expect(policy).not.toMatch(/script|unsafe/)
    expect(text).not.toMatch(/<script|<style| style=| on\w+=/)
    const [, style = ''] = /href="(\/crm\/pages\.css[^"]*)"/.exec(text) ?? []
    expect((await visitor(handler).open(style)).status).toBe(200)
  })
})

describe('signing in', () => {
  test('leads to the page that was asked for, and opens what the token may see', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const browser = visitor(handler)
    const { text } = await browser.open('/explorer/contacts?search=a%26b')
    expect(text).toContain('name="to" value="/explorer/contacts?search=a%26b"')
    const signedIn = await browser.signIn('all', '/explorer/contacts?search=a%26b')
    expect(signedIn.status).toBe(303)
    expect(signedIn.headers.get('location')).toBe('/explorer/contacts?search=a%26b')
    for (const path of ['/', '/explorer/contacts', '/status', '/api/docs', '/api/docs-json'])
      expect([path, (await browser.open(path)).status]).toEqual([path, 200])
  })

  test('after a form of a session that has ended leads to the status page, as a form has no page', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const { status, text } = await visitor(handler).post('/run-now', {})
    expect(status).toBe(401)
    expect(text).toContain('name="to" value="/"')
  })

  test('sets a cookie that scripts and other sites cannot use, without the token in it', async () => {
    const { handler } = await createWorld({ run: false, handler: { auth: 'all' } })
    const browser = visitor(handler)
    const { setCookie, headers } = await browser.signIn('all')
    expect(setCookie).toMatch(/^hubsync_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(decodeURIComponent(String(setCookie))).not.toContain('all')
    expect(headers.get('location')).toBe('/')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test.each([
    ['https://crm.example', {}],
    ['http://crm.example', { 'x-forwarded-proto': 'https' }],
  ])(
    'over HTTPS, here from %s with %j, sends the cookie over HTTPS alone',
    async (origin, headers) => {
      const { handler } = await createWorld({ run: false, handler: { auth: 'all' } })
      const { setCookie } = await visitor(handler, origin).post(
        '/sign-in',
        { token: 'all' },
        headers,
      )
      expect(setCookie).toMatch(/; Secure$/)
    },
  )

  test('below a base path keeps the cookie there', async () => {
    const { handler } = await createWorld({
      run: false,
      handler: { auth: 'all', basePath: '/crm' },
    })
    const { setCookie, headers } = await visitor(handler).post('/crm/sign-in', { token: 'all' })
    expect(setCookie).toContain('Path=/crm;')
    expect(headers.get('location')).toBe('/crm/')
  })

  test('with a wrong token says so, and remembers where it was to lead', async () => {
    const { handler } = await createWorld({ run: false, handler: { auth: 'all' } })
    const { status, text, setCookie } = await visitor(handler).signIn('wrong', '/explorer')
    expect([status, setCookie]).toEqual([401, null])
    expect(text).toContain('This token is not known here.')
    expect(text).toContain('name="to" value="/explorer"')
    expect(text).not.toContain('value="wrong"')
  })

  test.each([
    ['//evil.example/', '/'],
    ['/..//evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['http://[', '/'],
    ['', '/'],
    ['/explorer/deals?status=ALL', '/explorer/deals?status=ALL'],
  ])('with the return path %j leads to %s', async (to, expected) => {
    const { handler } = await createWorld({ run: false, handler: { auth: 'all' } })
    const { headers } = await visitor(handler).signIn('all', to)
    expect(headers.get('location')).toBe(expected)
  })

  test('gives the rights of the token, and no others', async () => {
    const { handler } = await createWorld()
    const browser = visitor(handler)
    await browser.signIn(tokens.docs)
    expect((await browser.open('/api/docs')).status).toBe(200)
    const { status, text } = await browser.open('/explorer/contacts')
    expect(status).toBe(403)
    expect(text).toContain('have the right &quot;read&quot;')
    expect(text).toContain('action="/sign-in"')
    expect(text).toContain('Sign out')
    expect(text).not.toContain('Person')
  })
})

describe('a session', () => {
  test('is accepted by another process with the same tokens', async () => {
    const { handler, sync } = await createWorld({ handler: { auth: 'all' } })
    const browser = visitor(handler)
    await browser.signIn('all')
    const other = createHttpHandler({ sync, auth: 'all' })
    const elsewhere = visitor(other)
    elsewhere.cookie = browser.cookie
    expect((await elsewhere.open('/explorer')).status).toBe(200)
  })

  test.each([
    ['is replaced', { read: 'new', trigger: 'new' }],
    ['is removed', { read: 'public' as const, trigger: 'other' }],
    ['has fewer rights', { read: 'all' }],
    ['has more rights', 'all'],
  ])('ends when its token %s', async (_, auth) => {
    const { handler, sync } = await createWorld({
      handler: { auth: { read: 'all', trigger: 'all' } },
    })
    const browser = visitor(handler)
    await browser.signIn('all')
    const next = createHttpHandler({ sync, auth })
    const later = visitor(next)
    later.cookie = browser.cookie
    const { text } = await later.open('/')
    expect(text).not.toContain('Sign out')
    const job = await later.post('/etl/hubspot/pets?wait=true', {})
    expect(job.status).toBe(401)
  })

  test('ends after 12 hours', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const browser = visitor(handler)
    await browser.signIn('all')
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: start + 12 * 3_600_000 - 1_000 })
    expect((await browser.open('/explorer')).status).toBe(200)
    vi.setSystemTime(start + 12 * 3_600_000 + 1_000)
    expect((await browser.open('/explorer')).status).toBe(401)
  })

  test('ends by signing out', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const browser = visitor(handler)
    await browser.signIn('all')
    const out = await browser.press('/', '/sign-out')
    expect([out.status, out.headers.get('location')]).toEqual([303, '/sign-in'])
    expect(out.setCookie).toMatch(/^hubsync_session=; .*Max-Age=0$/)
    expect((await browser.open('/')).status).toBe(401)
  })

  test('opens nothing if a character of its cookie is changed', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const browser = visitor(handler)
    await browser.signIn('all')
    const [name = '', value = ''] = browser.cookie?.split('=') ?? []
    for (const index of [0, 12, 14, 30, 37, 60, 70]) {
      const other = value[index] === '1' ? '2' : '1'
      browser.cookie = `${name}=${value.slice(0, index)}${other}${value.slice(index + 1)}`
      expect([index, (await browser.open('/explorer')).status]).toEqual([index, 401])
    }
  })

  test('is used with a header of a proxy that is no token, and not in place of a wrong token', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const browser = visitor(handler)
    await browser.signIn('all')
    const opened = async (authorization: string) =>
      (await browser.open('/explorer', { authorization })).status
    expect(await opened('Basic b25lOnR3bw==')).toBe(200)
    expect(await opened('Bearer wrong')).toBe(401)
  })
})

describe('without a token to sign in with', () => {
  test('a function as `auth` says so on a page', async () => {
    const { handler } = await createWorld({ run: false, handler: { auth: () => false } })
    const { status, text } = await visitor(handler).open('/')
    expect(status).toBe(401)
    expect(text).toContain('The site that serves this page decides who may open it.')
    expect(text).not.toContain('<form')
  })

  test('a handler that is closed says so on a page', async () => {
    const { handler } = await createWorld({ run: false, handler: { auth: undefined } })
    const { status, text } = await visitor(handler).open('/')
    expect(status).toBe(401)
    expect(text).toContain('gives nobody the right &quot;read&quot;')
    expect(text).not.toContain('<form')
  })

  test('no token opens a session', async () => {
    const { handler } = await createWorld({ run: false, handler: { auth: { read: 'public' } } })
    const { setCookie, status } = await visitor(handler).signIn('public')
    expect([status, setCookie]).toEqual([401, null])
  })
})

test.each(['/', '/explorer', '/sign-in', '/no'])(
  'a window of another site that opens %s has no hold on it',
  async (path) => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const browser = visitor(handler)
    await browser.signIn('all')
    const { headers } = await browser.open(path)
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
  },
)

test('a public page offers to sign in for more', async () => {
  const { handler } = await createWorld({ handler: { auth: { read: 'public', trigger: 'mine' } } })
  const browser = visitor(handler)
  const before = await browser.open('/')
  expect(before.text).toContain('href="/sign-in"')
  expect(before.text).not.toContain('Run now')
  await browser.signIn('mine')
  const after = await browser.open('/')
  expect(after.text).toContain('Run now')
  expect(after.text).toContain('Sign out')
})

test('after a click on a link of another site the page opens itself again, once', async () => {
  const { handler } = await createWorld({ run: false, handler: { auth: 'all' } })
  const refresh = '<meta http-equiv="refresh" content="0">'
  const browser = visitor(handler)
  expect((await browser.open('/', { 'sec-fetch-site': 'cross-site' })).text).toContain(refresh)
  expect((await browser.open('/', { 'sec-fetch-site': 'same-origin' })).text).not.toContain(refresh)
  expect((await browser.open('/', { 'sec-fetch-site': 'none' })).text).not.toContain(refresh)
})
