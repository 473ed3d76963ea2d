import { describe, expect, test } from 'vitest'
import { setUp } from './harness.js'

describe.each(['/crm/v4/associations', '/crm/associations/2026-03', '/crm/associations/2026-09'])(
  'under %s',
  (base) => {
    const labels = `${base}/contacts/companies/labels`

    test('a label is made in both directions, renamed and deleted', async () => {
      const { portal, post, put, remove, get } = setUp()
      const created = await post(labels, {
        name: 'adviser',
        label: 'Adviser',
        inverseLabel: 'Advised by',
      })
      expect(created.status).toBe(200)
      expect(created.body.results).toMatchObject([
        { category: 'USER_DEFINED', label: 'Adviser' },
        { category: 'USER_DEFINED', label: 'Advised by' },
      ])
      const [near, far] = created.body.results as [{ typeId: number }, { typeId: number }]
      expect((await get(labels)).body.results).toContainEqual(near)
      expect((await get(`${base}/companies/contacts/labels`)).body.results).toContainEqual(far)

      const renamed = await put(labels, { associationTypeId: near.typeId, label: 'Consultant' })
      expect([renamed.status, renamed.text]).toEqual([204, ''])
      for (const [from, to] of [
        ['contacts', 'companies'],
        ['companies', 'contacts'],
      ] as const)
        expect(portal.associationTypes(from, to).map(({ label }) => label)).toContain('Consultant')

      const [contact, company] = [portal.create('contacts', {}), portal.create('companies', {})]
      portal.associate('contacts', contact, 'companies', company, { label: 'Consultant' })
      expect((await remove(`${labels}/${near.typeId}`)).status).toBe(204)
      expect([...portal.associations('contacts', 'companies')].map(({ label }) => label)).toEqual([
        null,
      ])
      expect((await remove(`${labels}/${near.typeId}`)).status).not.toBe(204)
    })

    test('types have limits that are set and taken away', async () => {
      const { post, get } = setUp()
      const limits = `${base}/definitions/configurations`
      const batch = `${limits}/contacts/companies/batch`
      const spec = { category: 'HUBSPOT_DEFINED', typeId: 279 }
      const created = await post(`${batch}/create`, { inputs: [{ ...spec, maxToObjectIds: 5 }] })
      expect([created.status, created.body.results]).toEqual([
        200,
        [{ ...spec, userEnforcedMaxToObjectIds: 5 }],
      ])
      await post(`${batch}/update`, { inputs: [{ ...spec, maxToObjectIds: 7 }] })
      expect((await get(`${limits}/all`)).body.results).toEqual([
        { ...spec, userEnforcedMaxToObjectIds: 7 },
      ])
      expect((await post(`${batch}/purge`, { inputs: [spec] })).status).toBe(204)
      expect((await get(`${limits}/contacts/companies`)).body.results).toEqual([])
    })
  },
)

const LABELS = '/crm/v4/associations/contacts/companies/labels'

test('a label and its name are used once in a pair, and what HubSpot defines stays', async () => {
  const { post, put, remove } = setUp()
  await post(LABELS, { name: 'adviser', label: 'Adviser' })
  for (const [name, label] of [
    ['adviser', 'Other'],
    ['other', 'Adviser'],
    ['1st', 'First'],
  ] as const) {
    const { status, body } = await post(LABELS, { name, label })
    expect([name, label, status, body.category]).toEqual([name, label, 400, 'VALIDATION_ERROR'])
  }
  expect((await put(LABELS, { associationTypeId: 279, label: 'x' })).status).toBe(400)
  expect((await remove(`${LABELS}/279`)).status).toBe(400)
  expect((await remove(`${LABELS}/9999`)).status).toBe(404)
})

test('the unlabelled type of a pair goes after its labels', async () => {
  const { portal, post, remove } = setUp()
  portal.defineObject({ typeId: '2-7', name: 'pets' })
  const labels = '/crm/v4/associations/2-7/contacts/labels'
  const { body } = await post(labels, { name: 'owner', label: 'Owner' })
  const [plain] = portal.associationTypes('pets', 'contacts')
  expect(plain).toMatchObject({ label: null })
  const refused = await remove(`${labels}/${plain!.typeId}`)
  expect([refused.status, refused.body.message]).toMatchObject([
    400,
    `Definition with label still exists; Cannot delete unlabeled type with associationTypeId ${plain!.typeId}`,
  ])
  await remove(`${labels}/${body.results[0].typeId}`)
  expect((await remove(`${labels}/${plain!.typeId}`)).status).toBe(204)
})

test('labels need the scope of one of the definitions', async () => {
  const { portal, post } = setUp()
  portal.addToken('records', {
    scopes: ['crm.objects.contacts.write', 'crm.objects.companies.write'],
  })
  portal.addToken('schemas', { scopes: ['crm.schemas.companies.write'] })
  const body = { name: 'adviser', label: 'Adviser' }
  expect((await post(LABELS, body, 'records')).status).toBe(403)
  expect((await post(LABELS, body, 'schemas')).status).toBe(200)
})
