import { expect, test } from 'vitest'
import { type Harness, setUp } from './harness.js'

const PLAIN = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }
const PRIMARY = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }
const V3_TYPE = 'contact_to_company'
const LINKS = '/crm/v4/associations/contacts/companies/batch'
const OLDER_LINKS = '/crm/v3/associations/contacts/companies/batch'

/** A portal in which Ada is linked to the first company, with two properties of its own. */
const furnished = () => {
  const harness = setUp()
  const { portal } = harness
  const [ada, bob] = portal.createMany('contacts', 2, () => ({})) as [string, string]
  const [one, two] = portal.createMany('companies', 2, () => ({})) as [string, string]
  portal.associate('contacts', ada, 'companies', one, { primary: true })
  portal.defineProperty('contacts', { name: 'score', type: 'number' })
  portal.defineProperty('contacts', { name: 'colour', type: 'string' })
  return { ...harness, ada, bob, one, two }
}
type World = ReturnType<typeof furnished>

const stateOf = ({ portal }: Pick<Harness, 'portal'>) => ({
  contacts: [...portal.records('contacts')],
  links: [...portal.associations('contacts', 'companies')],
  properties: portal.properties('contacts').map(({ name }) => name),
})

const refused: [string, string, (world: World) => object[]][] = [
  [
    'an end without an id',
    `${LINKS}/create`,
    ({ bob, two }) => [
      { from: { id: bob }, to: { id: two }, types: [PLAIN] },
      { from: {}, to: { id: two }, types: [PLAIN] },
    ],
  ],
  [
    'an unknown category',
    `${LINKS}/create`,
    ({ ada, bob, two }) => [
      { from: { id: bob }, to: { id: two }, types: [PLAIN] },
      { from: { id: ada }, to: { id: two }, types: [{ ...PLAIN, associationCategory: 'MINE' }] },
    ],
  ],
  [
    'no types',
    `${LINKS}/create`,
    ({ ada, bob, two }) => [
      { from: { id: bob }, to: { id: two }, types: [PLAIN] },
      { from: { id: ada }, to: { id: two }, types: [] },
    ],
  ],
  [
    'an end without an id, by default',
    `${LINKS}/associate/default`,
    ({ bob, two }) => [
      { from: { id: bob }, to: { id: two } },
      { from: { id: bob }, to: {} },
    ],
  ],
  [
    'an id that is a list, by name',
    `${OLDER_LINKS}/create`,
    ({ ada, bob, two }) => [
      { from: { id: bob }, to: { id: two }, type: V3_TYPE },
      { from: { id: [ada] }, to: { id: two }, type: V3_TYPE },
    ],
  ],
  [
    'a removed end without an id',
    `${LINKS}/archive`,
    ({ ada, one, bob }) => [
      { from: { id: ada }, to: [{ id: one }] },
      { from: { id: bob }, to: [{}] },
    ],
  ],
  [
    'a removed type of no category',
    `${LINKS}/labels/archive`,
    ({ ada, one, bob }) => [
      { from: { id: ada }, to: { id: one }, types: [PRIMARY] },
      {
        from: { id: bob },
        to: { id: one },
        types: [{ associationCategory: 'x', associationTypeId: 1 }],
      },
    ],
  ],
  [
    'a removed type that the pair does not have',
    `${OLDER_LINKS}/archive`,
    ({ ada, one, bob }) => [
      { from: { id: ada }, to: { id: one }, type: V3_TYPE },
      { from: { id: bob }, to: { id: one }, type: 'contact_to_pet' },
    ],
  ],
  [
    'an id that is an object',
    '/crm/v3/objects/contacts/batch/archive',
    ({ ada }) => [{ id: ada }, { id: {} }],
  ],
  [
    'an id that is none',
    '/crm/v3/objects/contacts/batch/archive',
    ({ ada }) => [{ id: ada }, { id: 'ada@example.com' }],
  ],
  [
    "a property of HubSpot's",
    '/crm/v3/properties/contacts/batch/archive',
    () => [{ name: 'score' }, { name: 'email' }],
  ],
]

test.each(refused)('%s refuses a batch as a whole', async (_, path, inputs) => {
  const world = furnished()
  const before = stateOf(world)
  const { status, body } = await world.post(path, { inputs: inputs(world) })
  expect([status, body.category]).toEqual([400, 'VALIDATION_ERROR'])
  expect(stateOf(world)).toEqual(before)
})

test.each([
  '/crm/v3/objects/contacts',
  '/crm/v3/objects/contacts/batch/create',
  '/crm/v3/properties/contacts',
])('%s needs a body', async (path) => {
  const { portal } = setUp()
  const headers = { authorization: `Bearer ${portal.token}` }
  const request = new Request(`https://api.hubapi.com${path}`, { method: 'POST', headers })
  const response = await portal.fetch(request)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ message: 'Invalid input JSON: expected a body' })
})

const blank = { label: ' ' }
const property = { name: 'x', type: 'string', fieldType: 'text', groupName: 'contactinformation' }
const stages = [{ label: 'Due', displayOrder: 0, metadata: { probability: 0.5 } }]
test.each([
  ['POST', '/crm/v3/properties/contacts', { ...blank, ...property }],
  ['PATCH', '/crm/v3/properties/contacts/score', blank],
  ['POST', '/crm/v3/properties/contacts/groups', { ...blank, name: 'x' }],
  ['PATCH', '/crm/v3/properties/contacts/groups/contactinformation', blank],
  ['POST', '/crm/v3/pipelines/deals', { ...blank, displayOrder: 1, stages }],
  ['PATCH', '/crm/v3/pipelines/deals/default', blank],
  ['POST', '/crm/v3/pipelines/deals/default/stages', { ...stages[0], ...blank }],
  ['PATCH', '/crm/v3/pipelines/deals/default/stages/closedwon', blank],
])('%s %s needs a label with something in it', async (method, path, body) => {
  const { post, patch } = furnished()
  const refusal = await (method === 'POST' ? post : patch)(path, body)
  expect([refusal.status, refusal.body.message]).toEqual([400, 'label must not be blank'])
})
