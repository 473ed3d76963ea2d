import { expect, test } from 'vitest'
import type { HubspotProperty } from '../src/index.js'
import { idsOf, setUp } from './harness.js'
import * as shapes from './shapes.js'

const { mismatches } = shapes

/** Type id, path, the scopes that a list needs. Source: HubSpot docs, "Understanding the CRM"; API specification. */
const CONTACTS = 'crm.objects.contacts.read'
const TYPES: readonly [typeId: string, path: string, scopes: string[]][] = [
  ['0-1', 'contacts', [CONTACTS]],
  ['0-2', 'companies', ['crm.objects.companies.read']],
  ['0-3', 'deals', ['crm.objects.deals.read']],
  ['0-5', 'tickets', ['tickets']],
  ['0-7', 'products', ['crm.objects.products.read', 'e-commerce']],
  ['0-8', 'line_items', ['crm.objects.line_items.read', 'e-commerce']],
  ['0-14', 'quotes', ['crm.objects.quotes.read', 'e-commerce']],
  ['0-18', 'communications', [CONTACTS]],
  ['0-19', 'feedback_submissions', [CONTACTS, 'crm.objects.feedback_submissions.read']],
  ['0-27', 'tasks', [CONTACTS]],
  ['0-46', 'notes', [CONTACTS]],
  ['0-47', 'meetings', [CONTACTS]],
  ['0-48', 'calls', [CONTACTS]],
  ['0-49', 'emails', [CONTACTS, 'sales-email-read']],
  ['0-53', 'invoices', ['crm.objects.invoices.read']],
  ['0-69', 'subscriptions', ['crm.objects.subscriptions.read']],
  ['0-74', 'goal_targets', ['crm.objects.goals.read']],
  ['0-84', 'discounts', ['crm.objects.line_items.read', 'e-commerce']],
  ['0-85', 'fees', ['crm.objects.line_items.read', 'e-commerce']],
  ['0-86', 'taxes', ['crm.objects.line_items.read']],
  ['0-101', 'commerce_payments', ['crm.objects.commercepayments.read']],
  ['0-115', 'users', ['crm.objects.users.read']],
  ['0-116', 'postal_mail', [CONTACTS]],
  ['0-123', 'orders', ['crm.objects.orders.read']],
  ['0-136', 'leads', ['crm.objects.leads.read']],
  ['0-142', 'carts', ['crm.objects.carts.read']],
  ['0-162', 'services', ['crm.objects.services.read']],
  ['0-410', 'courses', ['crm.objects.courses.read']],
  ['0-420', 'listings', ['crm.objects.listings.read']],
  ['0-421', 'appointments', ['crm.objects.appointments.read']],
  ['0-970', 'projects', ['crm.objects.projects.read']],
]
const UNPUBLISHED = ['contracts', 'partner_clients', 'partner_services']
const ALL = [...TYPES.map(([, path]) => path), ...UNPUBLISHED]

test.each(TYPES)('%s is %s, and a list of it needs its scopes', async (typeId, path, scopes) => {
  const { portal, get } = setUp()
  const id = portal.create(path, {})
  for (const name of [typeId, path, path.toUpperCase()])
    expect(idsOf(await get(`/crm/objects/2026-03/${name}`))).toEqual([id])
  portal.addToken('none', { scopes: [] })
  const refused = await get(`/crm/objects/2026-03/${path}`, 'none')
  expect(refused.body.errors[0].context.requiredGranularScopes).toEqual(scopes)
  portal.addToken('enough', { scopes })
  expect((await get(`/crm/objects/2026-03/${path}`, 'enough')).status).toBe(200)
})

test.each(ALL)(
  '%s are made with sensible values, and list, search and batch read agree',
  async (type) => {
    const version = type === 'contracts' ? '2026-09' : '2026-03'
    const { portal, get, post } = setUp()
    portal.createOwner({ email: 'ada@example.com' })
    const ids = portal.createSamples(type, 9)
    const path = `/crm/objects/${version}/${type}`
    const names = portal.properties(type).map(({ name }) => name)
    // All names of contacts are too long for an address.
    const query = `limit=9&properties=${names.slice(0, 100).join(',')}`
    const listed = await get(`${path}?${query}`)
    expect(mismatches(shapes.list(shapes.record), listed.body)).toEqual([])
    expect(idsOf(listed)).toEqual(ids)
    const modified = type === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'
    const found = await post(`${path}/search`, {
      filterGroups: [{ filters: [{ propertyName: modified, operator: 'GTE', value: '1' }] }],
      sorts: [{ propertyName: modified, direction: 'ASCENDING' }],
    })
    expect(idsOf(found).sort()).toEqual([...ids].sort())
    const inputs = ids.map((id) => ({ id }))
    const read = await post(`${path}/batch/read`, { inputs, properties: names })
    expect(read.body.results.map(({ id }: { id: string }) => id).sort()).toEqual([...ids].sort())
    const filled = names.filter((name) =>
      read.body.results.some(({ properties }: Listed) => properties[name] !== null),
    )
    const own = portal
      .properties(type)
      .filter(isFilled)
      .map(({ name }) => name)
    expect(own.length).toBeGreaterThan(0)
    expect(own.filter((name) => !filled.includes(name))).toEqual([])
    expect(read.body.results[0].properties.hubspot_owner_id).toBe(portal.owners()[0]!.id)
  },
)

interface Listed {
  properties: Record<string, string | null>
}

/** What HubSpot fills in or computes itself, or has no choices for, has no sample. */
const isFilled = ({ name, type, fieldType, calculated, options }: HubspotProperty) =>
  !calculated &&
  !fieldType.startsWith('calculation') &&
  (type !== 'enumeration' || options.length > 0) &&
  !COMMON.has(name)

const namesOf = (type: string) =>
  setUp()
    .portal.properties(type)
    .map(({ name }) => name)

/** The properties that every type has: those that two so different types have in common. */
const COMMON = new Set([
  ...namesOf('notes').filter((name) => namesOf('taxes').includes(name)),
  ...['createdate', 'lastmodifieddate'],
])

test('samples follow from the seed, and leave the ids of other types alone', () => {
  const made = () => {
    const { portal } = setUp({ seed: 3 })
    portal.createSamples('tickets', 4)
    return { portal, tickets: [...portal.records('tickets')] }
  }
  const [one, two] = [made(), made()]
  expect(one.tickets).toEqual(two.tickets)
  expect(one.tickets[0]!.properties.hs_pipeline).toBe('0')
  expect(['1', '2', '3', '4']).toContain(one.tickets[0]!.properties.hs_pipeline_stage)
})

test('contracts have no search before 2026-09', async () => {
  const { get, post } = setUp()
  for (const path of ['/crm/v3/objects/contracts', '/crm/objects/2026-03/contracts']) {
    expect((await get(path)).status).toBe(200)
    expect((await post(`${path}/batch/read`, { inputs: [] })).status).toBe(200)
    expect((await post(`${path}/search`)).status).toBe(404)
  }
  expect((await post('/crm/objects/2026-09/contracts/search')).status).toBe(200)
})

test('projects are not in 2026-09', async () => {
  const { get, post } = setUp()
  expect((await get('/crm/objects/2026-03/projects')).status).toBe(200)
  expect((await get('/crm/objects/2026-09-beta/projects')).status).toBe(200)
  for (const path of ['', '/1'])
    expect((await get(`/crm/objects/2026-09/projects${path}`)).status).toBe(404)
  for (const path of ['search', 'batch/read'])
    expect((await post(`/crm/objects/2026-09/projects/${path}`)).status).toBe(404)
})

test('partner clients have no batch read in 2026-09', async () => {
  const { post } = setUp()
  const body = { inputs: [] }
  const path = 'partner_clients/batch/read'
  expect((await post(`/crm/objects/2026-03/${path}`, body)).status).toBe(200)
  expect((await post(`/crm/objects/2026-09/${path}`, body)).status).toBe(404)
})

test('a deleted e-mail is in no list', async () => {
  const { portal, get } = setUp()
  const id = portal.create('emails', {})
  portal.archive('emails', id)
  for (const query of ['', '?archived=true'])
    expect(idsOf(await get(`/crm/v3/objects/emails${query}`))).toEqual([])
})

test.each([
  ['meetings/contacts', 200],
  ['meetings/companies', 188],
  ['calls/deals', 206],
  ['emails/tickets', 224],
  ['notes/contacts', 202],
  ['tasks/companies', 192],
  ['communications/deals', 85],
  ['leads/contacts', 608],
  ['leads/companies', 610],
  ['leads/deals', 1037],
  ['quotes/deals', 64],
  ['quotes/line_items', 67],
  ['quotes/contacts', 69],
  ['quotes/companies', 71],
  ['companies/leads', 611],
  ['projects/contacts', 1242],
  ['orders/contacts', 507],
  ['orders/companies', 934],
  ['companies/orders', 935],
  ['orders/deals', 512],
  ['orders/line_items', 513],
  ['invoices/contacts', 177],
  ['invoices/companies', 179],
  ['invoices/deals', 175],
  ['invoices/line_items', 409],
  ['carts/contacts', 586],
  ['carts/line_items', 590],
  ['commerce_payments/contacts', 387],
  ['commerce_payments/invoices', 542],
  ['feedback_submissions/contacts', 98],
  ['feedback_submissions/tickets', 100],
  ['contacts/contacts', 449],
  ['companies/companies', 450],
  ['deals/deals', 451],
  ['tickets/tickets', 452],
])('the plain type of %s is %i', async (pair, typeId) => {
  const { get } = setUp()
  const { body } = await get(`/crm/associations/2026-03/${pair}/labels`)
  expect(mismatches(shapes.labels, body)).toEqual([])
  expect(body.results[0]).toEqual({ category: 'HUBSPOT_DEFINED', typeId, label: null })
})

test.each([
  ['leads/contacts', 578],
  ['leads/companies', 580],
  ['leads/deals', 582],
])('the primary type of %s is %i', async (pair, typeId) => {
  const { get } = setUp()
  const { results } = (await get(`/crm/v4/associations/${pair}/labels`)).body
  expect(results[1]).toEqual({ category: 'HUBSPOT_DEFINED', typeId, label: 'Primary' })
})

test.each(['products', 'users'])('%s can be associated with nothing', async (type) => {
  const { get } = setUp()
  for (const other of ['contacts', 'deals'])
    expect((await get(`/crm/v4/associations/${type}/${other}/labels`)).status).toBe(404)
})

test('no two types of a pair have the same number', () => {
  const { portal } = setUp()
  for (const from of ALL)
    for (const to of ALL) {
      const ids = portal.associationTypes(from, to).map(({ typeId }) => typeId)
      expect(new Set(ids).size).toBe(ids.length)
    }
})
