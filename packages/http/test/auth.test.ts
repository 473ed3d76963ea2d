import { describe, expect, test } from 'vitest'
import { caller, createWorld, tokens } from './support/world.js'

const reads = [
  '/',
  '/contacts',
  '/contacts/1',
  '/status',
  '/changes',
  '/etl/hubspot/runs',
  '/nowhere',
]
const triggers = [
  '/etl/hubspot',
  '/etl/hubspot/contacts',
  '/etl/hubspot/contacts/archived',
  '/etl/hubspot/associations',
]
const docs = ['/api/docs', '/api/docs-json', '/api/docs/initializer.js', '/api/docs/swagger-ui.css']
const post = { method: 'POST' }

describe('without auth', () => {
  test('every route but /health answers 401, whatever the method or the token', async () => {
    const { handler } = await createWorld({ handler: { auth: undefined } })
    const get = caller(handler)
    for (const path of [...reads, ...docs])
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE']) {
        const { status, headers } = await get(path, { method })
        expect([path, method, status]).toEqual([path, method, 401])
        expect(headers.get('www-authenticate')).toMatch(/^Bearer/)
      }
    for (const path of [...triggers, '/webhooks/hubspot'])
      expect((await get(path, post)).status, path).toBe(401)
    expect((await caller(handler, '')('/health')).status).toBe(200)
  })

  test('the page to sign in answers 401 too, and says that nobody can', async () => {
    const { handler } = await createWorld({ run: false, handler: { auth: undefined } })
    const { status, text } = await caller(handler, '')('/sign-in')
    expect(status).toBe(401)
    expect(text).toContain('Nobody can sign in here')
  })

  test('a refusal does not reveal whether a path exists', async () => {
    const { handler } = await createWorld({ handler: { auth: undefined } })
    const get = caller(handler, '')
    expect((await get('/contacts')).text).toBe((await get('/nowhere')).text)
  })
})

describe('auth', () => {
  test('with a single token allows everything', async () => {
    const { handler } = await createWorld({ handler: { auth: 'one-token' } })
    const get = caller(handler, 'one-token')
    expect((await get('/contacts')).status).toBe(200)
    expect((await get('/api/docs')).status).toBe(200)
    expect((await get('/etl/hubspot/pets?wait=true', post)).status).toBe(200)
    expect((await caller(handler, 'another')('/contacts')).status).toBe(401)
  })

  test('with a token per right gives each token only that right', async () => {
    const { handler } = await createWorld()
    const statuses = async (token: string) => [
      (await caller(handler, token)('/contacts')).status,
      (await caller(handler, token)('/api/docs')).status,
      (await caller(handler, token)('/etl/hubspot/pets?wait=true', post)).status,
    ]
    expect(await statuses(tokens.read)).toEqual([200, 403, 403])
    expect(await statuses(tokens.docs)).toEqual([403, 200, 403])
    expect(await statuses(tokens.trigger)).toEqual([403, 403, 200])
    expect(await statuses('wrong')).toEqual([401, 401, 401])
  })

  test('refuses a right that was not given', async () => {
    const { handler } = await createWorld({ handler: { auth: { read: ['first', 'second'] } } })
    for (const token of ['first', 'second']) {
      expect((await caller(handler, token)('/contacts')).status).toBe(200)
      expect((await caller(handler, token)('/api/docs')).status).toBe(403)
      expect((await caller(handler, token)('/etl/hubspot/pets', post)).status).toBe(403)
    }
    expect((await caller(handler, '')('/etl/hubspot/pets', post)).status).toBe(401)
  })

  test('lets everybody do only what is public', async () => {
    const { handler } = await createWorld({ handler: { auth: { read: 'public' } } })
    expect((await caller(handler, '')('/contacts')).status).toBe(200)
    expect((await caller(handler, '')('/api/docs')).status).toBe(401)
    expect((await caller(handler, '')('/etl/hubspot/pets', post)).status).toBe(401)
  })

  test('by a function allows a request only if it returns true', async () => {
    const answers: unknown[] = [true, false, undefined, 'yes', { id: 7 }, Promise.resolve(true)]
    const { handler } = await createWorld({
      handler: { auth: { read: () => answers.shift() as boolean } },
    })
    const statuses: number[] = []
    while (answers.length > 0) statuses.push((await caller(handler, '')('/contacts')).status)
    expect(statuses).toEqual([200, 401, 401, 401, 401, 200])
  })

  test.each([new Error('secret host db-7'), 'a string'])(
    'by a function that throws %s refuses, and reveals nothing of the error',
    async (thrown) => {
      const auth = () => {
        throw thrown
      }
      const { handler } = await createWorld({ handler: { auth } })
      const { status, body, text } = await caller(handler)('/contacts')
      expect([status, body.code]).toEqual([500, 'INTERNAL'])
      expect(text).not.toContain('secret')
    },
  )

  test.each([
    ['Bearer one-token', 200],
    ['bearer one-token', 200],
    ['Bearer  one-token', 200],
    ['Bearer one-token ', 200], // as headers are trimmed
    ['Bearer one-toke', 401],
    ['Bearer one-tokenn', 401],
    ['Bearer ONE-TOKEN', 401],
    ['Bearer', 401],
    ['one-token', 401],
    ['Basic b25lLXRva2Vu', 401],
    ['Bearer one-token, Bearer other', 401],
    ['Bearer other one-token', 401],
    [`Bearer ${'x'.repeat(7_000)}`, 401],
  ])('takes the header %j with status %i', async (authorization, status) => {
    const { handler } = await createWorld({ run: false, handler: { auth: 'one-token' } })
    const answer = await caller(handler)('/api/docs-json', { headers: { authorization } })
    expect(answer.status).toBe(status)
  })
})
