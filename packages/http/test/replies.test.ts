import { createHttpHandler } from '@hubsync/http'
import { describe, expect, test } from 'vitest'
import { caller, createWorld, tokens } from './support/world.js'

const revalidated = ['/contacts', '/contacts/ID', '/companies', '/changes', '/etl/hubspot/runs']

describe('a reply', () => {
  test('is not sent again while nothing has changed', async () => {
    const { handler, ids, portal, clock, sync } = await createWorld()
    const get = caller(handler)
    for (const path of revalidated.map((each) => each.replace('ID', ids.contacts[0] as string))) {
      const first = await get(path)
      const etag = first.headers.get('etag') as string
      expect(etag).toMatch(/^"[\w-]{27}"$/)
      for (const value of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const second = await get(path, { headers: { 'if-none-match': value } })
        expect([path, second.status, second.text]).toEqual([path, 304, ''])
        expect(second.headers.get('etag')).toBe(etag)
        expect(second.headers.get('cache-control')).toBe('private, no-cache')
      }
      const other = await get(path, { headers: { 'if-none-match': '"other"' } })
      expect([other.status, other.text]).toEqual([200, first.text])
    }
    const path = `/contacts/${ids.contacts[0]}`
    const etag = (await get(path)).headers.get('etag') as string
    await clock.advance(60_000)
    portal.update('contacts', ids.contacts[0] as string, { firstname: 'New' })
    await sync.run({ jobs: ['contacts'] })
    const changed = await get(path, { headers: { 'if-none-match': etag } })
    expect([changed.status, changed.body.firstName]).toEqual([200, 'New'])
  })

  test('to HEAD has the status and the headers, and no body', async () => {
    const { handler, ids } = await createWorld()
    const get = caller(handler)
    for (const path of ['/contacts', `/contacts/${ids.contacts[0]}`, '/status', '/health']) {
      const { status, text, headers } = await get(path, { method: 'HEAD' })
      expect([path, status, text]).toEqual([path, 200, ''])
      expect(headers.get('content-type')).toBe('application/json')
    }
    expect((await get('/contacts/999', { method: 'HEAD' })).status).toBe(404)
  })

  test('to another method is 405, and lists the allowed ones', async () => {
    const { handler } = await createWorld({ handler: { auth: 'all' } })
    const get = caller(handler, 'all')
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      for (const path of ['/contacts', '/contacts/1', '/status', '/health', '/api/docs']) {
        const { status, headers, body } = await get(path, { method })
        expect([path, method, status]).toEqual([path, method, 405])
        expect([headers.get('allow'), body.code]).toEqual(['GET, HEAD', 'METHOD_NOT_ALLOWED'])
      }
    const { status, headers } = await get('/etl/hubspot/contacts')
    expect([status, headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('of any kind has headers that keep browsers from misusing it', async () => {
    const { handler } = await createWorld()
    for (const path of ['/contacts', '/nowhere', '/contacts/x', '/health', '/api/docs']) {
      const { headers } = await caller(handler)(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('vary')).toContain('authorization')
    }
  })
})

describe('a wrong input', () => {
  const limits = 'an integer from 1 to 100'
  test.each([
    ['/contacts?limit=0', 'query', 'limit', limits],
    ['/contacts?limit=101', 'query', 'limit', limits],
    ['/contacts?limit=1e2', 'query', 'limit', limits],
    ['/contacts?limit=', 'query', 'limit', limits],
    ['/contacts?limit=5&limit=6', 'query', 'limit', limits],
    ['/contacts?after=x', 'query', 'after', 'the `paging.next.after` of a page'],
    ['/contacts?status=active', 'query', 'status', 'ACTIVE, ARCHIVED or ALL'],
    [
      '/contacts?updatedSince=yesterday',
      'query',
      'updatedSince',
      /^a moment from 1970 to 9999, such as/,
    ],
    ['/contacts?updatedSince=2026-02-30T99:00Z', 'query', 'updatedSince', /^a moment/],
    ['/contacts?updatedSince=0000-01-01', 'query', 'updatedSince', /^a moment/],
    ['/contacts?updatedSince=9999-12-31T23:59:59-23:59', 'query', 'updatedSince', /^a moment/],
    ['/contacts?limits=5', 'query', '', /^Expected only the query parameters limit, after, status/],
    ['/contacts/abc', 'path', 'id', 'a record id: 1 to 20 digits'],
    ['/contacts/1?raw=yes', 'query', 'raw', 'true or false'],
    ['/changes?after=-1', 'query', 'after', /^the `cursor` of a page of changes, or `now`$/],
    ['/changes?after=7.short', 'query', 'after', /^the `cursor` of a page/],
    ['/changes?after=99999999999999999', 'query', 'after', /^the `cursor` of a page/],
    ['/etl/hubspot/runs/7', 'path', 'id', 'the id of a run, a UUID'],
    ['/status?x=1', 'query', '', 'Expected no query parameters.'],
  ])('at %s is a problem that says what was expected', async (path, place, name, expected) => {
    const { handler } = await createWorld({ run: false })
    const { status, body, headers } = await caller(handler)(path)
    expect([status, body.code]).toEqual([400, 'INVALID_INPUT'])
    expect(headers.get('content-type')).toBe('application/problem+json')
    const wanted = typeof expected === 'string' ? expected : expect.stringMatching(expected)
    expect(body.errors).toEqual([{ in: place, name, expected: wanted }])
    expect(body.detail).toContain(body.errors[0].expected)
  })
})

test('an address of more than 8,192 characters is refused', async () => {
  const { handler } = await createWorld({ run: false })
  expect((await caller(handler)(`/contacts?after=${'1'.repeat(9_000)}`)).status).toBe(414)
})

test('a body with a content-length above the limit is refused', async () => {
  const { handler } = await createWorld({ run: false })
  const body = 'x'
  const headers = { 'content-length': String(8 * 1024 * 1024 + 1) }
  const answer = await caller(handler, tokens.trigger)('/etl/hubspot/contacts', {
    method: 'POST',
    body,
    headers,
  })
  expect([answer.status, answer.body.code]).toEqual([413, 'BODY_TOO_LARGE'])
})

test('a page has at most `maxLimit` records, and 100 by default', async () => {
  const { sync } = await createWorld()
  const get = caller(createHttpHandler({ sync, auth: 'all', maxLimit: 5 }), 'all')
  expect((await get('/contacts')).body.results).toHaveLength(5)
  expect((await get('/contacts?limit=6')).body.errors[0].expected).toBe('an integer from 1 to 5')
})

test('before the first run, reads are 503 and say so, and /health is 200', async () => {
  const { handler } = await createWorld({ run: false })
  for (const path of ['/contacts', '/contacts/1', '/status', '/changes', '/etl/hubspot/runs']) {
    const { status, body, headers } = await caller(handler)(path)
    expect([path, status, body.code]).toEqual([path, 503, 'NOT_MIRRORED'])
    expect(headers.get('retry-after')).toBe('5')
  }
  const { status, body } = await caller(handler, '')('/health')
  expect([status, body.mirrored, body.objects.contacts]).toEqual([
    200,
    false,
    { completeUpTo: null },
  ])
})

test('a database that fails is 503 without its message, which is logged', async () => {
  const logged: unknown[] = []
  const log = (...given: unknown[]) => logged.push(given)
  const logger = { debug: log, info: log, warn: log, error: log }
  const { handler, sync } = await createWorld({ handler: { logger } })
  await sync.close()
  for (const path of ['/contacts', '/status', '/health']) {
    const { status, body } = await caller(handler)(path)
    expect([path, status, body.code]).toEqual([path, 503, 'CLOSED'])
  }
  expect(logged).toHaveLength(3)
})

test.each(['30', '0', `1.${'x'.repeat(16)}`])(
  'a cursor from which the change feed cannot continue is 410 and says how to start again: %s',
  async (cursor) => {
    const { handler } = await createWorld()
    const { status, body, headers } = await caller(handler)(`/changes?after=${cursor}`)
    expect([status, body.title, body.code]).toEqual([410, 'Gone', 'CURSOR_LOST'])
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body.detail).toMatch(/Start again: get the cursor of now with `after=now`/)
  },
)

test('/status, /changes and /health show the state of the mirror', async () => {
  const { handler, sync, portal, clock, ids } = await createWorld()
  await clock.advance(60_000)
  portal.update('contacts', ids.contacts[0] as string, { firstname: 'New' })
  await sync.run()
  const get = caller(handler)
  const status = (await get('/status')).body
  expect(status.objects.contacts).toMatchObject({ active: 30, phase: 'changes' })
  expect(status.lastRun).toMatchObject({ status: 'complete', error: null })
  const changes = (await get('/changes')).body
  expect(changes.results).toMatchObject([
    { kind: 'updated', object: 'contacts', id: ids.contacts[0] },
  ])
  expect((await get(`/changes?after=${changes.cursor}`)).body.results).toEqual([])
  expect((await get('/changes?after=now')).body).toEqual({
    results: [],
    cursor: changes.cursor,
    forgotten: false,
  })
  const health = (await caller(handler, '')('/health')).body
  expect(health.objects.contacts.completeUpTo).toBe(status.objects.contacts.completeUpTo)
  expect(Object.keys(health)).toEqual(['status', 'mirrored', 'objects'])
})
