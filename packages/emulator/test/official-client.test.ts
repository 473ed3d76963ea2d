import { Client } from '@hubspot/api-client'
import { AssociationSpecAssociationCategoryEnum } from '@hubspot/api-client/lib/codegen/crm/associations/v4/index.js'
import { afterEach, expect, test, vi } from 'vitest'
import { createPortal, type Portal } from '../src/index.js'
import { lostFields } from './client-models.js'
import { NEEDED, newRecord } from './new-record.js'

const release: (() => unknown)[] = []
afterEach(async () => {
  vi.unstubAllGlobals()
  for (const free of release.splice(0).reverse()) await free()
})

/** A portal on a port, HubSpot's own client for it, and the replies that the client got. */
const start = async (options: ConstructorParameters<typeof Client>[0] = {}) => {
  const portal = createPortal({ limits: false })
  const server = await portal.listen()
  release.push(() => server.close())
  const replies: unknown[] = []
  const { fetch } = globalThis
  vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => {
    const response = await fetch(...given)
    const text = await response.clone().text()
    replies.push(text === '' ? undefined : JSON.parse(text))
    return response
  })
  const client = new Client({ basePath: server.url, accessToken: portal.token, ...options })
  return { portal, client, replies }
}

type World = Awaited<ReturnType<typeof start>>
type Call = (world: World) => Promise<unknown>

/** The parts of the client that one test of a type of record needs. */
interface TypeApi {
  basicApi: Record<
    'archive' | 'create' | 'getById' | 'getPage' | 'update',
    (...given: unknown[]) => Promise<unknown>
  >
  batchApi: Record<
    'archive' | 'create' | 'read' | 'update' | 'upsert',
    (...given: unknown[]) => Promise<unknown>
  >
  searchApi: { doSearch(...given: unknown[]): Promise<unknown> }
}

/** The types of records that have methods of their own, and where they are in the client. */
const TYPES: Readonly<Record<string, { at: string; reads?: true }>> = {
  contacts: { at: 'contacts' },
  companies: { at: 'companies' },
  deals: { at: 'deals' },
  tickets: { at: 'tickets' },
  products: { at: 'products' },
  line_items: { at: 'lineItems' },
  quotes: { at: 'quotes' },
  invoices: { at: 'commerce.invoices' },
  calls: { at: 'objects.calls' },
  communications: { at: 'objects.communications' },
  emails: { at: 'objects.emails' },
  meetings: { at: 'objects.meetings' },
  notes: { at: 'objects.notes' },
  postal_mail: { at: 'objects.postalMail' },
  tasks: { at: 'objects.tasks' },
  goal_targets: { at: 'objects.goals' },
  leads: { at: 'objects.leads' },
  taxes: { at: 'objects.taxes' },
  feedback_submissions: { at: 'objects.feedbackSubmissions', reads: true },
}

/** The part of the client at a path such as `objects.calls`. */
const partAt = ({ client }: World, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], client.crm)

/** The calls of the methods about records of one type. `first` are the arguments that all methods begin with. */
const callsOfType = (type: string, at: string, first: unknown[] = []) => {
  const needs = NEEDED[type] ?? {}
  const api = (world: World) => partAt(world, at) as TypeApi
  const record = ({ portal }: World) => portal.create(type, needs)
  const unique = ({ portal }: World) =>
    portal.defineProperty(type, { name: 'number_of_ours', type: 'string', hasUniqueValue: true })
  const properties = { number_of_ours: '7' }
  const input = ({ portal }: World) => ({
    associations: [],
    ...newRecord(type, portal.create('companies', {})),
  })
  const calls: Record<string, Call> = {
    'basicApi.create': (world) => api(world).basicApi.create(...first, input(world)),
    'basicApi.getById': (world) => api(world).basicApi.getById(...first, record(world)),
    'basicApi.getPage': (world) => {
      const ids = [record(world), record(world)]
      return api(world).basicApi.getPage(...first, ids.length - 1)
    },
    'basicApi.update': (world) => {
      unique(world)
      return api(world).basicApi.update(...first, record(world), { properties })
    },
    'basicApi.archive': (world) => api(world).basicApi.archive(...first, record(world)),
    'batchApi.create': (world) =>
      api(world).batchApi.create(...first, { inputs: [input(world), input(world)] }),
    'batchApi.read': (world) =>
      api(world).batchApi.read(...first, {
        inputs: [{ id: record(world) }, { id: '7' }],
        properties: ['hs_object_id'],
        propertiesWithHistory: ['hs_object_id'],
      }),
    'batchApi.update': (world) => {
      unique(world)
      const inputs = [record(world), '7'].map((id) => ({ id, properties }))
      return api(world).batchApi.update(...first, { inputs })
    },
    'batchApi.upsert': (world) => {
      unique(world)
      world.portal.create(type, { ...needs, number_of_ours: '7' })
      // A lead can't be created so: an upsert has no place for its association.
      const ids = type === 'leads' ? ['7'] : ['7', '8']
      const inputs = ids.map((id) => ({
        ...{ id, idProperty: 'number_of_ours' },
        properties: { ...needs, number_of_ours: id },
      }))
      return api(world).batchApi.upsert(...first, { inputs })
    },
    'batchApi.archive': (world) =>
      api(world).batchApi.archive(...first, { inputs: [{ id: record(world) }] }),
    'searchApi.doSearch': (world) => {
      record(world)
      return api(world).searchApi.doSearch(...first, {
        filterGroups: [],
        limit: 10,
        after: '0',
        properties: [],
        sorts: [],
      })
    },
  }
  return Object.entries(calls).map(([name, call]) => [`${at}.${name}`, call] as const)
}

const READS = ['basicApi.getById', 'basicApi.getPage', 'batchApi.read', 'searchApi.doSearch']

const ofTypes = Object.entries(TYPES).flatMap(([type, { at, reads }]) =>
  callsOfType(type, at).filter(([name]) => !reads || READS.some((read) => name.endsWith(read))),
)

/** Two records to merge. */
const merge =
  (type: 'contacts' | 'companies' | 'deals' | 'tickets'): Call =>
  ({ portal, client }) => {
    const [primaryObjectId, objectIdToMerge] = portal.createMany(type, 2, () => ({})) as [
      string,
      string,
    ]
    return client.crm[type].basicApi.merge({ primaryObjectId, objectIdToMerge })
  }

const pair = (portal: Portal) => {
  const [contact, company] = [portal.create('contacts', {}), portal.create('companies', {})]
  return { contact, company }
}

const linked = (portal: Portal) => {
  const { contact, company } = pair(portal)
  portal.associate('contacts', contact, 'companies', company, { primary: true })
  return { contact, company }
}

const PLAIN = {
  associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined,
  associationTypeId: 279,
}
const between = ({ contact, company }: { contact: string; company: string }) => ({
  _from: { id: contact },
  to: { id: company },
})

const associations: Record<string, Call> = {
  'associations.batchApi.create': ({ portal, client }) =>
    client.crm.associations.batchApi.create('contacts', 'companies', {
      inputs: [{ ...between(pair(portal)), type: 'contact_to_company' }],
    }),
  'associations.batchApi.archive': ({ portal, client }) =>
    client.crm.associations.batchApi.archive('contacts', 'companies', {
      inputs: [{ ...between(linked(portal)), type: 'contact_to_company' }],
    }),
  'associations.batchApi.read': ({ portal, client }) =>
    client.crm.associations.batchApi.read('contacts', 'companies', {
      inputs: [{ id: linked(portal).contact }],
    }),
  'associations.schema.typesApi.getAll': ({ client }) =>
    client.crm.associations.schema.typesApi.getAll('contacts', 'companies'),
  'associations.v4.basicApi.create': ({ portal, client }) => {
    const { contact, company } = pair(portal)
    return client.crm.associations.v4.basicApi.create('contacts', contact, 'companies', company, [
      PLAIN,
    ])
  },
  'associations.v4.basicApi.createDefault': ({ portal, client }) => {
    const { contact, company } = pair(portal)
    return client.crm.associations.v4.basicApi.createDefault(
      'contacts',
      contact,
      'companies',
      company,
    )
  },
  'associations.v4.basicApi.getPage': ({ portal, client }) =>
    client.crm.associations.v4.basicApi.getPage('contacts', linked(portal).contact, 'companies'),
  'associations.v4.basicApi.archive': ({ portal, client }) => {
    const { contact, company } = linked(portal)
    return client.crm.associations.v4.basicApi.archive('contacts', contact, 'companies', company)
  },
  'associations.v4.batchApi.create': ({ portal, client }) =>
    client.crm.associations.v4.batchApi.create('contacts', 'companies', {
      inputs: [
        { ...between(pair(portal)), types: [PLAIN] },
        { ...between({ contact: '7', company: '8' }), types: [PLAIN] },
      ],
    }),
  'associations.v4.batchApi.createDefault': ({ portal, client }) =>
    client.crm.associations.v4.batchApi.createDefault('contacts', 'companies', {
      inputs: [between(pair(portal))],
    }),
  'associations.v4.batchApi.getPage': ({ portal, client }) =>
    client.crm.associations.v4.batchApi.getPage('contacts', 'companies', {
      inputs: [{ id: linked(portal).contact }, { id: pair(portal).contact }],
    }),
  'associations.v4.batchApi.archive': ({ portal, client }) => {
    const { contact, company } = linked(portal)
    return client.crm.associations.v4.batchApi.archive('contacts', 'companies', {
      inputs: [{ _from: { id: contact }, to: [{ id: company }] }],
    })
  },
  'associations.v4.batchApi.archiveLabels': ({ portal, client }) =>
    client.crm.associations.v4.batchApi.archiveLabels('contacts', 'companies', {
      inputs: [{ ...between(linked(portal)), types: [PLAIN] }],
    }),
  'associations.v4.reportApi.request': ({ portal, client }) => {
    portal.createOwner({ email: 'ada@example.com', userId: 7 })
    return client.crm.associations.v4.reportApi.request(7)
  },
  'associations.v4.schema.definitionsApi.create': ({ client }) =>
    client.crm.associations.v4.schema.definitionsApi.create('contacts', 'companies', {
      name: 'adviser',
      label: 'Adviser',
      inverseLabel: 'Advised by',
    }),
  'associations.v4.schema.definitionsApi.getAll': ({ client }) =>
    client.crm.associations.v4.schema.definitionsApi.getAll('contacts', 'companies'),
  'associations.v4.schema.definitionsApi.update': ({ portal, client }) => {
    const { typeId } = portal.defineAssociation('contacts', 'companies', { label: 'Adviser' })
    return client.crm.associations.v4.schema.definitionsApi.update('contacts', 'companies', {
      associationTypeId: typeId,
      label: 'Consultant',
    })
  },
  'associations.v4.schema.definitionsApi.remove': ({ portal, client }) => {
    const { typeId } = portal.defineAssociation('contacts', 'companies', { label: 'Adviser' })
    return client.crm.associations.v4.schema.definitionsApi.remove('contacts', 'companies', typeId)
  },
}

const property = (name: string) => ({
  ...{ name, label: 'A text', groupName: 'contactinformation' },
  ...{ type: 'string' as const, fieldType: 'text' as const },
})
const group = ({ portal }: World) => {
  portal.definePropertyGroup('contacts', 'loyalty', { label: 'Loyalty' })
  return 'loyalty'
}
const tier = ({ portal }: World) => {
  portal.defineProperty('contacts', { name: 'tier', type: 'string' })
  return 'tier'
}

const properties: Record<string, Call> = {
  'properties.coreApi.create': ({ client }) =>
    client.crm.properties.coreApi.create('contacts', property('tier') as never),
  'properties.coreApi.getAll': ({ client }) => client.crm.properties.coreApi.getAll('contacts'),
  'properties.coreApi.getByName': ({ client }) =>
    client.crm.properties.coreApi.getByName('contacts', 'email'),
  'properties.coreApi.update': (world) =>
    world.client.crm.properties.coreApi.update('contacts', tier(world), { label: 'Level' }),
  'properties.coreApi.archive': (world) =>
    world.client.crm.properties.coreApi.archive('contacts', tier(world)),
  'properties.batchApi.create': ({ client }) =>
    client.crm.properties.batchApi.create('contacts', {
      inputs: [property('tier'), property('email')] as never,
    }),
  'properties.batchApi.read': ({ client }) =>
    client.crm.properties.batchApi.read('contacts', {
      archived: false,
      inputs: [{ name: 'email' }, { name: 'nothing' }],
    }),
  'properties.batchApi.archive': (world) =>
    world.client.crm.properties.batchApi.archive('contacts', { inputs: [{ name: tier(world) }] }),
  'properties.groupsApi.create': ({ client }) =>
    client.crm.properties.groupsApi.create('contacts', { name: 'loyalty', label: 'Loyalty' }),
  'properties.groupsApi.getAll': ({ client }) => client.crm.properties.groupsApi.getAll('contacts'),
  'properties.groupsApi.getByName': (world) =>
    world.client.crm.properties.groupsApi.getByName('contacts', group(world)),
  'properties.groupsApi.update': (world) =>
    world.client.crm.properties.groupsApi.update('contacts', group(world), { label: 'Faith' }),
  'properties.groupsApi.archive': (world) =>
    world.client.crm.properties.groupsApi.archive('contacts', group(world)),
}

const stageInput = (label: string, displayOrder: number) => ({
  ...{ label, displayOrder },
  metadata: { probability: '0.5' },
})
const pipelineInput = {
  label: 'Renewals',
  displayOrder: 1,
  stages: [stageInput('Due', 0), stageInput('Done', 1)],
}
const renewals = ({ portal }: World) =>
  portal.createPipeline('deals', {
    label: 'Second',
    stages: [
      { label: 'Due', id: 'due' },
      { label: 'Done', id: 'done' },
    ],
  })

const pipelines: Record<string, Call> = {
  'pipelines.pipelinesApi.create': ({ client }) =>
    client.crm.pipelines.pipelinesApi.create('deals', pipelineInput),
  'pipelines.pipelinesApi.getAll': ({ client }) =>
    client.crm.pipelines.pipelinesApi.getAll('deals'),
  'pipelines.pipelinesApi.getById': ({ client }) =>
    client.crm.pipelines.pipelinesApi.getById('deals', 'default'),
  'pipelines.pipelinesApi.update': (world) =>
    world.client.crm.pipelines.pipelinesApi.update('deals', renewals(world), {
      label: 'Third',
    } as never),
  'pipelines.pipelinesApi.replace': (world) =>
    world.client.crm.pipelines.pipelinesApi.replace('deals', renewals(world), pipelineInput),
  'pipelines.pipelinesApi.archive': (world) =>
    world.client.crm.pipelines.pipelinesApi.archive('deals', renewals(world)),
  'pipelines.pipelineStagesApi.create': (world) =>
    world.client.crm.pipelines.pipelineStagesApi.create(
      'deals',
      renewals(world),
      stageInput('Lost', 2),
    ),
  'pipelines.pipelineStagesApi.getAll': ({ client }) =>
    client.crm.pipelines.pipelineStagesApi.getAll('deals', 'default'),
  'pipelines.pipelineStagesApi.getById': ({ client }) =>
    client.crm.pipelines.pipelineStagesApi.getById('deals', 'default', 'closedwon'),
  'pipelines.pipelineStagesApi.update': (world) =>
    world.client.crm.pipelines.pipelineStagesApi.update('deals', renewals(world), 'due', {
      ...{ label: 'Soon', metadata: {} },
    } as never),
  'pipelines.pipelineStagesApi.replace': (world) =>
    world.client.crm.pipelines.pipelineStagesApi.replace(
      'deals',
      renewals(world),
      'due',
      stageInput('Soon', 0),
    ),
  'pipelines.pipelineStagesApi.archive': (world) =>
    world.client.crm.pipelines.pipelineStagesApi.archive('deals', renewals(world), 'due'),
  'pipelines.pipelineAuditsApi.getAudit': (world) =>
    world.client.crm.pipelines.pipelineAuditsApi.getAudit('deals', renewals(world)),
  'pipelines.pipelineStageAuditsApi.getAudit': (world) => {
    renewals(world)
    return world.client.crm.pipelines.pipelineStageAuditsApi.getAudit('deals', 'due')
  },
}

const owner = ({ portal }: World) => Number(portal.createOwner({ email: 'ada@example.com' }))
const owners: Record<string, Call> = {
  'owners.ownersApi.getPage': (world) => {
    owner(world)
    return world.client.crm.owners.ownersApi.getPage()
  },
  'owners.ownersApi.getById': (world) => world.client.crm.owners.ownersApi.getById(owner(world)),
}

const pets = ({ portal }: World) => {
  portal.defineObject({
    ...{ typeId: '2-7', name: 'pets', associatedObjects: ['contacts'] },
    properties: [{ name: 'breed', type: 'string' }],
  })
  return '2-7'
}
const schemas: Record<string, Call> = {
  'schemas.coreApi.create': ({ client }) =>
    client.crm.schemas.coreApi.create({
      ...{
        name: 'pets',
        labels: { singular: 'Pet', plural: 'Pets' },
        primaryDisplayProperty: 'name',
      },
      ...{ requiredProperties: ['name'], associatedObjects: ['CONTACT'] },
      properties: [{ name: 'name', label: 'Name', type: 'string', fieldType: 'text' }],
    } as never),
  'schemas.coreApi.getAll': (world) => {
    pets(world)
    return world.client.crm.schemas.coreApi.getAll()
  },
  'schemas.coreApi.getById': (world) => world.client.crm.schemas.coreApi.getById(pets(world)),
  'schemas.coreApi.update': (world) =>
    world.client.crm.schemas.coreApi.update(pets(world), {
      labels: { singular: 'Animal', plural: 'Animals' },
    } as never),
  'schemas.coreApi.archive': (world) => world.client.crm.schemas.coreApi.archive(pets(world)),
  'schemas.coreApi.createAssociation': (world) =>
    world.client.crm.schemas.coreApi.createAssociation(pets(world), {
      ...{ fromObjectTypeId: '2-7', toObjectTypeId: '0-3', name: 'pet_to_deal' },
    }),
  'schemas.coreApi.archiveAssociation': (world) => {
    pets(world)
    const { typeId } = world.portal.defineAssociation('pets', 'deals')
    return world.client.crm.schemas.coreApi.archiveAssociation('2-7', String(typeId))
  },
}

const dealSplits: Record<string, Call> = {
  'objects.dealSplits.batchApi.read': ({ portal, client }) => {
    const id = portal.create('deals', {})
    portal.splitDeal(id, [{ ownerId: '7', percentage: 1 }])
    return client.crm.objects.dealSplits.batchApi.read({ inputs: [{ id }, { id: '7' }] })
  },
  'objects.dealSplits.batchApi.upsert': (world) => {
    const inputs = [
      {
        id: Number(world.portal.create('deals', {})),
        splits: [{ ownerId: owner(world), percentage: 1 }],
      },
      { id: 7, splits: [] },
    ]
    return world.client.crm.objects.dealSplits.batchApi.upsert({ inputs })
  },
}

const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ...callsOfType('contacts', 'objects', ['contacts']),
  ...ofTypes,
  ['contacts.basicApi.merge', merge('contacts')],
  ['companies.basicApi.merge', merge('companies')],
  ['deals.basicApi.merge', merge('deals')],
  ['tickets.basicApi.merge', merge('tickets')],
  [
    'contacts.basicApi.purge',
    ({ portal, client }) =>
      client.crm.contacts.basicApi.purge({ objectId: portal.create('contacts', {}) }),
  ],
  ...Object.entries({
    ...associations,
    ...properties,
    ...pipelines,
    ...owners,
    ...schemas,
    ...dealSplits,
  }),
])

/** The client sends `{pipelineId}` as it is written here, which is the id of no pipeline. */
const BROKEN = 'pipelines.pipelineStageAuditsApi.getAudit'

test.each([...CALLS].filter(([name]) => name !== BROKEN))(
  '%s works, and loses nothing of the reply',
  async (_, call) => {
    const world = await start()
    const result = await call(world)
    expect(world.replies).toHaveLength(1)
    if (world.replies[0] !== undefined) expect(lostFields(world.replies[0], result)).toEqual([])
  },
)

test('the one method with a wrong path is not found', async () => {
  const world = await start()
  await expect(CALLS.get(BROKEN)!(world)).rejects.toMatchObject({ code: 404 })
  expect(decodeURIComponent(world.portal.calls[0]!.path)).toContain('/{pipelineId}/')
})

/** The methods of the client's part with this name, with those of the parts in it. */
const methodsOf = (part: object, path: string): string[] =>
  [...Object.keys(part), ...Object.getOwnPropertyNames(Object.getPrototypeOf(part))]
    .filter((name) => !/^_|^(constructor|config|configuration|getAll|apis)$/.test(name))
    .flatMap((name) => {
      const value: unknown = (part as Record<string, unknown>)[name]
      if (typeof value !== 'object' || value === null) return []
      if (!name.endsWith('Api')) return methodsOf(value, `${path}.${name}`)
      return Object.getOwnPropertyNames(Object.getPrototypeOf(value))
        .filter((method) => method !== 'constructor' && !method.endsWith('WithHttpInfo'))
        .map((method) => `${path}.${name}.${method}`)
    })

test('every method of the client about records, associations and definitions is among them', async () => {
  const { client } = await start()
  const parts = [
    ...(['objects', 'contacts', 'companies', 'deals', 'tickets', 'products', 'lineItems'] as const),
    ...(['quotes', 'associations', 'properties', 'pipelines', 'owners', 'schemas'] as const),
  ]
  const methods = parts.flatMap((part) => methodsOf(client.crm[part], part))
  const invoices = methodsOf(client.crm.commerce.invoices, 'commerce.invoices')
  expect(methods.length).toBeGreaterThan(200)
  const missing = [...methods, ...invoices].filter((name) => !CALLS.has(name))
  expect(missing).toEqual([])
})

test('the comparison finds what a model has no place for', async () => {
  const { client, portal, replies } = await start()
  portal.create('contacts', { email: 'ada@example.com' })
  const page = await client.crm.contacts.basicApi.getPage()
  const reply = structuredClone(replies[0]) as { results: object[] }
  expect(lostFields(reply, page)).toEqual([])
  Object.assign(reply.results[0]!, { colour: 'blue' })
  expect(lostFields(reply, page)).toEqual(['$.results[0].colour'])
})
