import { Client } from '@hubspot/api-client'
import { expect, onTestFinished, test } from 'vitest'
import { setUp } from './harness.js'

const LISTS = '/crm/lists/2026-03'

/** A list of three contacts, which join one after the other. */
const start = async () => {
  const harness = setUp()
  const { portal, clock } = harness
  const list = portal.createList('contacts', { name: 'Friends' })
  const ids = portal.createMany('contacts', 3, () => ({}))
  for (const id of [ids[2]!, ids[0]!, ids[1]!]) {
    await clock.advance(1_000)
    portal.addToList(list, id)
  }
  return { ...harness, list, ids }
}

const recordsOf = ({ results }: { results: { recordId: string }[] }) =>
  results.map(({ recordId }) => recordId)

test('members are paged by record id, and in the order in which they joined', async () => {
  const { get, list, ids } = await start()
  const path = `${LISTS}/${list}/memberships`
  const first = (await get(`${path}?limit=2`)).body
  expect([recordsOf(first), first.total]).toEqual([ids.slice(0, 2), 3])
  expect(first.paging).not.toHaveProperty('prev')
  const rest = (await get(`${path}?limit=2&after=${first.paging.next.after}`)).body
  expect(recordsOf(rest)).toEqual([ids[2]])
  expect(rest.paging).not.toHaveProperty('next')
  const back = (await get(`${path}?limit=2&before=${rest.paging.prev.before}`)).body
  expect(recordsOf(back)).toEqual(ids.slice(0, 2))
  expect(recordsOf((await get(`${path}/join-order`)).body)).toEqual([ids[2], ids[0], ids[1]])
})

test('joining and leaving a list moves neither its date nor that of the record', async () => {
  const { get, portal, clock, list, ids } = await start()
  const before = [
    (await get(`${LISTS}/${list}`)).body.list.updatedAt,
    portal.record('contacts', ids[0]!)!.updatedAt,
  ]
  await clock.advance(1_000)
  portal.removeFromList(list, ids[0]!)
  const { updatedAt, size } = (await get(`${LISTS}/${list}`)).body.list
  expect([updatedAt, portal.record('contacts', ids[0]!)!.updatedAt]).toEqual(before)
  expect(size).toBe(2)
})

test('search tells how large a list is and when it was joined and left last', async () => {
  const { post, portal, clock, list, ids } = await start()
  const joined = clock.now()
  await clock.advance(1_000)
  portal.removeFromList(list, ids[1]!)
  for (const name of ['Foes', 'Friends of friends']) portal.createList('contacts', { name })
  const { body } = await post(`${LISTS}/search`, { query: 'friends', count: 1 })
  expect(body).toMatchObject({ total: 2, hasMore: true, offset: 1 })
  expect(body.lists[0].additionalProperties).toEqual({
    ...{ hs_list_size: '2', hs_list_reference_count: '0' },
    hs_last_record_added_at: String(joined),
    hs_last_record_removed_at: String(joined + 1_000),
  })
  const next = (await post(`${LISTS}/search`, { query: 'friends', offset: body.offset })).body
  expect([next.lists.length, next.hasMore]).toEqual([1, false])
})

test('a record that is archived is in no list, and one that rejoins keeps when it joined first', async () => {
  const { get, put, portal, clock, list, ids } = await start()
  portal.archive('contacts', ids[2]!)
  expect(portal.listMembers(list)).toEqual(ids.slice(0, 2))
  await put(`${LISTS}/${list}/memberships/remove`, [ids[0]])
  await clock.advance(60_000)
  const added = await put(`${LISTS}/${list}/memberships/add`, [ids[0], ids[1], '7'])
  expect(added.body).toEqual({
    ...{ recordsIdsAdded: [ids[0]], recordIdsRemoved: [] },
    recordIdsMissing: ['7'],
  })
  const [membership] = (await get(`${LISTS}/records/0-1/${ids[0]}/memberships`)).body.results
  const { firstAddedTimestamp, lastAddedTimestamp } = membership
  expect(Date.parse(lastAddedTimestamp)).toBe(clock.now())
  expect(Date.parse(firstAddedTimestamp)).toBeLessThan(Date.parse(lastAddedTimestamp))
})

test('a list that filters fill is changed by the test alone', async () => {
  const { put, portal, ids } = await start()
  const filterBranch = { filterBranchType: 'OR', filterBranches: [], filters: [] }
  const dynamic = portal.createList('contacts', { name: 'All', kind: 'DYNAMIC', filterBranch })
  expect((await put(`${LISTS}/${dynamic}/memberships/add`, [ids[0]])).status).toBe(400)
  portal.addToList(dynamic, ids[0]!)
  expect(portal.listMembers(dynamic)).toEqual([ids[0]])
  const changed = await put(`${LISTS}/${dynamic}/update-list-filters`, { filterBranch })
  expect(changed.body.updatedList.listVersion).toBe(2)
})

test('a deleted list is not found until it is restored with its members', async () => {
  const { get, put, remove, list, ids } = await start()
  expect((await remove(`${LISTS}/${list}`)).status).toBe(204)
  expect((await get(`${LISTS}/${list}`)).status).toBe(404)
  expect((await put(`${LISTS}/${list}/restore`)).status).toBe(204)
  expect(recordsOf((await get(`${LISTS}/${list}/memberships`)).body)).toEqual(ids)
})

test('a deleted list whose name another one has got is not restored', async () => {
  const { put, remove, portal, list } = await start()
  await remove(`${LISTS}/${list}`)
  portal.createList('contacts', { name: 'Friends' })
  const { status, body } = await put(`${LISTS}/${list}/restore`)
  expect([status, body.message]).toEqual([
    400,
    'A list of contacts with the name Friends already exists',
  ])
})

test('a search from an offset below 0, or for properties that are no list, is refused', async () => {
  const { post } = await start()
  for (const wrong of [{ offset: -1 }, { query: 'nobody', additionalProperties: 'hs_list_size' }])
    expect((await post(`${LISTS}/search`, wrong)).status, JSON.stringify(wrong)).toBe(400)
})

test('lists need scopes of their own', async () => {
  const { get, put, portal, list } = await start()
  portal.addToken('reader', { scopes: ['crm.lists.read'] })
  expect((await get(`${LISTS}/${list}`, 'reader')).status).toBe(200)
  expect((await put(`${LISTS}/${list}/memberships/add`, [], 'reader')).status).toBe(403)
})

test('the official client makes a list, fills it and reads it', async () => {
  const { portal } = setUp()
  const server = await portal.listen()
  onTestFinished(() => server.close())
  const { lists } = new Client({ basePath: server.url, accessToken: portal.token }).crm
  const created = await lists.listsApi.create({
    ...{ name: 'Friends', objectTypeId: '0-1', processingType: 'MANUAL' },
  } as never)
  const { listId } = created.list
  const contact = portal.create('contacts', {})
  const change = await lists.membershipsApi.add(listId, [contact])
  expect(change.recordsIdsAdded).toEqual([contact])
  const { results } = await lists.membershipsApi.getPage(listId)
  expect(results.map(({ recordId }) => recordId)).toEqual([contact])
  expect((await lists.listsApi.doSearch({ query: 'friends' } as never)).total).toBe(1)
  expect((await lists.listsApi.getById(listId)).list.size).toBe(1)
})
