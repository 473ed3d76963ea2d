import { expect, test } from 'vitest'
import { setUp } from './harness.js'
import * as shapes from './shapes.js'

const { mismatches } = shapes
const PROPERTIES = '/crm/properties/2026-03/contacts'

interface Definition {
  name: string
  calculated: boolean
  fieldType: string
}

const names = (answer: { body: { results: Definition[] } }): string[] =>
  answer.body.results.map(({ name }) => name)

test('most of what HubSpot computes does not say so by its flag', async () => {
  const { get } = setUp()
  const types = ['contacts', 'companies', 'deals', 'tickets', 'line_items']
  const replies = await Promise.all(types.map((type) => get(`/crm/v3/properties/${type}`)))
  const computed = replies
    .flatMap(({ body }) => body.results as Definition[])
    .filter(({ fieldType }) => fieldType.startsWith('calculation'))
  expect(computed.some(({ calculated }) => calculated)).toBe(true)
  expect(computed.some(({ calculated }) => !calculated)).toBe(true)
  const kinds = new Set(computed.map(({ fieldType }) => fieldType))
  expect([...kinds].sort()).toEqual([
    'calculation_equation',
    'calculation_read_time',
    'calculation_rollup',
    'calculation_score',
  ])
})

test('a list has one level of sensitivity at a time', async () => {
  const { portal, get } = setUp()
  const define = (name: string, dataSensitivity: 'sensitive' | 'highly_sensitive') =>
    portal.defineProperty('contacts', {
      ...{ name, type: 'string', dataSensitivity },
      sensitiveDataCategories: ['HEALTH'],
    })
  define('allergies', 'sensitive')
  define('diagnosis', 'highly_sensitive')
  expect(names(await get(PROPERTIES))).not.toContain('allergies')
  const sensitive = await get(`${PROPERTIES}?dataSensitivity=sensitive`)
  expect(names(sensitive)).toEqual(['allergies'])
  expect(mismatches({ results: [shapes.sensitiveProperty] }, sensitive.body)).toEqual([])
  const highly = await get(`${PROPERTIES}?dataSensitivity=highly_sensitive`)
  expect(names(highly)).toEqual(['diagnosis'])
  expect((await get(`${PROPERTIES}?dataSensitivity=secret`)).status).toBe(400)
  expect((await get(`${PROPERTIES}/allergies`)).status).toBe(404)
  expect((await get(`${PROPERTIES}/allergies?dataSensitivity=sensitive`)).status).toBe(200)
})

test('values of a sensitive property are left out for a token without its scope', async () => {
  const { portal, get, post } = setUp()
  portal.defineProperty('contacts', {
    ...{ name: 'allergies', type: 'string', dataSensitivity: 'sensitive' },
  })
  const id = portal.create('contacts', { allergies: 'Nuts' })
  const read = 'crm.objects.contacts.read'
  portal.addToken('narrow', { scopes: [read] })
  portal.addToken('wide', { scopes: [read, 'crm.objects.contacts.sensitive.read.v2'] })
  const body = { properties: ['allergies'], inputs: [{ id }] }
  for (const [token, value] of [
    ['narrow', undefined],
    ['wide', 'Nuts'],
  ] as const) {
    const answers = [
      await get('/crm/v3/objects/contacts?properties=allergies', token),
      await post('/crm/v3/objects/contacts/batch/read', body, token),
      await post('/crm/v3/objects/contacts/search', { properties: ['allergies'] }, token),
    ]
    for (const answer of answers) expect(answer.body.results[0].properties.allergies).toBe(value)
    expect((await get(`${PROPERTIES}?dataSensitivity=sensitive`, token)).status).toBe(200)
  }
})

test('an archived property tells when, and is deleted after 90 days', async () => {
  const { portal, get, clock } = setUp()
  portal.defineProperty('contacts', { name: 'tier', type: 'string' })
  portal.archiveProperty('contacts', 'tier')
  const archived = await get(`${PROPERTIES}?archived=true`)
  expect(mismatches({ results: [shapes.archivedProperty] }, archived.body)).toEqual([])
  expect(archived.body.results).toMatchObject([
    { name: 'tier', archived: true, archivedAt: '2026-03-30T12:00:00.000Z' },
  ])
  expect((await get(`${PROPERTIES}/tier?archived=true`)).status).toBe(200)
  await clock.advance(90 * 86_400_000)
  expect((await get(`${PROPERTIES}?archived=true`)).body.results).toEqual([])
})

test('a restored property shows the values of before', async () => {
  const { portal, get } = setUp()
  portal.defineProperty('contacts', { name: 'tier', type: 'string' })
  portal.create('contacts', { tier: 'gold' })
  portal.archiveProperty('contacts', 'tier')
  portal.restoreProperty('contacts', 'tier')
  const [record] = (await get('/crm/v3/objects/contacts?properties=tier')).body.results
  expect(record.properties.tier).toBe('gold')
})

test('a deleted property is in no list, also when it was archived', async () => {
  const { portal, get } = setUp()
  for (const name of ['tier', 'grade']) {
    portal.defineProperty('contacts', { name, type: 'string' })
    if (name === 'grade') portal.archiveProperty('contacts', name)
    portal.deleteProperty('contacts', name)
    expect(names(await get(PROPERTIES))).not.toContain(name)
    expect(names(await get(`${PROPERTIES}?archived=true`))).toEqual([])
  }
})

test('a property is renamed and retyped, and its values stay', async () => {
  const { portal, get, clock } = setUp()
  portal.defineProperty('contacts', { name: 'size', type: 'string', description: 'In cm' })
  const id = portal.create('contacts', { size: '12' })
  await clock.advance(1_000)
  portal.updateProperty('contacts', 'size', { label: 'Shoe size', type: 'number' })
  expect((await get(`${PROPERTIES}/size`)).body).toMatchObject({
    label: 'Shoe size',
    type: 'number',
    fieldType: 'number',
    description: 'In cm',
    createdAt: '2026-03-30T12:00:00.000Z',
    updatedAt: '2026-03-30T12:00:01.000Z',
  })
  expect(portal.record('contacts', id)?.properties.size).toBe('12')
})

test('choices are added, renamed, hidden and removed, whatever records have', async () => {
  const { portal, get } = setUp()
  portal.defineProperty('contacts', {
    ...{ name: 'tier', type: 'enumeration', options: ['gold', 'silver'] },
  })
  const id = portal.create('contacts', { tier: 'silver' })
  portal.addOption('contacts', 'tier', { value: 'bronze', label: 'Bronze', description: 'Least' })
  portal.updateOption('contacts', 'tier', 'gold', { label: 'Golden', hidden: true })
  portal.removeOption('contacts', 'tier', 'silver')
  const { body } = await get(`${PROPERTIES}/tier`)
  expect(mismatches(shapes.property, body)).toEqual([])
  expect(body.options).toEqual([
    { label: 'Golden', value: 'gold', description: '', displayOrder: 0, hidden: true },
    { label: 'Bronze', value: 'bronze', description: 'Least', displayOrder: 2, hidden: false },
  ])
  expect(portal.record('contacts', id)?.properties.tier).toBe('silver')
  expect(() => portal.removeOption('contacts', 'tier', 'silver')).toThrow('got silver')
})

test('a property of yes and no has these as choices', async () => {
  const { get } = setUp()
  const { options } = (await get(`${PROPERTIES}/hs_email_optout`)).body
  expect(options).toEqual([
    { label: 'Yes', value: 'true', displayOrder: 0, hidden: false },
    { label: 'No', value: 'false', displayOrder: 1, hidden: false },
  ])
})

test('a batch reads definitions by name, and says which are missing', async () => {
  const { post } = setUp()
  const inputs = ['email', 'nonsense', 'phone'].map((name) => ({ name }))
  for (const [version, status] of [
    ['2026-03', 207],
    ['2026-09', 200],
  ]) {
    const answer = await post(`/crm/properties/${version}/contacts/batch/read`, { inputs })
    expect(answer.status).toBe(status)
    expect(mismatches(shapes.propertyBatchWithMissing, answer.body)).toEqual([])
    expect(names(answer)).toEqual(['email', 'phone'])
    expect(answer.body.errors[0].context).toEqual({ name: ['nonsense'] })
  }
  const complete = await post('/crm/v3/properties/contacts/batch/read', { inputs: [inputs[0]] })
  expect(complete.status).toBe(200)
  expect(complete.body).not.toHaveProperty('errors')
})

test('groups are listed, renamed and deleted, and properties keep the name of theirs', async () => {
  const { portal, get } = setUp()
  portal.definePropertyGroup('contacts', 'loyalty', { label: 'Loyal ones', displayOrder: 3 })
  portal.defineProperty('contacts', { name: 'tier', type: 'string', groupName: 'loyalty' })
  const groups = async () => (await get(`${PROPERTIES}/groups`)).body
  expect(mismatches({ results: [shapes.propertyGroup] }, await groups())).toEqual([])
  const listed = (await groups()).results.map(({ name }: Definition) => name)
  const used = new Set(portal.properties('contacts').map(({ groupName }) => groupName))
  expect(listed).toEqual([...used].sort())
  expect(listed).toContain('loyalty')
  portal.definePropertyGroup('contacts', 'loyalty', { label: 'Loyalty' })
  expect((await get(`${PROPERTIES}/groups/loyalty`)).body).toEqual({
    name: 'loyalty',
    label: 'Loyalty',
    displayOrder: 3,
    archived: false,
  })
  portal.deletePropertyGroup('contacts', 'loyalty')
  expect((await get(`${PROPERTIES}/groups/loyalty`)).status).toBe(404)
  expect((await get(`${PROPERTIES}/tier`)).body.groupName).toBe('loyalty')
})

test('any read scope is enough for definitions, none is not', async () => {
  const { portal, get } = setUp()
  portal.addToken('deals', { scopes: ['crm.objects.deals.read'] })
  portal.addToken('none', { scopes: ['crm.objects.owners.read'] })
  for (const path of [
    PROPERTIES,
    `${PROPERTIES}/email`,
    `${PROPERTIES}/groups`,
    '/crm/pipelines/2026-03/tickets',
    '/crm/v4/associations/contacts/companies/labels',
    '/crm/limits/2026-03/records',
  ]) {
    expect((await get(path, 'deals')).status).toBe(200)
    const refused = await get(path, 'none')
    expect(refused.status).toBe(403)
    expect(refused.body.errors[0].context.requiredGranularScopes).toContain(
      'crm.objects.contacts.read',
    )
  }
})

test('of the scopes that are enough, those of the types in the path come first', async () => {
  const { portal, get } = setUp()
  portal.addToken('none', { scopes: [] })
  for (const [path, first] of [
    ['/crm/v3/properties/emails', ['crm.objects.contacts.read', 'sales-email-read']],
    ['/crm/v4/associations/tickets/deals/labels', ['tickets', 'crm.objects.deals.read']],
  ] as const) {
    const { body } = await get(path, 'none')
    expect(body.errors[0].context.requiredGranularScopes.slice(0, 2)).toEqual(first)
  }
})

test('what the test reads is what HubSpot answers', async () => {
  const { portal, get } = setUp()
  expect(portal.properties('contacts')).toEqual((await get(PROPERTIES)).body.results)
  expect(portal.propertyGroups('contacts')).toEqual(
    (await get(`${PROPERTIES}/groups`)).body.results,
  )
})

test('contacts have the some four hundred properties that HubSpot defines, most of them without a name of ours', async () => {
  const { portal, get } = setUp()
  const { results } = (await get('/crm/v3/properties/contacts')).body
  const own = results.filter((one: { hubspotDefined?: boolean }) => one.hubspotDefined)
  expect(own.length).toBeGreaterThan(390)
  expect(own.length).toBeLessThan(410)
  expect(new Set(own.map(({ name }: { name: string }) => name)).size).toBe(own.length)
  expect(own.map(({ name }: { name: string }) => name).join(',').length).toBeGreaterThan(8_000)
  expect(portal.properties('contacts')).toHaveLength(results.length)
})

test('what HubSpot computes of a contact is told by the field type, seldom by the flag', async () => {
  const { get } = setUp()
  const { results } = (await get('/crm/v3/properties/contacts')).body
  interface Told {
    fieldType: string
    calculated: boolean
  }
  const computed = results.filter(({ fieldType }: Told) => fieldType.startsWith('calculation_'))
  expect(new Set(computed.map(({ fieldType }: Told) => fieldType))).toEqual(
    new Set([
      'calculation_equation',
      'calculation_read_time',
      'calculation_rollup',
      'calculation_score',
    ]),
  )
  const flagged = computed.filter(({ calculated }: Told) => calculated)
  expect(computed.length).toBeGreaterThan(50)
  expect(flagged.length).toBeLessThan(computed.length / 3)
})

test('what one portal changes of the definitions of HubSpot, another does not see', async () => {
  const [one, other] = [setUp(), setUp()]
  const before = (await other.get('/crm/v3/properties/contacts')).body
  one.portal.updateProperty('contacts', 'phone', { label: 'Telephone' })
  one.portal.archiveProperty('contacts', 'fax')
  one.portal.deleteProperty('contacts', 'city')
  one.portal.addOption('contacts', 'hs_lead_status', 'LOST')
  one.portal.definePropertyGroup('contacts', 'contactinformation', { label: 'About' })
  expect((await other.get('/crm/v3/properties/contacts')).body).toEqual(before)
  expect(setUp().portal.propertyGroups('contacts')).toEqual(other.portal.propertyGroups('contacts'))
})

test('what a test changes of what it is shown, the portal does not see', async () => {
  const { portal, get } = setUp()
  const before = (await get('/crm/v3/properties/contacts')).body
  for (const shown of portal.properties('contacts')) {
    shown.label = 'Changed'
    shown.modificationMetadata.readOnlyValue = true
    for (const option of shown.options) option.label = 'Changed'
    shown.options.length = 0
  }
  expect((await get('/crm/v3/properties/contacts')).body).toEqual(before)
})

test('an unknown property is left out of a list, refused in a filter, and not found among the definitions', async () => {
  const { portal, get, post } = setUp()
  portal.create('contacts', {})
  const listed = await get('/crm/v3/objects/contacts?properties=phone,no_such_thing')
  expect(Object.keys(listed.body.results[0].properties)).toContain('phone')
  expect(listed.body.results[0].properties).not.toHaveProperty('no_such_thing')
  const filters = [{ propertyName: 'no_such_thing', operator: 'HAS_PROPERTY' }]
  const found = await post('/crm/v3/objects/contacts/search', { filters })
  expect(found.status).toBe(400)
  expect(found.body.category).toBe('VALIDATION_ERROR')
  expect((await get('/crm/v3/properties/contacts/no_such_thing')).status).toBe(404)
})

test('a language, a time zone and a role have the choices that people choose', async () => {
  const { get } = setUp()
  const choicesOf = async (name: string) =>
    (await get(`/crm/v3/properties/contacts/${name}`)).body.options
  expect(await choicesOf('hs_language')).toContainEqual(
    expect.objectContaining({ value: 'de', label: 'German', hidden: false }),
  )
  const values = async (name: string) =>
    (await choicesOf(name)).map(({ value }: { value: string }) => value)
  expect(await values('hs_timezone')).toContain('europe_slash_berlin')
  expect(await values('hs_lead_status')).toContain('CONNECTED')
  for (const name of ['hs_language', 'hs_timezone', 'hs_role', 'hs_buying_role']) {
    const all = await values(name)
    expect(new Set(all).size).toBe(all.length)
  }
})
