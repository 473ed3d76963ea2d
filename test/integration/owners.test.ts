import { describe, expect, test } from 'vitest'
import { overtakenStore } from './support/overtaken-store.js'
import { expectSameOwners } from './support/reference-equality.js'
import { type StoreKind, stores } from './support/stores.js'
import { createWorld } from './support/world.js'

const ownersAlone = { reference: ['owners'] } as const

function someOwners(open: StoreKind['open']) {
  const world = createWorld(open(), ownersAlone)
  const { portal } = world
  const ann = portal.createOwner({ email: 'ann@example.com', firstName: 'Ann', lastName: 'Lee' })
  const bob = portal.createOwner({ email: 'bob@example.com', firstName: 'Bob' })
  const sales = portal.createTeam('Sales')
  portal.joinTeam(ann, sales, { primary: true })
  portal.joinTeam(bob, sales)
  return { ...world, ann, bob, sales }
}

describe.each(stores)('owners on $name', ({ open, place }) => {
  test('are mirrored with their teams, active and archived ones', async () => {
    const { portal, store, sync, ann, bob } = someOwners(open)
    portal.archiveOwner(bob)
    expect((await sync.run({ jobs: ['owners'] })).jobs.owners).toMatchObject({
      ...{ status: 'complete', read: 5, created: 4, archived: 1, calls: 2 },
    })
    await expectSameOwners(portal, store)
    expect(await sync.get('owners', bob, { raw: false })).toMatchObject({
      ...{ id: bob, status: 'ARCHIVED', email: 'bob@example.com', lastName: null },
      userId: String(portal.owners({ archived: true })[0]?.userIdIncludingInactive),
    })
    expect(await sync.get('owners', ann)).toMatchObject({ status: 'ACTIVE', lastName: 'Lee' })
  })

  test('follow what is renamed, archived and restored, and are not written where nothing changed', async () => {
    const { portal, store, sync, ann, bob, sales } = someOwners(open)
    await sync.run({ jobs: ['owners'] })
    portal.updateOwner(ann, { firstName: 'Anna' })
    portal.archiveOwner(bob)
    portal.renameTeam(sales, 'Sales EMEA')
    expect((await sync.run({ jobs: ['owners'] })).jobs.owners).toMatchObject({
      ...{ created: 0, updated: 2, archived: 1 },
    })
    await expectSameOwners(portal, store)
    portal.restoreOwner(bob)
    expect((await sync.run({ jobs: ['owners'] })).jobs.owners).toMatchObject({
      ...{ updated: 0, restored: 1, unchanged: 4 },
    })
    await expectSameOwners(portal, store)
  })

  test('that HubSpot no longer lists are asked for once, then stay as archived with their names', async () => {
    const { portal, store, sync, bob, sales } = someOwners(open)
    await sync.run({ jobs: ['owners'] })
    portal.deleteOwner(bob)
    portal.deleteTeam(sales)
    portal.clearCalls()
    await sync.run({ jobs: ['owners'] })
    await expectSameOwners(portal, store)
    expect(await sync.get('owners', bob)).toMatchObject({ status: 'ARCHIVED', firstName: 'Bob' })
    expect(await sync.get('teams', sales)).toMatchObject({ status: 'ARCHIVED', name: 'Sales' })
    const byId = () => portal.calls.filter(({ path }) => path.includes(bob))
    expect(byId()).toHaveLength(2)
    await sync.run({ jobs: ['owners'] })
    expect(byId()).toHaveLength(2)
  })

  test('come in several pages', async () => {
    const { portal, store, sync } = createWorld(open(), ownersAlone)
    for (let number = 0; number < 230; number++)
      portal.createOwner({ email: `${number}@example.com` })
    expect((await sync.run({ jobs: ['owners'] })).jobs.owners.calls).toBe(4)
    await expectSameOwners(portal, store)
  })

  test.each([
    { what: 'a page that breaks off', fault: { after: 1, status: 400, body: {} } },
    { what: 'a failing list of archived owners', fault: { after: 2, kind: 'error', times: 99 } },
    {
      what: 'a cursor that comes again',
      fault: {
        ...{ after: 1, times: 99, status: 200 },
        body: { results: [], paging: { next: { after: '7' } } },
      },
    },
    { what: 'a reply without results', fault: { after: 2, status: 200, body: {} } },
  ] as const)('stay as they are after $what', async ({ fault }) => {
    const { portal, store, sync } = createWorld(open(), ownersAlone)
    const ids = Array.from({ length: 230 }, (_, number) =>
      portal.createOwner({ email: `${number}@example.com` }),
    )
    await sync.run({ jobs: ['owners'] })
    const rows = () => store.reference(String(portal.portalId), 'owners', [])
    const before = await rows()
    for (const id of ids.slice(0, 150)) portal.archiveOwner(id)
    const status = await sync.status()
    portal.fault({ operation: 'owners', ...fault })
    const report = await sync.run({ jobs: ['owners'] })
    expect(report.jobs.owners.status).toBe('failed')
    expect(await rows()).toEqual(before)
    expect((await sync.status()).reference).toEqual(status.reference)
    portal.clearFaults()
    await sync.run({ jobs: ['owners'] })
    await expectSameOwners(portal, store)
  })

  test('that both lists have are as HubSpot says by id', async () => {
    const { portal, store, sync } = someOwners(open)
    const [active] = portal.owners()
    const body = { results: [...portal.owners({ archived: true }), { ...active, archived: true }] }
    portal.fault({ operation: 'owners', after: 1, status: 200, body })
    expect((await sync.run({ jobs: ['owners'] })).jobs.owners).toMatchObject({ calls: 3 })
    await expectSameOwners(portal, store)
  })

  test('with odd values are stored as far as they make sense', async () => {
    const { portal, sync } = createWorld(open(), ownersAlone)
    const odd = {
      id: 7,
      email: 5,
      firstName: { a: 1 },
      userId: 'x',
      createdAt: 'soon',
      teams: 'no',
    }
    const body = { results: [odd, { email: 'nobody@example.com' }, null] }
    portal.fault({ operation: 'owners', status: 200, body })
    expect((await sync.run({ jobs: ['owners'] })).jobs.owners).toMatchObject({
      ...{ status: 'complete', unreadable: 2, created: 1 },
    })
    expect(await sync.get('owners', '7')).toMatchObject({
      ...{ email: null, firstName: null, createdAt: null, userId: 'x', raw: { email: 5 } },
    })
  })

  test('are listed by filter and page, and are related with teams', async () => {
    const { sync, portal, ann, bob, sales } = someOwners(open)
    const cara = portal.createOwner({ email: 'cara@example.com', firstName: 'Cara' })
    portal.archiveOwner(cara)
    await sync.run({ jobs: ['owners'] })
    const page = await sync.list('owners', { limit: 1, raw: false })
    expect(page.results.map(({ id }) => id)).toEqual([ann])
    const rest = await sync.list('owners', { ...page.paging.next })
    expect(rest).toMatchObject({ results: [{ id: bob }], paging: {} })
    const named = await sync.list('owners', { where: { firstName: ' Cara ' }, status: 'ALL' })
    expect(named.results.map(({ id }) => id)).toEqual([cara])
    expect(await sync.related('owners', ann, 'teams', { raw: false })).toEqual([
      { record: { id: sales, status: 'ACTIVE', name: 'Sales' }, isPrimary: true },
    ])
    const members = await sync.related('teams', sales, 'owners')
    expect(members.map(({ record, isPrimary }) => [record.id, isPrimary])).toEqual([
      [ann, true],
      [bob, false],
    ])
    await expect(sync.list('owners', { where: { name: 'x' } as never })).rejects.toThrow(
      /to be a column of "owners"/,
    )
  })

  test('tell of their changes in the feed, but not of the first reading', async () => {
    const { sync, portal, ann, bob } = someOwners(open)
    await sync.run({ jobs: ['owners'] })
    expect((await sync.changes()).results).toEqual([])
    const { cursor } = await sync.changes({ after: 'now' })
    portal.updateOwner(ann, { firstName: 'Anna' })
    portal.leaveTeam(bob, portal.owners()[0]?.teams?.[0]?.id as string)
    await sync.run({ jobs: ['owners'] })
    const { results } = await sync.changes({ after: cursor })
    expect(results.map(({ object, id, kind }) => [object, id, kind])).toEqual([
      ['owners', ann, 'updated'],
      ['owners', bob, 'updated'],
      ['owners_teams', expect.stringContaining(`${bob}/`), 'removed'],
    ])
    expect(results[0]?.columns).toMatchObject({ firstName: { old: 'Ann', new: 'Anna' } })
  })

  test('are read again by a run that another process has overtaken', async () => {
    const store = place()
    const { portal, sync, again, ann } = someOwners(store)
    await sync.run({ jobs: ['owners'] })
    portal.updateOwner(ann, { firstName: 'Anna' })
    const overtaken = overtakenStore(store(), { stream: 'owners' }, async () => {
      portal.updateOwner(ann, { firstName: 'Annie' })
      await again({ store: store() }).verify({ repair: true })
    })
    const { jobs } = await again({ store: overtaken }).run({ jobs: ['owners'] })
    expect(jobs.owners).toMatchObject({ status: 'complete', updated: 0, calls: 4 })
    expect(await sync.get('owners', ann)).toMatchObject({ firstName: 'Annie' })
  })
})
