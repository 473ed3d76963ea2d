import { describe, expect, test } from 'vitest'
import { setUp } from './harness.js'
import * as shapes from './shapes.js'

const BASES = ['/crm/v3/objects', '/crm/objects/2026-03', '/crm/objects/2026-09']
const CONTACTS = '/crm/v3/objects/contacts/batch'

const people = (...names: string[]) =>
  names.map((name) => ({ properties: { email: `${name}@example.com`, firstname: name } }))

describe.each(BASES)('under %s', (base) => {
  /** From 2026-09 on there is no status of its own for a reply with errors. */
  const partial = (full: number) => (base.includes('2026-09') ? full : 207)

  test('records are created, changed and archived in batches', async () => {
    const { portal, post } = setUp()
    const created = await post(`${base}/contacts/batch/create`, { inputs: people('ada', 'bob') })
    expect(created.status).toBe(201)
    expect(shapes.mismatches(shapes.batchRead, created.body)).toEqual([])
    const ids = created.body.results.map(({ id }: { id: string }) => id)
    const changes = ids.map((id: string) => ({ id, properties: { city: 'London' } }))
    const changed = await post(`${base}/contacts/batch/update`, { inputs: changes })
    expect(changed.status).toBe(200)
    expect(changed.body.results.map((one: { properties: object }) => one.properties)).toMatchObject(
      [{ city: 'London' }, { city: 'London' }],
    )
    const archived = await post(`${base}/contacts/batch/archive`, {
      inputs: [...ids, '7'].map((id) => ({ id })),
    })
    expect([archived.status, archived.text]).toEqual([204, ''])
    expect(portal.count('contacts', { archived: true })).toBe(2)
  })

  test('ids that are not there are errors of the batch, and the others are changed', async () => {
    const { portal, post } = setUp()
    const id = portal.create('contacts', {})
    const properties = { city: 'London' }
    const { status, body } = await post(`${base}/contacts/batch/update`, {
      inputs: [id, '7', '8'].map((one) => ({ id: one, properties })),
    })
    expect(status).toBe(partial(200))
    expect(shapes.mismatches(shapes.batchReadWithMissing, body)).toEqual([])
    expect(body).toMatchObject({ numErrors: 1, errors: [{ context: { ids: ['7', '8'] } }] })
    expect(portal.record('contacts', id)!.properties.city).toBe('London')
  })

  test('inputs with trace ids succeed and fail one by one', async () => {
    const { portal, post } = setUp()
    const taken = portal.create('contacts', { email: 'bob@example.com' })
    const inputs = [
      ...people('ada', 'bob'),
      { properties: { nothing: 'x' } },
      { properties: { email: 'ADA@example.com' } },
    ].map((input, index) => ({ ...input, objectWriteTraceId: `trace ${index}` }))
    const { status, body } = await post(`${base}/contacts/batch/create`, { inputs })
    expect(status).toBe(partial(201))
    expect(body.results).toMatchObject([
      { objectWriteTraceId: 'trace 0', properties: { firstname: 'ada' } },
    ])
    expect(body.numErrors).toBe(3)
    expect(body.errors).toMatchObject([
      {
        status: 'error',
        category: 'CONFLICT',
        message: `Contact already exists. Existing ID: ${taken}`,
        context: { objectWriteTraceId: ['trace 1'] },
      },
      { category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['trace 2'] } },
      { category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['trace 3'] } },
    ])
    expect(portal.count('contacts')).toBe(2)
  })

  test('an upsert changes what it finds, and creates the rest', async () => {
    const { portal, post } = setUp()
    const ada = portal.create('contacts', { email: 'ada@example.com' })
    const inputs = ['Ada@example.com', 'bob@example.com'].map((id) => ({
      id,
      idProperty: 'email',
      properties: { city: 'London' },
    }))
    const { status, body } = await post(`${base}/contacts/batch/upsert`, { inputs })
    expect(status).toBe(200)
    expect(body.results).toMatchObject([
      { id: ada, new: false, properties: { city: 'London', email: 'ada@example.com' } },
      { new: true, properties: { city: 'London', email: 'bob@example.com' } },
    ])
    expect(portal.count('contacts')).toBe(2)
  })
})

test('without trace ids one refused input is the answer to all, and nothing is written', async () => {
  const { portal, post } = setUp()
  const taken = portal.create('contacts', { email: 'bob@example.com' })
  const created = await post(`${CONTACTS}/create`, { inputs: people('ada', 'bob') })
  expect(created.status).toBe(409)
  expect(created.body.message).toBe(`Contact already exists. Existing ID: ${taken}`)
  const inputs = [...people('ada'), { properties: { nothing: 'x' } }]
  expect((await post(`${CONTACTS}/create`, { inputs })).status).toBe(400)
  expect((await post(`${CONTACTS}/create`, { inputs: people('eve', 'eve') })).status).toBe(400)
  expect(portal.count('contacts')).toBe(1)
})

test('a batch has up to 100 inputs, each id once', async () => {
  const { post } = setUp()
  const many = Array.from({ length: 101 }, () => ({ properties: {} }))
  const twice = ['7', '7'].map((id) => ({ id, properties: { city: 'London' } }))
  const answers = [
    await post(`${CONTACTS}/create`, { inputs: many }),
    await post(`${CONTACTS}/create`, { inputs: [] }),
    await post(`${CONTACTS}/create`, {}),
    await post(`${CONTACTS}/update`, { inputs: twice }),
    await post(`${CONTACTS}/update`, { inputs: [{ properties: {} }] }),
  ]
  expect(answers.map(({ status, body }) => [status, body.category])).toEqual(
    answers.map(() => [400, 'VALIDATION_ERROR']),
  )
  expect(answers[3]!.body.message).toBe(
    'Duplicate IDs found in batch input: [7]. IDs must be unique',
  )
})

test('a batch does not take the ids of merged records, as single changes do', async () => {
  const { portal, post } = setUp()
  const [one, other] = portal.createMany('contacts', 2, () => ({})) as [string, string]
  portal.merge('contacts', one, other)
  const inputs = [{ id: one, properties: { city: 'London' } }]
  const { status, body } = await post(`${CONTACTS}/update`, { inputs })
  expect([status, body.results, body.numErrors]).toEqual([207, [], 1])
})

test('records are upserted and changed by unique properties alone', async () => {
  const { portal, post } = setUp()
  portal.defineProperty('companies', { name: 'vat', type: 'string', hasUniqueValue: true })
  const upsert = (idProperty: string, id: string) =>
    post('/crm/v3/objects/companies/batch/upsert', {
      inputs: [{ id, idProperty, properties: { name: 'Engines' } }],
    })
  const refused = await upsert('domain', 'example.com')
  expect([refused.status, refused.body.message]).toEqual([
    400,
    'Unable to perform update/upsert by non-unique 0-2 property domain',
  ])
  const { body } = await upsert('vat', 'GB1')
  expect(body.results).toMatchObject([{ new: true, properties: { vat: 'GB1', name: 'Engines' } }])
  const changed = await post('/crm/v3/objects/companies/batch/update', {
    inputs: [{ id: 'GB1', idProperty: 'vat', properties: { name: 'Analytical Engines' } }],
  })
  expect(changed.body.results).toMatchObject([{ id: body.results[0].id }])
})

test('batches need the scope to write', async () => {
  const { portal, post } = setUp()
  portal.addToken('reader', { scopes: ['crm.objects.contacts.read'] })
  for (const verb of ['create', 'update', 'upsert', 'archive'])
    expect((await post(`${CONTACTS}/${verb}`, { inputs: [] }, 'reader')).status).toBe(403)
})
