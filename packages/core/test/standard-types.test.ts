import { describe, expect, expectTypeOf, test } from 'vitest'
import * as core from '../src/index.js'
import {
  column,
  companies,
  contacts,
  createHubspotSync,
  createMirrorReader,
  deals,
  defineObject,
  type InferRow,
  type InferTables,
  memoryStore,
  type ObjectDefinition,
  standardObjects,
} from '../src/index.js'
import { snakeCase } from '../src/objects/define-object.js'
import { pairsAmong } from '../src/objects/pairs.js'
import { isSearchable, pipelinesOf, standardTypeOf } from '../src/objects/standard-types.js'
import { publishedPairs } from './support/published-pairs.js'

const columns = { name: column.text('name') }
const stages = ['hs_pipeline', 'hs_pipeline_stage']
const lifecycle = ['hs_pipeline', 'lifecyclestage']
const activities = ['crm.objects.contacts.read']
const ofItems = ['crm.objects.line_items.read', 'e-commerce']

/**
 * What HubSpot documents of each type: by the name of its definition here, the type id, the name in paths, the scopes of
 * a list, the properties with pipeline and stage.
 */
const documented: Record<string, [id: string | undefined, path: string, string[], string[]?]> = {
  contacts: ['0-1', 'contacts', ['crm.objects.contacts.read'], lifecycle],
  companies: ['0-2', 'companies', ['crm.objects.companies.read'], lifecycle],
  deals: ['0-3', 'deals', ['crm.objects.deals.read'], ['pipeline', 'dealstage']],
  tickets: ['0-5', 'tickets', ['tickets'], stages],
  leads: ['0-136', 'leads', ['crm.objects.leads.read'], stages],
  products: ['0-7', 'products', ['crm.objects.products.read', 'e-commerce']],
  lineItems: ['0-8', 'line_items', ofItems],
  quotes: ['0-14', 'quotes', ['crm.objects.quotes.read', 'e-commerce']],
  orders: ['0-123', 'orders', ['crm.objects.orders.read'], stages],
  carts: ['0-142', 'carts', ['crm.objects.carts.read']],
  invoices: ['0-53', 'invoices', ['crm.objects.invoices.read']],
  payments: ['0-101', 'commerce_payments', ['crm.objects.commercepayments.read']],
  subscriptions: ['0-69', 'subscriptions', ['crm.objects.subscriptions.read']],
  discounts: ['0-84', 'discounts', ofItems],
  fees: ['0-85', 'fees', ofItems],
  taxes: ['0-86', 'taxes', ['crm.objects.line_items.read']],
  calls: ['0-48', 'calls', activities],
  emails: ['0-49', 'emails', [...activities, 'sales-email-read']],
  meetings: ['0-47', 'meetings', activities],
  notes: ['0-46', 'notes', activities],
  tasks: ['0-27', 'tasks', activities],
  communications: ['0-18', 'communications', activities],
  postalMail: ['0-116', 'postal_mail', activities],
  users: ['0-115', 'users', ['crm.objects.users.read']],
  goals: ['0-74', 'goal_targets', ['crm.objects.goals.read']],
  feedbackSubmissions: [
    ...(['0-19', 'feedback_submissions'] as const),
    [...activities, 'crm.objects.feedback_submissions.read'],
  ],
  appointments: ['0-421', 'appointments', ['crm.objects.appointments.read'], stages],
  courses: ['0-410', 'courses', ['crm.objects.courses.read'], stages],
  listings: ['0-420', 'listings', ['crm.objects.listings.read'], stages],
  services: ['0-162', 'services', ['crm.objects.services.read'], stages],
  projects: ['0-970', 'projects', ['crm.objects.projects.read'], stages],
  contracts: [undefined, 'contracts', ['crm.objects.contracts.read']],
}

const exported = new Map(Object.entries(core)) as ReadonlyMap<string, unknown>

describe('a definition that comes ready', () => {
  test.each(Object.entries(documented))(
    'is %s, as HubSpot documents it',
    (name, [typeId, type, scopes, stages]) => {
      const definition = exported.get(name) as ObjectDefinition
      const modifiedProperty = type === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'
      const table = snakeCase(name)
      expect(definition).toMatchObject({ type, name: table, typeId, modifiedProperty })
      expect(standardTypeOf(definition)?.scopes).toEqual(scopes)
      const { pipeline, stage } = pipelinesOf(definition) ?? {}
      expect([pipeline, stage].filter(Boolean)).toEqual(stages ?? [])
    },
  )

  test('is there for each type that HubSpot documents, and no other', () => {
    const names = standardObjects.map(({ name }) => name)
    expect(names.toSorted()).toEqual(Object.keys(documented).map(snakeCase).toSorted())
  })

  test.each(standardObjects.map((definition) => [definition.name, definition] as const))(
    'called %s has columns for its owner and its place in a pipeline, each property once',
    (_, definition: ObjectDefinition) => {
      const properties = Object.values(definition.columns).map(({ property }) => property)
      expect(new Set(properties).size).toBe(properties.length)
      const byProperty = new Map(
        Object.entries(definition.columns).map(([name, { property }]) => [property, name]),
      )
      if (byProperty.has('hubspot_owner_id'))
        expect(byProperty.get('hubspot_owner_id')).toBe('ownerId')
      const { pipeline, stage, isDocumented } = pipelinesOf(definition) ?? {}
      if (!isDocumented) return
      expect(byProperty.get(String(pipeline))).toBe('pipeline')
      expect(byProperty.get(String(stage))).toBe('stage')
    },
  )

  test('keeps money exact and moments as moments', () => {
    const kinds = standardObjects.flatMap(({ columns }) => Object.entries(columns))
    for (const [name, { kind }] of kinds) {
      if (/(amount|price|cost|tax|^value)$/i.test(name))
        expect([name, kind]).toEqual([name, 'decimal'])
      if (/At$/.test(name)) expect([name, kind]).toEqual([name, 'datetime'])
      if (/Date$/.test(name)) expect(kind).toMatch(/^date/)
    }
  })

  test('has the types of its rows and tables', () => {
    const { tickets, payments, calls } = core
    expectTypeOf<InferRow<typeof tickets>['closedAt']>().toEqualTypeOf<string | null>()
    type Tables = InferTables<[typeof tickets, typeof payments, typeof calls, typeof contacts]>
    expectTypeOf<Tables['calls']['duration']>().toEqualTypeOf<string | null>()
    expectTypeOf<Tables['tickets']['closed_at']>().toEqualTypeOf<Date | null>()
    expectTypeOf<Tables['payments']['net_amount']>().toEqualTypeOf<string | null>()
    type Pairs = Extract<keyof Tables, `${string}_${'contacts' | 'tickets'}`>
    expectTypeOf<Pairs>().toEqualTypeOf<
      | ('contacts_tickets' | 'calls_contacts' | 'calls_tickets')
      | ('payments_contacts' | 'payments_tickets')
    >()
    expectTypeOf<InferTables<typeof standardObjects>>().toHaveProperty('leads_contacts')
  })
})

describe('the pipelines of a type', () => {
  test.each([
    ['deals', 'pipeline', 'dealstage', true],
    ['0-5', 'hs_pipeline', 'hs_pipeline_stage', true],
    ['lead', 'hs_pipeline', 'hs_pipeline_stage', true],
    ['contacts', 'hs_pipeline', 'lifecyclestage', false],
    ['companies', 'hs_pipeline', 'lifecyclestage', false],
    ['2-1234567', 'hs_pipeline', 'hs_pipeline_stage', false],
  ])('called %s are in %s and %s', (type, pipeline, stage, isDocumented) => {
    const definition = defineObject({ type, name: 'mine', columns })
    expect(pipelinesOf(definition)).toEqual({ pipeline, stage, isDocumented })
  })

  test.each(['products', 'calls', 'New_Type'])('called %s are none', (type) => {
    expect(pipelinesOf(defineObject({ type, name: 'mine', columns }))).toBeUndefined()
  })

  test('stay known of a definition with another name', () => {
    expect(pipelinesOf(deals.extend({ name: 'sales' }))?.stage).toBe('dealstage')
  })
})

describe('a search', () => {
  test.each([
    ['contracts', 'v3', false],
    ['contracts', '2025-09', false],
    ['contracts', '2026-03', false],
    ['contracts', '2026-09-beta', true],
    ['contracts', '2026-09', true],
    ['contacts', 'v3', true],
    ['2-1234567', '2026-03', true],
  ])('of %s in version %s: %s', (type, apiVersion, isThere) => {
    expect(isSearchable({ type }, apiVersion)).toBe(isThere)
  })
})

describe('a version of the API', () => {
  const open = (given: object) => () =>
    createHubspotSync({ accessToken: 'pat', store: memoryStore(), ...given } as never)

  test('that lacks a type is refused, and the error names the type', () => {
    const projects = core.projects.extend({ name: 'our_projects' })
    expect(open({ objects: [contacts, projects], apiVersion: '2026-09' })).toThrow(
      /`apiVersion` .* all records of projects, got "2026-09"\. .*"our_projects" out of `objects`/,
    )
  })

  test.each(['2026-03', '2026-09-beta', 'v3'])('%s has projects', (apiVersion) => {
    expect(open({ objects: [core.projects], apiVersion })).not.toThrow()
  })
})

describe('the pairs that are read by default', () => {
  const among = (objects: readonly ObjectDefinition[]) => pairsAmong(objects, undefined)
  const all = among(standardObjects).map(({ from, to }) => [from.type, to.type] as const)

  test.each(all)('%s → %s has a number that HubSpot publishes in that direction', (from, to) => {
    expect(publishedPairs[from]?.[to]).toBeGreaterThan(0)
  })

  test('are all that HubSpot publishes between two standard types, each in one direction', () => {
    const ends = (from: string, to: string) => [from, to].toSorted().join(' – ')
    const published = Object.entries(publishedPairs).flatMap(([from, others]) =>
      Object.keys(others)
        .filter((to) => to !== from)
        .map((to) => ends(from, to)),
    )
    expect(all.map(([from, to]) => ends(from, to)).toSorted()).toEqual(
      [...new Set(published)].toSorted(),
    )
  })

  test('are called after the tables, in an order that the objects do not change', () => {
    const { calls, payments, invoices } = core
    const names = (...objects: ObjectDefinition[]) => among(objects).map(({ name }) => name)
    expect(names(calls, payments, invoices, contacts.extend({ name: 'people' }))).toEqual([
      ...['calls_people', 'invoices_people', 'payments_people', 'payments_invoices'],
    ])
    const objects = [contacts, companies, deals, calls]
    expect(names(...objects.toReversed())).toEqual(names(...objects))
  })

  test('leave out custom objects, users and products', () => {
    const pets = defineObject({ type: '2-1234567', name: 'pets', columns })
    expect(among([pets, core.users, core.products, contacts])).toEqual([])
  })

  test('and the tables of all standard objects have names of their own', () => {
    const reader = createMirrorReader({ store: memoryStore(), objects: standardObjects })
    expect(reader.pairs).toHaveLength(all.length)
  })
})

describe('a pair', () => {
  test.each(['products', 'users'])('with %s, which HubSpot never links, is refused', (name) => {
    const objects = [contacts, core.products, core.users]
    const open = () =>
      createMirrorReader({
        store: memoryStore(),
        objects,
        associations: [[name, 'contacts']] as never,
      })
    expect(open).toThrow(new RegExp(`links no ${name}\\. Leave the pair with "${name}" out`))
  })
})
