import { expect, test } from 'vitest'
import { type Harness, setUp } from './harness.js'
import * as shapes from './shapes.js'

const { mismatches } = shapes

/** A portal with data of every kind. */
const furnished = (): Harness => {
  const harness = setUp({ limits: {}, associationPageSize: 2 })
  const { portal } = harness
  portal.defineObject({
    typeId: '2-1234567',
    name: 'pets',
    properties: [{ name: 'breed', type: 'string' }],
    associatedObjects: ['contacts'],
  })
  portal.defineProperty('contacts', { name: 'tier', type: 'enumeration', options: ['gold'] })
  for (const email of ['ada@example.com', 'bob@example.com']) portal.createOwner({ email })
  for (const type of ['contacts', 'companies', 'deals', 'tickets', 'pets']) {
    portal.createMany(type, 12, () => ({}))
    portal.archive(type, portal.create(type, {}))
  }
  const contact = first(harness, 'contacts')
  for (const { id } of [...portal.records('companies')].slice(0, 3))
    portal.associate('contacts', contact, 'companies', id, { primary: true })
  return harness
}

const first = ({ portal }: Harness, type: string): string => portal.records(type).next().value!.id

test.each(['contacts', 'companies', 'deals', 'tickets', '2-1234567'])(
  'a page of %s has the keys and types of a recorded one',
  async (type) => {
    const { get } = furnished()
    const page = await get(`/crm/v3/objects/${type}`)
    expect(page.body).toHaveProperty('paging')
    expect(mismatches(shapes.list(shapes.record), page.body)).toEqual([])
    expect(page.body.results).toHaveLength(10)
    const bin = await get(`/crm/v3/objects/${type}?archived=true`)
    expect(bin.body.results).toHaveLength(1)
    expect(mismatches(shapes.list(shapes.archivedRecord), bin.body)).toEqual([])
  },
)

test('a page with histories or associations has theirs in addition', async () => {
  const { get, portal } = furnished()
  const id = portal.records('contacts').next().value!.id
  const history = await get(
    '/crm/v3/objects/contacts?propertiesWithHistory=associatedcompanyid,phone',
  )
  expect(mismatches(shapes.list(shapes.recordWithHistory), history.body)).toEqual([])
  expect(history.body.results[0].propertiesWithHistory.associatedcompanyid).toHaveLength(3)
  const record = await get(`/crm/v3/objects/contacts/${id}?associations=companies`)
  expect(mismatches(shapes.recordWithAssociations, record.body)).toEqual([])
})

test('a search has the keys and types of a recorded one, with results and without', async () => {
  const { post } = furnished()
  for (const type of ['contacts', 'companies', 'deals', '2-1234567']) {
    const found = await post(`/crm/v3/objects/${type}/search`, { limit: 5 })
    expect(found.body.results).toHaveLength(5)
    expect(mismatches(shapes.search, found.body)).toEqual([])
  }
  const none = await post('/crm/v3/objects/contacts/search', { query: 'nobody' })
  expect(none.body).toEqual({ total: 0, results: [] })
})

test('a batch has the keys and types of a recorded one, complete and partial', async () => {
  const harness = furnished()
  const id = first(harness, 'contacts')
  const path = '/crm/v3/objects/contacts/batch/read'
  const complete = await harness.post(path, { inputs: [{ id }] })
  expect(mismatches(shapes.batchRead, complete.body)).toEqual([])
  const partial = await harness.post(path, { inputs: [{ id }, { id: '7' }] })
  expect(mismatches(shapes.batchReadWithMissing, partial.body)).toEqual([])
})

test('associations have the keys and types of recorded ones, their errors and pages included', async () => {
  const harness = furnished()
  const id = first(harness, 'contacts')
  const path = '/crm/v4/associations/contacts/companies/batch/read'
  const complete = await harness.post(path, { inputs: [{ id }] })
  expect(complete.body.results[0]).toHaveProperty('paging')
  expect(mismatches(shapes.associations, complete.body)).toEqual([])
  const empty = await harness.post(path, { inputs: [{ id }, { id: '7' }] })
  expect(mismatches(shapes.associationsWithErrors(shapes.noAssociations), empty.body)).toEqual([])
  const invalid = await harness.post(path, { inputs: [{ id }, { id: 'x' }] })
  expect(mismatches(shapes.associationsWithErrors(shapes.invalidIdentifier), invalid.body)).toEqual(
    [],
  )
  const one = await harness.get(`/crm/v4/objects/contacts/${id}/associations/companies?limit=2`)
  expect(mismatches(shapes.recordAssociations, one.body)).toEqual([])
  const labels = await harness.get('/crm/v4/associations/contacts/contacts/labels')
  expect(mismatches(shapes.labels, labels.body)).toEqual([])
})

test.each(['contacts', 'companies', 'deals', 'tickets', '2-1234567'])(
  'the properties of %s have the keys and types of recorded ones',
  async (type) => {
    const { get } = furnished()
    const { body } = await get(`/crm/v3/properties/${type}`)
    expect(body.results.length).toBeGreaterThan(10)
    expect(mismatches({ results: [shapes.property] }, body)).toEqual([])
  },
)

test('HubSpot’s own properties and custom ones differ in the keys that they have', async () => {
  const { get } = furnished()
  const own = Object.keys((await get('/crm/v3/properties/contacts/email')).body)
  const custom = Object.keys((await get('/crm/v3/properties/contacts/tier')).body)
  expect(own).toContain('hubspotDefined')
  expect(own).not.toContain('archived')
  expect(custom).not.toContain('hubspotDefined')
  expect(custom).toEqual(expect.arrayContaining(['archived', 'createdUserId', 'updatedUserId']))
  const merged = (await get('/crm/v3/properties/contacts/hs_merged_object_ids')).body
  expect(merged.createdAt).toBe('1970-01-01T00:00:00Z')
  const id = (await get('/crm/v3/properties/contacts/hs_object_id')).body
  expect(id).not.toHaveProperty('createdAt')
})

/** The keys of every recorded definition, in their order. The others are only on some. */
const ALWAYS = [
  ...['updatedAt', 'createdAt', 'name', 'label', 'type', 'fieldType', 'description', 'groupName'],
  ...['options', 'displayOrder', 'calculated', 'externalOptions', 'hasUniqueValue', 'hidden'],
  ...['hubspotDefined', 'modificationMetadata', 'formField', 'dataSensitivity'],
]
const OWN = ['createdUserId', 'updatedUserId', 'archived']

test.each([
  ['contacts/email', ALWAYS],
  ['contacts/hs_object_id', ALWAYS.filter((key) => !key.endsWith('At'))],
  ['contacts/hs_object_source', ALWAYS.filter((key) => !key.endsWith('At'))],
  ['contacts/tier', [...ALWAYS.filter((key) => key !== 'hubspotDefined'), ...OWN]],
  ['contacts/hubspot_owner_id', [...ALWAYS, 'referencedObjectType']],
  ['companies/annualrevenue', [...ALWAYS, 'showCurrencySymbol']],
  ['companies/hs_calculated_phone_number', [...ALWAYS, 'calculationFormula']],
  ['companies/hs_v2_time_in_current_stage', [...ALWAYS, 'calculationFormula', 'dateDisplayHint']],
])('the definition %s has just the keys of the recorded one', async (path, keys) => {
  const { get } = furnished()
  const { body } = await get(`/crm/v3/properties/${path}`)
  expect(Object.keys(body).sort()).toEqual([...keys].sort())
})

test.each([
  ['contacts/hs_lead_status', ['description', 'displayOrder', 'hidden', 'label', 'value']],
  ['contacts/lifecyclestage', ['displayOrder', 'hidden', 'label', 'value']],
  ['contacts/hs_email_optout', ['displayOrder', 'hidden', 'label', 'value']],
])('the choices of %s have just the keys of recorded ones', async (path, keys) => {
  const { get } = furnished()
  const { options } = (await get(`/crm/v3/properties/${path}`)).body
  expect(options.length).toBeGreaterThan(1)
  for (const option of options) expect(Object.keys(option).sort()).toEqual(keys)
})

/** Recorded kinds: type, field type, and what is told of calculation and of choices. */
test.each([
  ['contacts/days_to_close', ['number', 'number', true, false]],
  ['contacts/hubspotscore', ['number', 'calculation_score', false, false]],
  ['contacts/hs_is_unworked', ['bool', 'calculation_equation', false, false]],
  ['contacts/num_associated_deals', ['number', 'calculation_rollup', false, false]],
  ['contacts/hs_is_contact', ['bool', 'calculation_read_time', true, false]],
  ['contacts/recent_deal_amount', ['number', 'number', false, false]],
  ['companies/recent_deal_amount', ['number', 'number', true, false]],
  ['companies/hs_time_in_customer', ['number', 'calculation_read_time', false, false]],
  ['companies/hs_v2_cumulative_time_in_customer', ['number', 'number', false, false]],
  ['companies/hs_v2_time_in_current_stage', ['datetime', 'calculation_equation', true, false]],
  ['companies/hs_pipeline', ['enumeration', 'select', false, true]],
  ['companies/hubspot_team_id', ['enumeration', 'select', false, true]],
  ['companies/hs_additional_domains', ['enumeration', 'checkbox', false, false]],
  ['contacts/hs_searchable_calculated_phone_number', ['phone_number', 'phonenumber', true, false]],
])('%s is of the recorded kind', async (path, kind) => {
  const { get } = furnished()
  const { type, fieldType, calculated, externalOptions } = (await get(`/crm/v3/properties/${path}`))
    .body
  expect([type, fieldType, calculated, externalOptions]).toEqual(kind)
})

test('an owner, a pipeline and a stage have just the keys of recorded ones, in their order', async () => {
  const { get } = furnished()
  const [owner] = (await get('/crm/v3/owners')).body.results
  expect(Object.keys(owner)).toEqual([
    ...['id', 'email', 'type', 'firstName', 'lastName', 'userId', 'userIdIncludingInactive'],
    ...['createdAt', 'updatedAt', 'archived'],
  ])
  const [pipeline] = (await get('/crm/v3/pipelines/deals')).body.results
  expect(Object.keys(pipeline)).toEqual([
    ...['label', 'displayOrder', 'id', 'stages', 'createdAt', 'updatedAt', 'archived'],
  ])
  for (const stage of pipeline.stages) {
    expect(Object.keys(stage)).toEqual([
      ...['label', 'displayOrder', 'metadata', 'id', 'createdAt', 'updatedAt'],
      ...['writePermissions', 'archived'],
    ])
    expect(Object.keys(stage.metadata)).toEqual(['isClosed', 'probability'])
  }
})

test('owners, pipelines, schemas and the account have the keys and types of recorded ones', async () => {
  const { get } = furnished()
  const expected: [string, shapes.Shape][] = [
    ['/crm/v3/owners?limit=1', shapes.list(shapes.owner)],
    ['/crm/v3/pipelines/deals', { results: [shapes.pipeline] }],
    ['/crm/v3/schemas', { results: [shapes.customObject] }],
    ['/account-info/v3/details', shapes.account],
    ['/account-info/v3/api-usage/daily/private-apps', shapes.usage],
  ]
  for (const [path, shape] of expected) {
    const { body } = await get(path)
    expect(body.results ?? [body]).not.toEqual([])
    expect(mismatches(shape, body)).toEqual([])
  }
})

test('errors have the keys and types of recorded ones', async () => {
  const { portal, get, post } = furnished()
  portal.addToken('old', { expiresAt: 0 })
  portal.addToken('narrow', { scopes: [] })
  const list = '/crm/v3/objects/contacts'
  const duplicated = { inputs: [{ id: '7' }, { id: '7' }] }
  const expected: [number, shapes.Shape, Awaited<ReturnType<typeof get>>][] = [
    [400, shapes.unknownObjectType, await get('/crm/v3/objects/butterflies')],
    [400, shapes.duplicateIds, await post(`${list}/batch/read`, duplicated)],
    [401, shapes.expiredToken, await get(list, 'old')],
    [401, shapes.unknownToken, await get(list, 'nobody')],
    [403, shapes.missingScopes, await get(list, 'narrow')],
    [404, shapes.notFound, await get(`${list}/7`)],
  ]
  portal.fault({ kind: 'burst' })
  expected.push([429, shapes.burstLimit, await get(list)])
  portal.fault({ kind: 'daily' })
  expected.push([429, shapes.dailyLimit, await get(list)])
  portal.fault({ kind: 'secondly' })
  expected.push([429, shapes.searchLimit, await post(`${list}/search`)])
  portal.fault({ kind: 'error' })
  expected.push([500, shapes.internalError, await get(list)])
  for (const [status, shape, answer] of expected) {
    expect(answer.status).toBe(status)
    expect(mismatches(shape, answer.body)).toEqual([])
  }
})

test('headers are those of recorded replies, by endpoint and kind of app', async () => {
  const sorted = (...lists: string[][]) => lists.flat().sort()
  const { COMMON_HEADERS, BURST_HEADERS, DAILY_HEADERS } = shapes
  for (const app of ['private', 'oauth'] as const) {
    const { get, post } = setUp({ limits: {}, app })
    const daily = app === 'private' ? DAILY_HEADERS : []
    const list = await get('/crm/v3/objects/contacts')
    expect([...list.headers.keys()].sort()).toEqual(sorted(COMMON_HEADERS, BURST_HEADERS, daily))
    const search = await post('/crm/v3/objects/contacts/search')
    expect([...search.headers.keys()].sort()).toEqual(sorted(COMMON_HEADERS, daily))
  }
})

test('the comparison finds keys that are missing or too many and values of another type', () => {
  const shape: shapes.Shape = { id: 'id', 'note?': 'string|null', list: [{ at: 'isoDate' }] }
  expect(mismatches(shape, { id: '1', list: [{ at: '2026-01-01T00:00:00.000Z' }] })).toEqual([])
  expect(mismatches(shape, { id: 1, note: 2, list: [{ at: 'x' }], more: 1 })).toEqual([
    '$.id: expected id, got 1',
    '$.note: expected string|null, got 2',
    '$.list[0].at: expected isoDate, got "x"',
    '$.more: unexpected',
  ])
  expect(mismatches(shape, { list: {} })).toEqual([
    '$.id: missing',
    '$.list: expected a list, got {}',
  ])
})
