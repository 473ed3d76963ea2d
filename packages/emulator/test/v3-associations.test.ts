import { expect, test } from 'vitest'
import { setUp } from './harness.js'
import { mismatches, type Shape } from './shapes.js'

const BATCH = '/crm/v3/associations/companies/contacts/batch/read'
const paging: Shape = { next: { after: 'string', link: 'string' } }
const plain: Shape = { id: 'id', type: 'string' }

interface Plain {
  readonly id: string
  readonly type: string
}

/** A company with this many contacts. */
function staffed(contacts: number) {
  const harness = setUp()
  const { portal } = harness
  const company = portal.create('companies', {})
  const ids = portal.createMany('contacts', contacts, () => ({}))
  for (const id of ids) portal.associate('companies', company, 'contacts', id)
  return { ...harness, company, ids }
}

/** Follows the links of pages to the end. */
async function rest(get: ReturnType<typeof setUp>['get'], link: string | undefined) {
  const ids: string[] = []
  for (let next = link; next; ) {
    const { status, body } = await get(next.replace('https://api.hubapi.com', ''))
    expect(status).toBe(200)
    ids.push(...body.results.map(({ id }: Plain) => id))
    next = body.paging?.next.link
  }
  return ids
}

test.each(['v3', '2026-03', '2026-09'])(
  'the link of inline associations leads to the rest of them, in %s',
  async (version) => {
    const { get, company, ids } = staffed(250)
    const path = version === 'v3' ? '/crm/v3/objects' : `/crm/objects/${version}`
    const listed = await get(`${path}/companies?associations=contacts`)
    const single = await get(`${path}/companies/${company}?associations=contacts`)
    for (const record of [listed.body.results[0], single.body]) {
      const { contacts } = record.associations
      expect(mismatches({ results: [plain], paging }, contacts)).toEqual([])
      const first = contacts.results.map(({ id }: Plain) => id)
      expect([...first, ...(await rest(get, contacts.paging.next.link))]).toEqual(ids)
    }
  },
)

test('the associations of one record come a row for each type, in pages of 500 or fewer', async () => {
  const { portal, get, company, ids } = staffed(3)
  portal.associate('contacts', ids[0]!, 'companies', company, { primary: true })
  const path = `/crm/v3/objects/companies/${company}/associations/contacts`
  const { body } = await get(path)
  expect(body).toEqual({
    results: [
      { id: ids[0], type: 'company_to_contact_unlabeled' },
      { id: ids[0], type: 'company_to_contact' },
      { id: ids[1], type: 'company_to_contact_unlabeled' },
      { id: ids[2], type: 'company_to_contact_unlabeled' },
    ],
  })
  const first = await get(`${path}?limit=2`)
  expect(first.body.results).toHaveLength(2)
  expect(await rest(get, first.body.paging.next.link)).toEqual([ids[1], ids[2]])
  expect((await get(`${path}?limit=501`)).status).toBe(400)
  expect((await get('/crm/v3/objects/companies/7/associations/contacts')).status).toBe(404)
})

test('a batch of version 3 has names of types, and a page of a hundred for each record', async () => {
  const { post, get, company, ids } = staffed(130)
  const { status, body } = await post(BATCH, { inputs: [{ id: company }] })
  expect(status).toBe(200)
  const [result] = body.results
  expect(mismatches({ from: { id: 'id' }, to: [plain], paging }, result)).toEqual([])
  expect(result.from.id).toBe(company)
  expect(result.to).toHaveLength(100)
  expect(result.to[0]).toEqual({ id: ids[0], type: 'company_to_contact_unlabeled' })
  expect(await rest(get, result.paging.next.link)).toEqual(ids.slice(100))
  const { after } = result.paging.next
  const more = await post(BATCH, { inputs: [{ id: company, after }] })
  expect(more.body.results[0].to.map(({ id }: Plain) => id)).toEqual(ids.slice(100))
  expect(more.body.results[0]).not.toHaveProperty('paging')
})

test('a batch of version 3 names what has no associations in its errors', async () => {
  const { portal, post, company } = staffed(1)
  const alone = portal.create('companies', {})
  const { status, body } = await post(BATCH, {
    inputs: [{ id: company }, { id: alone }, { id: 'x' }],
  })
  expect(status).toBe(207)
  expect(body.results).toHaveLength(1)
  expect(body.numErrors).toBe(2)
  expect(body.errors.map(({ subCategory }: { subCategory: string }) => subCategory)).toEqual([
    'crm.associations.NO_ASSOCIATIONS_FOUND',
    'crm.associations.INVALID_IDENTIFIER',
  ])
})

test('the types of a pair are listed by their names', async () => {
  const { get } = setUp()
  const { body } = await get('/crm/v3/associations/deals/companies/types')
  expect(body.results).toContainEqual({ id: '5', name: 'deal_to_company' })
  expect(body.results).toContainEqual({ id: '341', name: 'deal_to_company_unlabeled' })
})
