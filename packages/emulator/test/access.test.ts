import { expect, test } from 'vitest'
import { MORNING, setUp } from './harness.js'

const LIST = '/crm/v3/objects/contacts'

test('without a token, and with an unknown one, the reply is 401', async () => {
  const { portal, get } = setUp()
  const bare = await portal.fetch(new Request(`https://api.hubapi.com${LIST}`))
  expect(bare.status).toBe(401)
  const unknown = await get(LIST, 'pat-na1-unknown')
  expect(unknown.status).toBe(401)
  expect(unknown.body.category).toBe('INVALID_AUTHENTICATION')
})

test('the reply to an expired token says since when', async () => {
  const { portal, get, clock } = setUp()
  portal.addToken('short-lived', { expiresAt: MORNING + 1_800_000 })
  expect((await get(LIST, 'short-lived')).status).toBe(200)
  await clock.advance(1_875_000)
  const expired = await get(LIST, 'short-lived')
  expect(expired.status).toBe(401)
  expect(expired.body).toMatchObject({
    category: 'EXPIRED_AUTHENTICATION',
    message: 'The OAuth token used to make this call expired 75 second(s) ago.',
    context: { 'expire time': ['2026-03-30T12:30:00.000Z'] },
  })
})

test('a revoked token is accepted no longer, others still are', async () => {
  const { portal, get } = setUp({ token: 'first', tokens: ['second'] })
  portal.revoke('first')
  expect((await get(LIST, 'first')).status).toBe(401)
  expect((await get(LIST, 'second')).status).toBe(200)
  expect(() => portal.revoke('first')).toThrow('Expected a token of the portal')
})

test('a missing scope is named, and other types can be read all the same', async () => {
  const { portal, get, post } = setUp()
  portal.addToken('narrow', { scopes: ['crm.objects.contacts.read'] })
  expect((await get(LIST, 'narrow')).status).toBe(200)
  const refused = await get('/crm/v3/objects/deals', 'narrow')
  expect(refused.status).toBe(403)
  expect(refused.body.category).toBe('MISSING_SCOPES')
  expect(refused.body.errors[0].context.requiredGranularScopes).toEqual(['crm.objects.deals.read'])
  const pair = await post(
    '/crm/v4/associations/contacts/deals/batch/read',
    { inputs: [] },
    'narrow',
  )
  expect(pair.body.errors[0].context.requiredGranularScopes).toEqual(['crm.objects.deals.read'])
  expect((await get('/account-info/v3/details', 'narrow')).status).toBe(200)
})

test('an unknown path is 404, and an unknown method of a path is 405', async () => {
  const { get, post } = setUp()
  expect((await get('/crm/v3/nonsense')).status).toBe(404)
  expect((await get('/crm/v3/objects/%E0%A4%A')).status).toBe(404)
  const refused = await post('/crm/v3/owners')
  expect(refused.status).toBe(405)
  expect(refused.headers.get('allow')).toBe('GET')
})

test('a type that the portal does not have is 400', async () => {
  const { get, post } = setUp()
  for (const answer of [
    await get('/crm/v3/objects/butterflies'),
    await get('/crm/v3/properties/butterflies'),
    await post('/crm/v3/objects/butterflies/search'),
    await post('/crm/v4/associations/contacts/butterflies/batch/read'),
  ]) {
    expect(answer.status).toBe(400)
    expect(answer.body.message).toBe('Unable to infer object type from: butterflies')
  }
})

test('every reply has the date of the portal and a unique correlation id, which errors repeat', async () => {
  const { get } = setUp()
  const [first, second] = [await get(LIST), await get('/crm/v3/objects/butterflies')]
  expect(first.headers.get('date')).toBe('Mon, 30 Mar 2026 12:00:00 GMT')
  expect(first.headers.get('content-type')).toBe('application/json;charset=utf-8')
  const ids = [first, second].map(({ headers }) => headers.get('x-hubspot-correlation-id'))
  expect(ids[0]).not.toBe(ids[1])
  expect(second.body.correlationId).toBe(ids[1])
})
