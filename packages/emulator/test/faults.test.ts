import { expect, test } from 'vitest'
import type { FaultKind } from '../src/index.js'
import { idsOf, setUp } from './harness.js'

const LIST = '/crm/v3/objects/contacts'
const BATCH = `${LIST}/batch/read`

test.each<[FaultKind, number]>([
  ['empty', 200],
  ['html', 502],
  ['not-json', 502],
  ['error', 500],
  ['locked', 423],
  ['migrating', 477],
  ['daily', 429],
  ['burst', 429],
  ['secondly', 429],
  ['expired-token', 401],
  ['unknown-token', 401],
  ['missing-scope', 403],
])('%s answers once with %i, then all is well', async (kind, status) => {
  const { portal, get } = setUp()
  portal.fault({ kind })
  expect((await portal.fetch(request(portal.token))).status).toBe(status)
  expect((await get(LIST)).status).toBe(200)
})

const request = (token: string, signal?: AbortSignal) =>
  new Request(`https://api.hubapi.com${LIST}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(signal ? { signal } : {}),
  })

test('a page of the proxy is HTML, with the given status', async () => {
  const { portal, get } = setUp()
  portal.fault({ kind: 'html', status: 524 })
  const page = await get(LIST)
  expect(page.status).toBe(524)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.text).toContain('524: A timeout occurred')
})

test('a body that is not JSON has the content type of JSON', async () => {
  const { portal } = setUp()
  portal.fault({ kind: 'not-json' })
  const response = await portal.fetch(request(portal.token))
  expect(response.headers.get('content-type')).toContain('application/json')
  await expect(response.json()).rejects.toThrow(SyntaxError)
})

test('a migration says when to come back', async () => {
  const { portal, get } = setUp()
  portal.fault({ kind: 'migrating', retryAfter: 3_600 })
  expect((await get(LIST)).headers.get('retry-after')).toBe('3600')
  portal.fault({ kind: 'migrating' })
  expect((await get(LIST)).headers.get('retry-after')).toBe('60')
  portal.fault({ kind: 'locked' })
  expect((await get(LIST)).headers.has('retry-after')).toBe(false)
})

test('a missing scope is the one that the call needs', async () => {
  const { portal, get } = setUp()
  portal.fault({ kind: 'missing-scope' })
  expect((await get(LIST)).body.errors[0].context.requiredGranularScopes).toEqual([
    'crm.objects.contacts.read',
  ])
})

test('a reset is an error of fetch with its cause', async () => {
  const { portal } = setUp()
  portal.fault({ kind: 'reset' })
  await expect(portal.fetch(request(portal.token))).rejects.toMatchObject({
    name: 'TypeError',
    cause: { code: 'ECONNRESET' },
  })
})

test('a hang ends when the caller aborts', async () => {
  const { portal } = setUp()
  portal.fault({ kind: 'hang' })
  const patience = new AbortController()
  const answer = portal.fetch(request(portal.token, patience.signal))
  patience.abort(new Error('no patience'))
  await expect(answer).rejects.toThrow('no patience')
})

test('a truncated answer breaks off in its body', async () => {
  const { portal } = setUp()
  portal.fault({ kind: 'truncated' })
  const response = await portal.fetch(request(portal.token))
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow('terminated')
})

test('a slow reply is delayed on the portal’s clock', async () => {
  const { portal, get, clock } = setUp()
  portal.fault({ kind: 'slow', milliseconds: 90_000 })
  const start = clock.now()
  expect((await get(LIST)).status).toBe(200)
  expect(clock.now() - start).toBe(90_000)
})

test('a custom reply has the given status, body and headers', async () => {
  const { portal, get } = setUp()
  portal.fault({ status: 418, body: { short: 'and stout' }, headers: { 'x-spout': 'here' } })
  const answer = await get(LIST)
  expect(answer.status).toBe(418)
  expect(answer.body).toEqual({ short: 'and stout' })
  expect(answer.headers.get('x-spout')).toBe('here')
})

test('a fault can affect only the batches with a certain record', async () => {
  const { portal, post } = setUp()
  const [well, ill] = portal.createMany('contacts', 2, () => ({})) as [string, string]
  portal.fault({ kind: 'error', holding: [ill], times: Infinity })
  const read = (path: string, ...ids: string[]) =>
    post(path, { inputs: ids.map((id) => ({ id })) }).then(({ status }) => status)
  for (const path of [BATCH, '/crm/v4/associations/contacts/deals/batch/read']) {
    expect(await read(path, well, ill)).toBe(500)
    expect(await read(path, well)).not.toBe(500)
  }
})

test('a fault can affect only the pages with a certain record', async () => {
  const { portal, get } = setUp()
  const [first, ill, last] = portal.createMany('contacts', 3, () => ({})) as string[]
  portal.fault({ kind: 'html', status: 502, holding: [ill!], times: Infinity })
  const page = (after: string, limit: number) =>
    get(`${LIST}?after=${after}&limit=${limit}`).then(({ status }) => status)
  expect(await page(first!, 2)).toBe(502)
  expect(await page(first!, 1)).toBe(200)
  expect(await page(last!, 2)).toBe(200)
})

test('a fault can affect calls for too many records', async () => {
  const { portal, get, post } = setUp()
  portal.fault({ kind: 'html', status: 504, above: 50, times: Infinity })
  expect((await get(`${LIST}?limit=51`)).status).toBe(504)
  expect((await get(`${LIST}?limit=50`)).status).toBe(200)
  const inputs = Array.from({ length: 51 }, (_, index) => ({ id: String(index + 1) }))
  expect((await post(BATCH, { inputs })).status).toBe(504)
  expect((await post(BATCH, { inputs: inputs.slice(1) })).status).not.toBe(504)
})

test('a fault can affect calls for too many properties', async () => {
  const { portal, get, post } = setUp()
  portal.fault({ kind: 'html', status: 504, aboveProperties: 2, times: Infinity })
  const inputs = [{ id: '1' }]
  expect((await get(`${LIST}?properties=email,phone,city`)).status).toBe(504)
  expect((await get(`${LIST}?properties=email,phone`)).status).toBe(200)
  expect((await post(BATCH, { inputs, properties: ['a', 'b', 'c'] })).status).toBe(504)
  expect((await post(BATCH, { inputs, properties: ['a', 'b'] })).status).not.toBe(504)
})

test('ids can be silently missing in a batch', async () => {
  const { portal, post } = setUp()
  const [kept, lost] = portal.createMany('contacts', 2, () => ({}))
  portal.fault({ kind: 'omit', ids: [lost!, '7'] })
  const answer = await post(BATCH, { inputs: [{ id: kept }, { id: lost }, { id: '7' }] })
  expect(answer.status).toBe(200)
  expect(idsOf(answer)).toEqual([kept])
  expect(answer.body).not.toHaveProperty('errors')
})

test('ids can be left out of association replies, from results and errors alike', async () => {
  const { portal, post } = setUp()
  const [kept, lost, bare] = portal.createMany('contacts', 3, () => ({}))
  const company = portal.create('companies', {})
  for (const contact of [kept, lost]) portal.associate('contacts', contact!, 'companies', company)
  portal.fault({ kind: 'omit', ids: [lost!, bare!] })
  const { body } = await post('/crm/v4/associations/contacts/companies/batch/read', {
    inputs: [{ id: kept }, { id: lost }, { id: bare }],
  })
  expect(body.results.map(({ from }: { from: { id: string } }) => from.id)).toEqual([kept])
  expect(body).not.toHaveProperty('errors')
})

test('records can show a date that is not theirs, in a list, a search and a batch', async () => {
  const { portal, get, post } = setUp()
  const [right, wrong] = portal.createMany('contacts', 2, () => ({}))
  const at = '2030-01-01T00:00:00.000Z'
  portal.fault({ kind: 'misdated', ids: [wrong!], updatedAt: at, times: 3 })
  const answers = [
    await get(LIST),
    await post(`${LIST}/search`, { properties: ['lastmodifieddate'] }),
    await post(BATCH, { inputs: [{ id: wrong }, { id: right }] }),
  ]
  for (const { body } of answers) {
    const dates = new Map(body.results.map((record: { id: string }) => [record.id, record]))
    expect(dates.get(wrong)).toMatchObject({ updatedAt: at, properties: { lastmodifieddate: at } })
    expect(dates.get(right)).toMatchObject({ updatedAt: '2026-03-30T12:00:00.000Z' })
  }
  expect(portal.record('contacts', wrong!)?.updatedAt).toBe('2026-03-30T12:00:00.000Z')
})

test('ids can fail within a batch for a reason that says nothing of their absence', async () => {
  const { portal, post } = setUp()
  const [kept, failed] = portal.createMany('contacts', 2, () => ({}))
  const read = () => post(BATCH, { inputs: [{ id: kept }, { id: failed }, { id: '7' }] })
  portal.fault({ kind: 'partial', ids: [failed!] })
  const answer = await read()
  expect(answer.status).toBe(207)
  expect(idsOf(answer)).toEqual([kept])
  expect(answer.body.numErrors).toBe(2)
  expect(answer.body.errors.map(({ category }: { category: string }) => category)).toEqual([
    'OBJECT_NOT_FOUND',
    'INTERNAL_ERROR',
  ])
  expect(answer.body.errors[1].context.ids).toEqual([failed])
})

test('a fault affects the calls that it describes, after so many and so often', async () => {
  const { portal, get, post } = setUp()
  const fault = portal.fault({
    kind: 'error',
    path: '/contacts',
    method: 'GET',
    after: 1,
    times: 2,
  })
  const statuses: number[] = []
  for (let call = 0; call < 4; call++) {
    statuses.push((await get(LIST)).status)
    await get('/crm/v3/objects/deals')
    await post(`${LIST}/search`)
  }
  expect(statuses).toEqual([200, 500, 500, 200])
  expect(portal.calls.filter(({ status }) => status === 500)).toHaveLength(2)
  expect(fault.met).toBe(2)
})

test('a fault can be described by lane, operation or pattern', async () => {
  const { portal, get, post } = setUp()
  portal.fault({ kind: 'error', lane: 'search' })
  portal.fault({ kind: 'locked', operation: 'properties' })
  portal.fault({ kind: 'html', path: /\/objects\/deals$/ })
  expect((await get('/crm/v3/objects/deals')).status).toBe(502)
  expect((await get('/crm/v3/properties/contacts')).status).toBe(423)
  expect((await post(`${LIST}/search`)).status).toBe(500)
  expect((await get(LIST)).status).toBe(200)
})

test('if two faults match, the first affects the call, and a removed one affects none', async () => {
  const { portal, get } = setUp()
  const first = portal.fault({ kind: 'error', times: Number.POSITIVE_INFINITY })
  portal.fault({ kind: 'locked', times: 2 })
  expect((await get(LIST)).status).toBe(500)
  first.remove()
  expect((await get(LIST)).status).toBe(423)
  portal.clearFaults()
  expect((await get(LIST)).status).toBe(200)
})

test('a fault without a kind or a status is refused', () => {
  const { portal } = setUp()
  expect(() => portal.fault({ path: '/' })).toThrow('Expected a fault with a kind or a status')
  expect(() => portal.faults({ rate: 1.5 })).toThrow('Expected rate to be from 0 to 1, got 1.5')
})

test('random faults are the same for the same seed', async () => {
  const run = async (seed: number) => {
    const { portal, get } = setUp({ seed })
    portal.faults({ rate: 0.3, kinds: ['error', 'locked', 'html'] })
    const statuses: number[] = []
    for (let call = 0; call < 100; call++) statuses.push((await get(LIST)).status)
    return statuses
  }
  const [first, again, other] = [await run(1), await run(1), await run(2)]
  expect(first).toEqual(again)
  expect(first).not.toEqual(other)
  const failed = first.filter((status) => status !== 200).length
  expect(failed).toBeGreaterThan(15)
  expect(failed).toBeLessThan(45)
})

test('a call that meets a fault counts towards the limits', async () => {
  const { portal, get } = setUp({ limits: { burst: 2 } })
  portal.fault({ kind: 'error' })
  await get(LIST)
  expect((await get(LIST)).headers.get('x-hubspot-ratelimit-remaining')).toBe('0')
})

test('a fault of an unknown kind is refused, and the known kinds are listed', () => {
  const { portal } = setUp()
  const kind = 'bursts' as FaultKind
  const message =
    /^Expected the kind of a fault to be one of reset, hang, .*, partial, got bursts\.$/
  expect(() => portal.fault({ kind })).toThrow(message)
  expect(() => portal.faults({ rate: 0.5, kinds: ['reset', kind] })).toThrow(message)
})
