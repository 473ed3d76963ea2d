import { expect, test } from 'vitest'
import { setUp } from './harness.js'

const LIST = '/crm/v3/objects/contacts'
const SEARCH = `${LIST}/search`
const ASSOCIATIONS = '/crm/v4/associations/contacts/companies/batch/read'

test('a private app may call 190 times within ten seconds, on a window that slides', async () => {
  const { get, clock } = setUp({ limits: {} })
  await get(LIST)
  await clock.advance(6_000)
  for (let call = 0; call < 189; call++) expect((await get(LIST)).status).toBe(200)
  const refused = await get(LIST)
  expect(refused.status).toBe(429)
  expect(refused.body).toMatchObject({
    policyName: 'TEN_SECONDLY_ROLLING',
    errorType: 'RATE_LIMIT',
    message: 'You have reached your ten_secondly_rolling limit.',
  })
  expect(refused.headers.has('retry-after')).toBe(false)
  await clock.advance(4_000)
  expect((await get(LIST)).status).toBe(200)
  expect((await get(LIST)).status).toBe(429)
})

test('an OAuth app may call 110 times', async () => {
  const { get } = setUp({ limits: {}, app: 'oauth' })
  for (let call = 0; call < 110; call++) await get(LIST)
  expect((await get(LIST)).status).toBe(429)
})

test('the headers count down', async () => {
  const { get, clock } = setUp({ limits: { burst: 100, daily: 1_000 } })
  await get(LIST)
  const { headers } = await get(LIST)
  expect(headers.get('x-hubspot-ratelimit-max')).toBe('100')
  expect(headers.get('x-hubspot-ratelimit-remaining')).toBe('98')
  expect(headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000')
  expect(headers.get('x-hubspot-ratelimit-secondly')).toBe('10')
  expect(headers.get('x-hubspot-ratelimit-daily')).toBe('1000')
  expect(headers.get('x-hubspot-ratelimit-daily-remaining')).toBe('998')
  await clock.advance(10_000)
  expect((await get(LIST)).headers.get('x-hubspot-ratelimit-remaining')).toBe('99')
})

test('an OAuth app gets no headers about the daily limit', async () => {
  const { get, post } = setUp({ limits: {}, app: 'oauth' })
  const names = [...(await get(LIST)).headers.keys(), ...(await post(SEARCH)).headers.keys()]
  expect(names.filter((name) => name.includes('daily'))).toEqual([])
})

test('search is limited to five a second, whoever calls, and says so in a body without a policy', async () => {
  const { post, clock } = setUp({ limits: {}, token: 'one', tokens: ['other'] })
  for (let call = 0; call < 5; call++)
    expect((await post(SEARCH, {}, call % 2 ? 'one' : 'other')).status).toBe(200)
  const refused = await post(SEARCH, {}, 'other')
  expect(refused.status).toBe(429)
  expect(refused.body).toMatchObject({
    category: 'RATE_LIMITS',
    message: 'You have reached your secondly limit.',
  })
  expect(refused.body).not.toHaveProperty('policyName')
  expect(refused.headers.has('retry-after')).toBe(false)
  await clock.advance(1_000)
  expect((await post(SEARCH)).status).toBe(200)
})

test('search counts towards the daily limit but not the ten-second limit, and has no headers about the latter', async () => {
  const { get, post } = setUp({ limits: { burst: 1 } })
  const { headers } = await post(SEARCH)
  expect(headers.has('x-hubspot-ratelimit-remaining')).toBe(false)
  expect(headers.get('x-hubspot-ratelimit-daily-remaining')).toBe('624999')
  expect((await get(LIST)).status).toBe(200)
})

test('association batches have a limit of their own', async () => {
  const { get, post } = setUp({ limits: { burst: 1, associations: 3 } })
  for (let call = 0; call < 3; call++)
    expect((await post(ASSOCIATIONS, { inputs: [] })).status).toBe(200)
  const refused = await post(ASSOCIATIONS, { inputs: [] })
  expect(refused.status).toBe(429)
  expect(refused.body.policyName).toBe('TEN_SECONDLY_ROLLING')
  expect(refused.headers.has('x-hubspot-ratelimit-remaining')).toBe(false)
  expect((await get(LIST)).status).toBe(200)
})

test('each app has its own ten-second limit', async () => {
  const { get } = setUp({ limits: { burst: 1 }, token: 'one', tokens: ['other'] })
  expect((await get(LIST, 'one')).status).toBe(200)
  expect((await get(LIST, 'one')).status).toBe(429)
  expect((await get(LIST, 'other')).status).toBe(200)
})

test('the day ends at midnight in the time zone of the account', async () => {
  const { get, post, clock } = setUp({ limits: { daily: 2 } })
  await get(LIST)
  await post(SEARCH)
  const refused = await get(LIST)
  expect(refused.status).toBe(429)
  expect(refused.body).toMatchObject({
    policyName: 'DAILY',
    message: 'You have reached your daily limit.',
  })
  expect(refused.headers.get('x-hubspot-ratelimit-daily-remaining')).toBe('0')
  clock.set('2026-03-31T03:59:59.999Z')
  expect((await get(LIST)).status).toBe(429)
  clock.set('2026-03-31T04:00:00Z')
  expect((await get(LIST)).status).toBe(200)
})

test('an OAuth app has no daily limit', async () => {
  const { get } = setUp({ limits: { daily: 1 }, app: 'oauth' })
  await get(LIST)
  expect((await get(LIST)).status).toBe(200)
})

test('the usage of the day can be asked for, and when it is reset', async () => {
  const { get, post } = setUp({ limits: {} })
  await post(SEARCH)
  const { body } = await get('/account-info/2026-03/api-usage/daily/private-apps')
  expect(body.results[0]).toMatchObject({
    currentUsage: 2,
    usageLimit: 625_000,
    resetsAt: '2026-03-31T04:00:00.000Z',
  })
})

test('without limits there are neither refusals nor headers', async () => {
  const { get } = setUp({ limits: false })
  for (let call = 0; call < 300; call++) await get(LIST)
  const { status, headers } = await get(LIST)
  expect(status).toBe(200)
  expect([...headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([])
})
