import { expect, test } from 'vitest'
import { idsOf, setUp } from './harness.js'
import * as shapes from './shapes.js'

const { mismatches } = shapes
const OWNERS = '/crm/owners/2026-03'

/** A portal with four owners; the last is archived. */
const staffed = () => {
  const harness = setUp()
  const names = ['ada', 'bob', 'cyn', 'eve']
  const ids = names.map((name) => harness.portal.createOwner({ email: `${name}@example.com` }))
  harness.portal.archiveOwner(ids[3]!)
  return { ...harness, ids }
}

test('the id of an owner is never that of a user', async () => {
  const { portal, get } = staffed()
  const { results } = (await get(OWNERS)).body
  const users = results.map(({ userId }: { userId: number }) => String(userId))
  const owners = portal.owners().map(({ id }) => id)
  expect(users.filter((user: string) => owners.includes(user))).toEqual([])
  expect(new Set(users).size).toBe(3)
})

test('an archived owner is only in the archived listing, where the user id is null', async () => {
  const { get, ids } = staffed()
  expect(idsOf(await get(OWNERS))).toEqual(ids.slice(0, 3))
  const { results } = (await get(`${OWNERS}?archived=true`)).body
  expect(results).toHaveLength(1)
  expect(results[0]).toMatchObject({ id: ids[3], userId: null, archived: true })
  expect(results[0].userIdIncludingInactive).toBeGreaterThan(0)
  expect(results[0]).not.toHaveProperty('archivedAt')
})

test.each(['', '&archived=true'])('a listing with "%s" is read page by page', async (archived) => {
  const { portal, get } = staffed()
  if (archived) for (const { id } of portal.owners()) portal.archiveOwner(id)
  const expected = portal.owners({ archived: archived !== '' }).map(({ id }) => id)
  const read: string[] = []
  let after: string | undefined
  do {
    const page = await get(`${OWNERS}?limit=2${archived}${after ? `&after=${after}` : ''}`)
    read.push(...idsOf(page))
    after = page.body.paging?.next.after
    expect(mismatches(shapes.list(shapes.owner), page.body)).toEqual([])
  } while (after)
  expect(read).toEqual(expected)
})

test('owners are found by their e-mail address', async () => {
  const { get, ids } = staffed()
  expect(idsOf(await get(`${OWNERS}?email=bob@example.com`))).toEqual([ids[1]])
  expect(idsOf(await get(`${OWNERS}?email=eve@example.com`))).toEqual([])
  expect(idsOf(await get(`${OWNERS}?email=eve@example.com&archived=true`))).toEqual([ids[3]])
})

test('one owner is read by the own id or by that of the user', async () => {
  const { portal, get, ids } = staffed()
  const { userId } = portal.owners()[1]!
  expect((await get(`${OWNERS}/${ids[1]}`)).body.email).toBe('bob@example.com')
  expect((await get(`${OWNERS}/${userId}?idProperty=userId`)).body.id).toBe(ids[1])
  expect((await get(`${OWNERS}/${userId}`)).status).toBe(404)
  expect((await get(`${OWNERS}/${ids[1]}?idProperty=userId`)).status).toBe(404)
  expect((await get(`${OWNERS}/${ids[1]}?idProperty=email`)).status).toBe(400)
})

test('an archived owner is only read with archived=true', async () => {
  const { get, ids } = staffed()
  expect((await get(`${OWNERS}/${ids[3]}`)).status).toBe(404)
  expect((await get(`${OWNERS}/${ids[3]}?archived=true`)).body.id).toBe(ids[3])
  expect((await get(`${OWNERS}/${ids[0]}?archived=true`)).status).toBe(404)
})

test('a restored owner has the user id of before', async () => {
  const { portal, ids } = staffed()
  const { userIdIncludingInactive } = portal.owners({ archived: true })[0]!
  portal.restoreOwner(ids[3]!)
  expect(portal.owners().at(-1)).toMatchObject({
    id: ids[3],
    userId: userIdIncludingInactive,
    archived: false,
  })
})

test('a deleted owner is in neither listing, and cannot be read', async () => {
  const { portal, get, ids } = staffed()
  for (const id of [ids[0]!, ids[3]!]) portal.deleteOwner(id)
  expect(idsOf(await get(OWNERS))).toEqual(ids.slice(1, 3))
  expect(idsOf(await get(`${OWNERS}?archived=true`))).toEqual([])
  expect((await get(`${OWNERS}/${ids[0]}`)).status).toBe(404)
  expect((await get(`${OWNERS}/${ids[3]}?archived=true`)).status).toBe(404)
})

test('a new name moves the modification date of an owner, a new address or team does not', async () => {
  const { portal, clock, ids } = staffed()
  const team = portal.createTeam('Sales')
  const updatedAt = () => portal.owners()[0]!.updatedAt
  const before = updatedAt()
  await clock.advance(1_000)
  portal.updateOwner(ids[0]!, { email: 'countess@example.com' })
  portal.joinTeam(ids[0]!, team)
  expect(updatedAt()).toBe(before)
  portal.updateOwner(ids[0]!, { lastName: 'Lovelace' })
  expect(updatedAt()).not.toBe(before)
  expect(portal.owners()[0]).toMatchObject({ email: 'countess@example.com', lastName: 'Lovelace' })
})

test('an owner has teams where there are any, one of them the main one', async () => {
  const { portal, get, ids } = staffed()
  const [sales, south] = [portal.createTeam('Sales'), portal.createTeam('South')]
  portal.joinTeam(ids[0]!, sales, { primary: true })
  portal.joinTeam(ids[0]!, south, { primary: true })
  const [ada, bob] = (await get(OWNERS)).body.results
  expect(ada.teams).toEqual([
    { id: sales, name: 'Sales', primary: false },
    { id: south, name: 'South', primary: true },
  ])
  expect(bob).not.toHaveProperty('teams')
  portal.leaveTeam(ids[0]!, south)
  portal.renameTeam(sales, 'Sales Europe')
  expect((await get(`${OWNERS}/${ids[0]}`)).body.teams).toEqual([
    { id: sales, name: 'Sales Europe', primary: false },
  ])
  portal.deleteTeam(sales)
  expect((await get(`${OWNERS}/${ids[0]}`)).body).not.toHaveProperty('teams')
})

test('a queue needs neither an address nor a user', async () => {
  const { portal, get } = setUp()
  portal.createOwner({ type: 'QUEUE' })
  const [queue] = (await get(OWNERS)).body.results
  expect(Object.keys(queue)).toEqual(['id', 'type', 'createdAt', 'updatedAt', 'archived'])
  expect(() => portal.createOwner({})).toThrow('Expected an e-mail address')
})

test('owners need their scope, and a slash at the end of the path changes nothing', async () => {
  const { portal, get, ids } = staffed()
  portal.addToken('narrow', { scopes: ['crm.objects.contacts.read'] })
  for (const path of [OWNERS, `${OWNERS}/${ids[0]}`]) {
    const refused = await get(path, 'narrow')
    expect(refused.status).toBe(403)
    expect(refused.body.errors[0].context.requiredGranularScopes).toEqual([
      'crm.objects.owners.read',
    ])
  }
  for (const path of ['/crm/v3/owners/', `${OWNERS}/?limit=100`])
    expect(idsOf(await get(path))).toEqual(ids.slice(0, 3))
})

test('faults affect owners as any other call', async () => {
  const { portal, get } = staffed()
  portal.fault({ operation: 'owners', status: 503 })
  expect((await get(OWNERS)).status).toBe(503)
  portal.fault({ kind: 'empty', operation: 'owner' })
  expect((await get(OWNERS)).status).toBe(200)
  expect((await get(`${OWNERS}/30000001`)).text).toBe('')
})

test('an owner or team that is not there is named', () => {
  const { portal, ids } = staffed()
  expect(() => portal.updateOwner('7', {})).toThrow('Expected the id of an owner, got 7')
  expect(() => portal.joinTeam(ids[0]!, '8')).toThrow('Expected the id of a team, got 8')
  const team = portal.createTeam('Sales')
  expect(() => portal.leaveTeam(ids[0]!, team)).toThrow(`to be in team ${team}`)
  expect(() => portal.createOwner({ email: 'x@example.com', id: ids[0]! })).toThrow('new id')
})
