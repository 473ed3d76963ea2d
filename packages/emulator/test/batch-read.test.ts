import { expect, test } from 'vitest'
import { ascending, idsOf, setUp } from './harness.js'

const BATCH = '/crm/v3/objects/contacts/batch/read'
const inputs = (ids: readonly (string | number)[]) => ids.map((id) => ({ id: String(id) }))

test('a batch returns the records asked for, with the properties asked for, in an order of its own', async () => {
  const { portal, post } = setUp()
  const ids = portal.createMany('contacts', 50, (index) => ({ phone: index }))
  const answer = await post(BATCH, { inputs: inputs(ids), properties: ['phone', 'nonsense'] })
  expect(answer.status).toBe(200)
  expect(ascending(idsOf(answer))).toEqual(ids)
  expect(idsOf(answer)).not.toEqual(ids)
  expect(Object.keys(answer.body.results[0].properties)).toEqual([
    'createdate',
    'hs_object_id',
    'lastmodifieddate',
    'phone',
  ])
})

test('a hundred inputs are the maximum, and fifty with history', async () => {
  const { portal, post } = setUp()
  const ids = portal.createMany('contacts', 101, () => ({}))
  expect((await post(BATCH, { inputs: inputs(ids.slice(0, 100)) })).status).toBe(200)
  expect((await post(BATCH, { inputs: inputs(ids) })).status).toBe(400)
  const history = (count: number) =>
    post(BATCH, { inputs: inputs(ids.slice(0, count)), propertiesWithHistory: ['phone'] })
  expect((await history(51)).status).toBe(400)
  expect((await history(50)).body.results[0]).toHaveProperty('propertiesWithHistory.phone', [])
})

test('missing ids are in errors, with 207 before version 2026-09 and 200 since', async () => {
  const { portal, post } = setUp()
  const id = portal.create('contacts', {})
  const body = { inputs: inputs([id, 7, 8]) }
  const old = await post('/crm/objects/2026-03/contacts/batch/read', body)
  expect(old.status).toBe(207)
  expect(idsOf(old)).toEqual([id])
  expect(old.body.numErrors).toBe(1)
  expect(old.body.errors[0].context.ids).toEqual(['7', '8'])
  expect(old.body.errors[0].message).toContain('Could not get some CONTACT objects')
  const current = await post('/crm/objects/2026-09/contacts/batch/read', body)
  expect(current.status).toBe(200)
  expect(current.body).toEqual(old.body)
})

test('without missing ids there are no errors to read', async () => {
  const { portal, post } = setUp()
  const answer = await post(BATCH, { inputs: inputs([portal.create('contacts', {})]) })
  expect(answer.body).not.toHaveProperty('errors')
  expect(answer.body).not.toHaveProperty('numErrors')
})

test('archived records are only returned with archived=true', async () => {
  const { portal, post } = setUp()
  const [kept, binned] = portal.createMany('contacts', 2, () => ({}))
  portal.archive('contacts', binned!)
  const body = { inputs: inputs([kept!, binned!]) }
  expect(idsOf(await post(BATCH, body))).toEqual([kept])
  const bin = await post(`${BATCH}?archived=true`, body)
  expect(idsOf(bin)).toEqual([binned])
  expect(bin.body.results[0]).toMatchObject({
    archived: true,
    archivedAt: '2026-03-30T12:00:00.000Z',
  })
})

test('an id given twice is refused', async () => {
  const { portal, post } = setUp()
  const id = portal.create('contacts', {})
  const refused = await post(BATCH, { inputs: inputs([id, id]) })
  expect(refused.status).toBe(400)
  expect(refused.body).toMatchObject({ category: 'VALIDATION_ERROR', context: { ids: [id] } })
})

test('a unique property can replace the id, another cannot', async () => {
  const { portal, post } = setUp()
  const id = portal.create('contacts', { email: 'ada@example.com' })
  const found = await post(BATCH, {
    inputs: inputs(['Ada@example.com', 'no@example.com']),
    idProperty: 'email',
  })
  expect(idsOf(found)).toEqual([id])
  expect(found.body.errors[0].context.ids).toEqual(['no@example.com'])
  expect((await post(BATCH, { inputs: inputs(['Ada']), idProperty: 'firstname' })).status).toBe(400)
})

test('a batch sees changes that search does not see yet', async () => {
  const { portal, post } = setUp({ searchLag: { min: 60_000, max: 60_000 } })
  const id = portal.create('contacts', { firstname: 'Ada' })
  const search = await post('/crm/v3/objects/contacts/search', {})
  expect(search.body.results).toEqual([])
  expect(idsOf(await post(BATCH, { inputs: inputs([id]) }))).toEqual([id])
})

test('bodies that are not a JSON object with inputs are refused', async () => {
  const { post, portal } = setUp()
  expect((await post(BATCH, {})).status).toBe(400)
  expect((await post(BATCH, { inputs: [{}] })).status).toBe(400)
  const broken = await portal.fetch(
    new Request(`https://api.hubapi.com${BATCH}`, {
      method: 'POST',
      body: '{',
      headers: { authorization: `Bearer ${portal.token}`, 'content-type': 'application/json' },
    }),
  )
  expect(broken.status).toBe(400)
})

test('properties that are a text are refused', async () => {
  const { portal, post } = setUp()
  const asked = [{ id: portal.create('contacts', {}) }]
  for (const body of [{ properties: 'email' }, { propertiesWithHistory: 'email' }]) {
    const refused = await post(BATCH, { inputs: asked, ...body })
    expect(refused.status).toBe(400)
    expect(refused.body.category).toBe('VALIDATION_ERROR')
  }
})
