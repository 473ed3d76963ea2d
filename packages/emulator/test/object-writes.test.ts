import { describe, expect, test } from 'vitest'
import { idsOf, MORNING, modifiedSince, setUp } from './harness.js'
import { newRecord } from './new-record.js'
import * as shapes from './shapes.js'

const VERSIONS = {
  v3: '/crm/v3/objects',
  '2026-03': '/crm/objects/2026-03',
  '2026-09': '/crm/objects/2026-09',
}
const CONTACTS = VERSIONS.v3.concat('/contacts')

/** The codes of the values that a refusal names. */
const codesOf = (body: { errors: { code: string; context: { propertyName: string[] } }[] }) =>
  body.errors.map(({ code, context }) => [context.propertyName[0], code])

test.each(Object.entries(VERSIONS))(
  'a record is created, changed and archived in %s',
  async (_, base) => {
    const { portal, post, patch, get, remove, clock } = setUp()
    const created = await post(`${base}/contacts`, {
      properties: { email: 'Ada@Example.com', lastname: 'Lovelace' },
    })
    expect(created.status).toBe(201)
    expect(shapes.mismatches(shapes.record, created.body)).toEqual([])
    const { id } = created.body
    expect(created.body.properties).toMatchObject({
      email: 'ada@example.com',
      lastname: 'Lovelace',
      hs_object_id: id,
    })
    await clock.advance(1_000)
    const changed = await patch(`${base}/contacts/${id}`, { properties: { lastname: 'King' } })
    expect(changed.status).toBe(200)
    expect(changed.body.properties).toMatchObject({ lastname: 'King', email: 'ada@example.com' })
    expect(Date.parse(changed.body.updatedAt)).toBe(MORNING + 1_000)
    expect(portal.record('contacts', id)).toMatchObject({ properties: { lastname: 'King' } })
    const archived = await remove(`${base}/contacts/${id}`)
    expect([archived.status, archived.text]).toEqual([204, ''])
    expect((await get(`${base}/contacts/${id}`)).status).toBe(404)
    expect((await get(`${base}/contacts/${id}?archived=true`)).body.archived).toBe(true)
  },
)

test.each(Object.entries({ ...VERSIONS, 'the other form of v3': '/crm/objects/v3' }))(
  'every type of record can be created and changed in %s',
  async (version, base) => {
    const { portal, post, patch } = setUp()
    portal.defineObject({ typeId: '2-7', name: 'pets' })
    const company = portal.create('companies', {})
    const types = [
      ...['contacts', 'companies', 'deals', 'tickets', 'products', 'line_items', 'quotes', 'leads'],
      ...['orders', 'carts', 'invoices', 'subscriptions', 'discounts', 'fees', 'taxes', 'users'],
      ...['commerce_payments', 'goal_targets', 'appointments', 'courses', 'listings', 'services'],
      ...['projects', 'p_pets', '0-1', 'company', 'calls', 'emails', 'meetings', 'notes', 'tasks'],
      ...['communications', 'postal_mail'],
    ]
    const owner = portal.createOwner({ email: 'ada@example.com' })
    for (const type of types) {
      if (version === '2026-09' && type === 'projects') continue
      const created = await post(`${base}/${type}`, newRecord(type, company))
      expect([type, created.status]).toEqual([type, 201])
      const properties = { hubspot_owner_id: owner }
      const changed = await patch(`${base}/${type}/${created.body.id}`, { properties })
      expect([type, changed.status]).toEqual([type, 200])
    }
  },
)

test('types are written where the version has it', async () => {
  const { post } = setUp()
  const refused = [
    ['v3', 'feedback_submissions', 405],
    ['v3', 'partner_clients', 405],
    ['2026-03', 'contracts', 405],
    ['2026-09', 'contracts', 201],
    ['2026-09', 'projects', 404],
  ] as const
  for (const [version, type, status] of refused) {
    const base = version === 'v3' ? '/crm/v3/objects' : `/crm/objects/${version}`
    expect([type, (await post(`${base}/${type}`, { properties: {} })).status]).toEqual([
      type,
      status,
    ])
  }
})

test('owners can not be written', async () => {
  const { post, patch, remove } = setUp()
  for (const path of ['/crm/v3/owners', '/crm/owners/2026-03'])
    expect((await post(path, { email: 'ada@example.com' })).status).toBe(405)
  expect((await patch('/crm/v3/owners/1', {})).status).toBe(405)
  expect((await remove('/crm/v3/owners/1')).status).toBe(405)
})

test('a second contact with an e-mail address is refused with the id of the first', async () => {
  const { portal, post, patch } = setUp()
  const ada = portal.create('contacts', { email: 'ada@example.com' })
  const bob = portal.create('contacts', { hs_additional_emails: 'bob@example.com;b@example.com' })
  const expected = (id: string) => ({
    status: 'error',
    message: `Contact already exists. Existing ID: ${id}`,
    category: 'CONFLICT',
  })
  const created = await post(CONTACTS, { properties: { email: 'ADA@example.com' } })
  expect(created.status).toBe(409)
  expect(created.body).toMatchObject(expected(ada))
  expect(shapes.mismatches(shapes.conflict, created.body)).toEqual([])
  const changed = await patch(`${CONTACTS}/${ada}`, { properties: { email: 'b@example.com' } })
  expect([changed.status, changed.body]).toMatchObject([409, expected(bob)])
  expect(
    (await patch(`${CONTACTS}/${ada}`, { properties: { email: 'ada@example.com' } })).status,
  ).toBe(200)
  portal.archive('contacts', ada)
  expect((await post(CONTACTS, { properties: { email: 'ada@example.com' } })).status).toBe(201)
})

test('a value of another unique property is refused as HubSpot refuses it', async () => {
  const { portal, post } = setUp()
  portal.defineProperty('deals', { name: 'order_number', type: 'string', hasUniqueValue: true })
  const first = portal.create('deals', { order_number: 'A1' })
  const { status, body } = await post('/crm/v3/objects/deals', {
    properties: { order_number: 'a1' },
  })
  expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR'])
  expect(body.message).toMatch(
    new RegExp(
      `^Cannot set PropertyValueCoordinates\\{portalId=${portal.portalId}, objectTypeId=0-3, propertyName=order_number, value=a1\\} on \\d+\\. ${first} already has that value\\.$`,
    ),
  )
})

describe('values', () => {
  const cases: [string, unknown, string | undefined][] = [
    ['unknown_thing', 'x', 'PROPERTY_DOESNT_EXIST'],
    ['hs_object_id', '1', 'READ_ONLY_VALUE'],
    ['createdate', '2026-01-01', 'READ_ONLY_VALUE'],
    ['hubspotscore', '1', 'READ_ONLY_VALUE'],
    ['email', 'nobody', 'INVALID_EMAIL'],
    ['tier', 'bronze', 'INVALID_OPTION'],
    ['tier', 'gold', undefined],
    ['tier', 'gold;silver', 'INVALID_OPTION'],
    ['hobbies', 'chess;golf', undefined],
    ['hobbies', 'chess;polo', 'INVALID_OPTION'],
    // The catalogue has a selection of the languages alone.
    ['hs_language', 'de-at', undefined],
    ['lifecyclestage', 'lead', undefined],
    ['lifecyclestage', 'nothing', 'INVALID_OPTION'],
    ['hubspot_owner_id', '12', 'INVALID_OWNER_ID'],
    ['height', '1.75', undefined],
    ['height', 1.75, undefined],
    ['height', '-3e2', undefined],
    ['height', 'tall', 'INVALID_NUMERIC'],
    ['height', ' 1', 'INVALID_NUMERIC'],
    ['born', '1815-12-10', undefined],
    ['born', '2026-02-31', 'INVALID_DATE'],
    ['born', '10.12.1815', 'INVALID_DATE'],
    ['born', '2026-03-30T15:00:00Z', 'INVALID_DATE'],
    ['seen', '2026-03-30T15:00:00.123Z', undefined],
    ['seen', MORNING, undefined],
    ['seen', 'tomorrow', 'INVALID_LONG'],
    ['friendly', true, undefined],
    ['friendly', 'perhaps', 'INVALID_OPTION'],
    ['firstname', 'x'.repeat(65_537), 'VALUE_TOO_LONG'],
    ['firstname', null, undefined],
  ]
  test.each(cases)('%s: %s → %s', async (name, value, code) => {
    const { portal, post } = setUp()
    portal.defineProperty('contacts', { name: 'height', type: 'number' })
    portal.defineProperty('contacts', { name: 'born', type: 'date' })
    portal.defineProperty('contacts', { name: 'seen', type: 'datetime' })
    portal.defineProperty('contacts', { name: 'friendly', type: 'bool' })
    const choices = { type: 'enumeration' as const, options: ['gold', 'silver', 'chess', 'golf'] }
    portal.defineProperty('contacts', { name: 'tier', ...choices })
    portal.defineProperty('contacts', { name: 'hobbies', fieldType: 'checkbox', ...choices })
    const { status, body } = await post(CONTACTS, { properties: { [name]: value } })
    if (code === undefined) {
      expect([status, body.message]).toEqual([201, undefined])
      return
    }
    expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR'])
    expect(shapes.mismatches(shapes.invalidValues, body)).toEqual([])
    expect(codesOf(body)).toEqual([[name, code]])
    const listed = JSON.parse(body.message.replace('Property values were not valid: ', ''))
    expect(listed).toMatchObject([{ isValid: false, error: code, name, portalId: portal.portalId }])
  })

  test('all values that are refused are named', async () => {
    const { post } = setUp()
    const { body } = await post(CONTACTS, {
      properties: { nothing: '1', lifecyclestage: 'xx', email: 'a@b.de' },
    })
    expect(codesOf(body)).toEqual([
      ['nothing', 'PROPERTY_DOESNT_EXIST'],
      ['lifecyclestage', 'INVALID_OPTION'],
    ])
  })

  test('dates and moments are kept in one form', async () => {
    const { portal, post } = setUp()
    portal.defineProperty('contacts', { name: 'born', type: 'date' })
    portal.defineProperty('contacts', { name: 'seen', type: 'datetime' })
    const properties = { born: String(Date.UTC(2001, 1, 3)), seen: '2026-03-30T15:00:00+02:00' }
    const { body } = await post(CONTACTS, { properties })
    expect(body.properties).toMatchObject({ born: '2001-02-03', seen: '2026-03-30T13:00:00.000Z' })
  })

  test('a semicolon in front adds to what is chosen', async () => {
    const { portal, patch } = setUp()
    const id = portal.create('contacts', { hs_buying_role: 'BLOCKER' })
    await patch(`${CONTACTS}/${id}`, { properties: { hs_buying_role: ';CHAMPION' } })
    expect(portal.record('contacts', id)!.properties.hs_buying_role).toBe('BLOCKER;CHAMPION')
  })

  test('empty text clears a property', async () => {
    const { portal, patch } = setUp()
    const id = portal.create('contacts', { firstname: 'Ada' })
    const { body } = await patch(`${CONTACTS}/${id}`, { properties: { firstname: '' } })
    expect(body.properties.firstname).toBe('')
  })

  test('choices of HubSpot are checked where the portal has all of them', async () => {
    const { portal, post } = setUp()
    const hs_pipeline_stage = portal.pipelines('tickets')[0]!.stages[0]!.id
    const properties = { hs_pipeline_stage, hs_ticket_category: 'reports' }
    const { body } = await post('/crm/v3/objects/tickets', { properties })
    expect(body.errors[0].message).toBe(
      'reports was not one of the allowed options: [PRODUCT_ISSUE, BILLING_ISSUE, FEATURE_REQUEST, GENERAL_INQUIRY]',
    )
  })

  test('a stage brings its pipeline, and must be one of it', async () => {
    const { portal, post } = setUp()
    const renewals = portal.createPipeline('deals', {
      label: 'Renewals',
      stages: [{ label: 'Due', id: 'due' }],
    })
    const deals = '/crm/v3/objects/deals'
    const due = await post(deals, { properties: { dealstage: 'due' } })
    expect(due.body.properties).toMatchObject({ pipeline: renewals, dealstage: 'due' })
    const wrong = await post(deals, { properties: { pipeline: renewals, dealstage: 'closedwon' } })
    expect([wrong.status, codesOf(wrong.body)]).toEqual([400, [['dealstage', 'INVALID_OPTION']]])
  })

  test('a type can require properties', async () => {
    const { portal, post } = setUp()
    portal.defineObject({
      typeId: '2-7',
      name: 'pets',
      properties: [{ name: 'breed', type: 'string' }],
      requiredProperties: ['breed'],
    })
    const expected = (kind: string, properties: string[]) => ({
      message: `Error creating ${kind}. Some required properties were not set.`,
      category: 'VALIDATION_ERROR',
      context: { properties },
    })
    const ticket = await post('/crm/v3/objects/tickets', { properties: { subject: 'Help' } })
    expect([ticket.status, ticket.body]).toMatchObject([
      400,
      expected('TICKET', ['hs_pipeline_stage']),
    ])
    const pet = await post('/crm/v3/objects/2-7', { properties: {} })
    expect([pet.status, pet.body]).toMatchObject([400, expected('2-7', ['breed'])])
    expect((await post('/crm/v3/objects/notes', { properties: {} })).body).toMatchObject(
      expected('NOTE', ['hs_timestamp']),
    )
  })
})

test('bodies of another form are refused', async () => {
  const { portal, post, patch } = setUp()
  const id = portal.create('contacts', {})
  const cases: [Awaited<ReturnType<typeof post>>, RegExp][] = [
    [await post(CONTACTS, {}), /Some required fields were not set: \[properties\]/],
    [await post(CONTACTS, []), /Cannot deserialize value/],
    [await post(CONTACTS, { properties: 'x' }), /Cannot deserialize value/],
    [await post(CONTACTS, { properties: { firstname: ['Ada'] } }), /from Array value/],
    [await patch(`${CONTACTS}/${id}`, { properties: {} }), /No properties found to update/],
  ]
  for (const [{ status, body }, message] of cases) {
    expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR'])
    expect(body.message).toMatch(message)
  }
})

test('a record is changed by the value of a unique property', async () => {
  const { portal, patch } = setUp()
  const id = portal.create('contacts', { email: 'ada@example.com' })
  const path = `${CONTACTS}/Ada%40example.com?idProperty=email`
  expect((await patch(path, { properties: { city: 'London' } })).body.id).toBe(id)
  expect(portal.record('contacts', id)!.properties.city).toBe('London')
  const wrong = await patch(`${CONTACTS}/London?idProperty=city`, { properties: { city: 'Rome' } })
  expect([wrong.status, wrong.body.message]).toEqual([
    400,
    'Unable to perform update/upsert by non-unique 0-1 property city',
  ])
  expect(
    (await patch(`${CONTACTS}/x?idProperty=email`, { properties: { city: 'x' } })).status,
  ).toBe(404)
})

test('the id of a merged record leads to the record that it is in', async () => {
  const { portal, patch } = setUp()
  const [one, other] = portal.createMany('contacts', 2, () => ({})) as [string, string]
  const winner = portal.merge('contacts', one, other)
  expect((await patch(`${CONTACTS}/${one}`, { properties: { city: 'London' } })).body.id).toBe(
    winner,
  )
})

test('what is not there is not found, and archiving it changes nothing', async () => {
  const { portal, patch, remove } = setUp()
  const gone = portal.create('contacts', {})
  portal.archive('contacts', gone)
  for (const id of ['7', 'seven', gone]) {
    const changed = await patch(`${CONTACTS}/${id}`, { properties: { city: 'London' } })
    expect([changed.status, changed.body.category]).toEqual([404, 'OBJECT_NOT_FOUND'])
  }
  for (const id of ['7', gone]) expect((await remove(`${CONTACTS}/${id}`)).status).toBe(204)
  expect((await remove(`${CONTACTS}/seven`)).status).toBe(404)
})

test('a new record is associated with others in the same call', async () => {
  const { portal, post } = setUp()
  const company = portal.create('companies', {})
  const to = (associationTypeId: number, id = company) => ({
    properties: {},
    associations: [
      { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] },
    ],
  })
  const { status, body } = await post(CONTACTS, to(1))
  expect(status).toBe(201)
  expect(
    [...portal.associations('contacts', 'companies')].map((row) => [row.fromId, row.typeId]),
  ).toEqual([
    [body.id, 279],
    [body.id, 1],
  ])
  const wrongEnd = await post(CONTACTS, to(279, '42'))
  expect([wrongEnd.status, wrongEnd.body]).toMatchObject([
    400,
    {
      message: 'One or more associations are invalid',
      category: 'VALIDATION_ERROR',
      context: {
        INVALID_OBJECT_IDS: ['COMPANY=42 is not valid'],
        objectId: ['42'],
        objectType: ['COMPANY'],
      },
    },
  ])
  const wrongType = await post(CONTACTS, to(9_999))
  expect(wrongType.body.context).toEqual({
    associationSpec: ['HUBSPOT_DEFINED=9999'],
    INVALID_ASSOCIATION_TYPE_ID: ['HUBSPOT_DEFINED=9999 is not a valid association definition'],
  })
  expect(portal.count('contacts')).toBe(1)
})

test('search learns of a write late, and other reads at once', async () => {
  const { post, get, clock } = setUp({ searchLag: { min: 5_000, max: 5_000 } })
  const { id } = (await post(CONTACTS, { properties: { city: 'London' } })).body
  expect(idsOf(await get(CONTACTS))).toEqual([id])
  const search = () => post(`${CONTACTS}/search`, modifiedSince(MORNING))
  expect(idsOf(await search())).toEqual([])
  await clock.advance(5_000)
  expect(idsOf(await search())).toEqual([id])
})

test('subscribers get an event for each write', async () => {
  const { portal, post, patch, remove } = setUp()
  const webhooks = portal.webhooks({ url: 'https://app.example.com/hooks', clientSecret: 'secret' })
  const { id } = (await post(CONTACTS, { properties: { city: 'London' } })).body
  await patch(`${CONTACTS}/${id}`, { properties: { city: 'Rome' } })
  await remove(`${CONTACTS}/${id}`)
  expect(
    webhooks.pending.map(({ subscriptionType, propertyValue }) => [
      subscriptionType,
      propertyValue,
    ]),
  ).toEqual([
    ['contact.creation', undefined],
    ['contact.propertyChange', 'Rome'],
    ['contact.deletion', undefined],
  ])
})

test('a write is told of in the history', async () => {
  const { post, patch, get, clock } = setUp()
  const { id } = (await post(CONTACTS, { properties: { city: 'London' } })).body
  await clock.advance(1_000)
  await patch(`${CONTACTS}/${id}`, { properties: { city: 'Rome' } })
  const { body } = await get(`${CONTACTS}/${id}?propertiesWithHistory=city`)
  expect(body.propertiesWithHistory.city).toMatchObject([
    { value: 'Rome', sourceType: 'API', timestamp: new Date(MORNING + 1_000).toISOString() },
    { value: 'London', sourceType: 'API', timestamp: new Date(MORNING).toISOString() },
  ])
})

test('writing needs the scope to write', async () => {
  const { portal, get, post, patch, remove } = setUp()
  const id = portal.create('contacts', {})
  portal.addToken('reader', { scopes: ['crm.objects.contacts.read'] })
  portal.addToken('writer', { scopes: ['crm.objects.contacts.write'] })
  const body = { properties: { city: 'London' } }
  for (const refused of [
    await post(CONTACTS, body, 'reader'),
    await patch(`${CONTACTS}/${id}`, body, 'reader'),
    await remove(`${CONTACTS}/${id}`, 'reader'),
  ]) {
    expect(refused.status).toBe(403)
    expect(refused.body.errors[0].context.requiredGranularScopes).toEqual([
      'crm.objects.contacts.write',
    ])
  }
  expect((await post(CONTACTS, body, 'writer')).status).toBe(201)
  expect((await get(CONTACTS, 'writer')).status).toBe(403)
})

test('writes count towards the limits, and meet faults before they change anything', async () => {
  const { portal, post } = setUp({ limits: { burst: 2 } })
  portal.fault({ kind: 'error', method: 'POST' })
  const statuses = []
  for (let call = 0; call < 3; call++)
    statuses.push((await post(CONTACTS, { properties: {} })).status)
  expect(statuses).toEqual([500, 201, 429])
  expect(portal.count('contacts')).toBe(1)
})

test('a fault that spoils a reply comes after the write', async () => {
  const { portal, post } = setUp()
  portal.fault({ kind: 'truncated', method: 'POST' })
  await expect(post(CONTACTS, { properties: { city: 'London' } })).rejects.toThrow()
  expect([...portal.records('contacts')]).toMatchObject([{ properties: { city: 'London' } }])
})

test('a fault about one record does not write it twice', async () => {
  const { portal, patch } = setUp()
  const [one, other] = portal.createMany('contacts', 2, () => ({})) as [string, string]
  const webhooks = portal.webhooks({ url: 'https://app.example.com/hooks', clientSecret: 'secret' })
  portal.fault({ kind: 'error', holding: [one], times: Number.POSITIVE_INFINITY })
  const body = { properties: { city: 'London' } }
  expect((await patch(`${CONTACTS}/${one}`, body)).status).toBe(500)
  expect((await patch(`${CONTACTS}/${other}`, body)).status).toBe(200)
  expect(webhooks.pending).toHaveLength(1)
})
