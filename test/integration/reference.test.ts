import {
  companies,
  contacts,
  createHubspotSync,
  deals,
  type HubspotSyncOptions,
  memoryStore,
} from '@hubsync/core'
import type { PortalOptions } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { breakingStore } from './support/breaking-store.js'
import { expectSameOwners, expectSamePipelines } from './support/reference-equality.js'
import { type StoreKind, stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const HOUR = 3_600_000
const parts = ['owners', 'pipelines', 'catalogue']

/** A mirror with everything around the records, read once an hour ago, its records and sweeps up to date. */
async function mirrored(open: StoreKind['open'], portalOptions: PortalOptions = {}) {
  const options = { reference: true, census: '24h', associationSweep: '24h' } as const
  const world = createWorld(open(), { ...options, portal: portalOptions })
  const { portal, sync, clock } = world
  const owner = portal.createOwner({ email: 'ann@example.com', firstName: 'Ann' })
  const ids = populate(portal, { contacts: 6, companies: 2, deals: 2 })
  for (const id of ids.deals) portal.update('deals', id, { hubspot_owner_id: owner })
  const report = await sync.run()
  await clock.advance(20 * 60_000)
  return { ...world, owner, ids, report }
}

describe.each(stores)('what lies around the records, on $name,', ({ open, place }) => {
  test('is read by a run of everything, after the records', async () => {
    const { report, portal, store } = await mirrored(open)
    expect(report.status).toBe('complete')
    expect(Object.keys(report.jobs).slice(-3).sort()).toEqual([...parts].sort())
    await expectSameOwners(portal, store)
    for (const object of ['contacts', 'companies', 'deals'])
      await expectSamePipelines(portal, store, object)
  })

  test('is read every hour and every day, and costs no call before that', async () => {
    const { portal, sync, clock } = await mirrored(open)
    await clock.advance(30 * 60_000)
    await sync.run()
    portal.clearCalls()
    expect(parts.filter((part) => part in sync.jobs)).toEqual([])
    const quiet = await sync.run()
    expect(Object.keys(quiet.jobs).filter((job) => parts.includes(job))).toEqual([])
    expect(portal.calls.filter(({ path }) => /owners|pipelines|properties/.test(path))).toEqual([])
    await clock.advance(20 * 60_000)
    const hourly = await sync.run()
    expect(hourly.jobs).toMatchObject({ owners: {}, pipelines: {} })
    expect(hourly.jobs).not.toHaveProperty('catalogue')
    await clock.advance(23 * HOUR)
    expect(Object.keys((await sync.run()).jobs)).toEqual(expect.arrayContaining(parts))
  })

  test('is read at once where a record names an owner or a stage that is new', async () => {
    const { portal, sync, ids, store } = await mirrored(open)
    const owner = portal.createOwner({ email: 'new@example.com', firstName: 'New' })
    portal.update('contacts', ids.contacts[0] as string, { hubspot_owner_id: owner })
    const first = await sync.run()
    expect(Object.keys(first.jobs)).toContain('owners')
    expect(Object.keys(first.jobs)).not.toContain('pipelines')
    expect(await sync.get('owners', owner)).toMatchObject({ firstName: 'New' })
    const stage = portal.createStage('deals', 'default', { label: 'Paused' })
    portal.update('deals', ids.deals[0] as string, { dealstage: stage })
    const second = await sync.run()
    expect(Object.keys(second.jobs)).toContain('pipelines')
    expect(Object.keys(second.jobs)).not.toContain('owners')
    await expectSamePipelines(portal, store, 'deals')
  })

  test('is read at once where records are linked by a type that is new', async () => {
    const { portal, sync, ids, store } = await mirrored(open)
    const { typeId } = portal.defineAssociation('contacts', 'companies', { label: 'Adviser' })
    const [contact, company] = [ids.contacts[0] as string, ids.companies[0] as string]
    portal.associate('contacts', contact, 'companies', company, { label: 'Adviser' })
    portal.update('contacts', contact, { firstname: 'Changed' })
    const report = await sync.run()
    expect(Object.keys(report.jobs)).toContain('catalogue')
    const scope = ['contacts', 'companies', 'USER_DEFINED', typeId]
    const rows = await store.reference(String(portal.portalId), 'association_types', scope)
    expect(rows).toMatchObject([{ status: 'ACTIVE', values: { label: 'Adviser' } }])
  })

  test('is read once, and no more, for a value that HubSpot does not list', async () => {
    const { portal, sync, ids } = await mirrored(open)
    const update = (name: string) => {
      for (const id of ids.contacts.slice(0, 2))
        portal.update('contacts', id, { hubspot_owner_id: '4711', firstname: name })
    }
    update('One')
    expect(Object.keys((await sync.run()).jobs)).toContain('owners')
    update('Two')
    expect(Object.keys((await sync.run()).jobs)).not.toContain('owners')
  })

  test('keeps the name of an owner who is gone while records name them', async () => {
    const { portal, sync, owner, ids, clock } = await mirrored(open)
    portal.deleteOwner(owner)
    await clock.advance(HOUR)
    await sync.run()
    const deal = await sync.get('deals', ids.deals[0] as string)
    expect(deal?.ownerId).toBe(owner)
    expect(await sync.get('owners', owner)).toMatchObject({ status: 'ARCHIVED', firstName: 'Ann' })
  })

  test('is whole or untouched, wherever its process dies, and the next run goes on', async () => {
    const { portal, clock, again, store: there } = await mirrored(place())
    for (const landed of [false, true])
      for (let at = 1; ; at++) {
        portal.createOwner({ email: `${landed}-${at}@example.com` })
        portal.updateStage('deals', 'default', 'closedwon', { label: `Won ${landed} ${at}` })
        await clock.advance(HOUR)
        const store = breakingStore(there, { at, landed })
        await again({ store })
          .run()
          .catch(() => {})
        await clock.advance(5 * 60_000)
        expect((await again().run()).status).toBe('complete')
        await expectSameOwners(portal, there)
        await expectSamePipelines(portal, there, 'deals')
        if (store.commits < at) break
      }
  })

  test('takes no cursor of the feed away where it is read of one more object', async () => {
    const { sync, again } = createWorld(open(), { reference: ['pipelines'] })
    await again({ objects: [companies] } as never).run({ jobs: ['pipelines'] })
    const { cursor } = await sync.changes({ after: 'now' })
    await sync.run({ jobs: ['pipelines'] })
    expect((await sync.changes({ after: cursor })).results).toEqual([])
  })

  test('goes first where the last run did not come to it', async () => {
    const { sync, clock } = await mirrored(open)
    await clock.advance(HOUR)
    const cut = await sync.run({ maxCalls: 2 })
    expect(cut.jobs.owners).toMatchObject({ status: 'partial', started: false })
    expect(
      Object.keys((await sync.run()).jobs)
        .slice(0, 2)
        .sort(),
    ).toEqual(['owners', 'pipelines'])
  })

  test('comes to be read again where dropped tables are made again', async () => {
    const { sync, again, store, portal } = await mirrored(open)
    const { cursor } = await sync.changes({ after: 'now' })
    const missing = store.missing.bind(store)
    let dropped = ['owners', 'teams', 'owners_teams']
    const without = again({
      store: {
        ...store,
        missing: async (schema) => ({ ...(await missing(schema)), reference: dropped as never }),
        migrate: async (schema) => {
          dropped = []
          await store.migrate(schema)
        },
      },
    })
    expect(Object.keys((await without.run()).jobs)).toContain('owners')
    await expectSameOwners(portal, store)
    await expect(sync.changes({ after: cursor })).rejects.toMatchObject({ code: 'CURSOR_LOST' })
  })
})

describe('a scope that the token lacks', () => {
  const scopes = [
    ...['contacts', 'companies', 'deals'].map((type) => `crm.objects.${type}.read`),
    ...['contacts', 'companies', 'deals', 'custom'].map((type) => `crm.schemas.${type}.read`),
  ]
  const without = { ...{ scopes: { required: [] } }, scope: 'crm.objects.owners.read' }

  test('is named in the report and the status, and the run is complete', async () => {
    const { report, sync } = await mirrored(memoryStore, { scopes })
    expect(report.status).toBe('complete')
    const message = expect.stringContaining(without.scope)
    const leftOut = { of: ['owners'], scopes: [without.scope], message }
    expect(report.jobs.owners).toMatchObject({ status: 'complete', leftOut })
    expect((await sync.status()).reference.owners).toMatchObject({ rows: {}, leftOut })
    expect((await sync.status()).reference.pipelines?.leftOut).toBeNull()
  })

  test('fails the job of who asked for it by name, again in each run', async () => {
    const { sync } = createWorld(memoryStore(), { reference: ['owners'], portal: { scopes } })
    for (let run = 0; run < 2; run++)
      expect((await sync.run()).jobs.owners).toMatchObject({
        ...{ status: 'failed', error: { code: 'MISSING_SCOPE', requiredScopes: [without.scope] } },
      })
    const { sync: all } = createWorld(memoryStore(), { reference: true, portal: { scopes } })
    expect((await all.run({ jobs: ['owners'] })).status).toBe('failed')
  })
})

describe('the option `reference`', () => {
  test('that is false leaves out jobs and tables, and reads refuse', async () => {
    const { sync, portal } = createWorld(memoryStore(), { reference: false })
    const report = await sync.run()
    expect(Object.keys(report.jobs).filter((job) => parts.includes(job))).toEqual([])
    expect(portal.calls.filter(({ path }) => /owners|pipelines/.test(path))).toEqual([])
    await expect(sync.get('owners', '1')).rejects.toThrow(/its `reference` leaves them out/)
    await expect(sync.run({ jobs: ['owners'] })).rejects.toMatchObject({ code: 'UNKNOWN_JOB' })
  })

  test('that is something else is refused', () => {
    const given = { accessToken: 'x', store: memoryStore(), reference: ['owner'] as never }
    expect(() => createHubspotSync(given)).toThrow(
      /`reference` .* to be true, false or a list of 'owners', 'pipelines', 'catalogue'/,
    )
  })

  test('is on by default', () => {
    const sync = createHubspotSync({ accessToken: 'x', store: memoryStore() })
    expect(sync.jobs).toEqual(expect.arrayContaining(parts))
  })
})

test('plan() prices what lies around the records as the run then pays it', async () => {
  const objects = [contacts, companies, deals] as const
  const { sync, clock } = createWorld(memoryStore(), { objects, reference: true })
  const before = await sync.plan()
  const { jobs } = await sync.run()
  const paid = parts.reduce((sum, part) => sum + (jobs[part as 'owners']?.calls ?? 0), 0)
  expect(before.referenceCalls).toBe(paid)
  expect((await sync.plan()).referenceCalls).toBe(0)
  await clock.advance(HOUR)
  expect((await sync.plan()).referenceCalls).toBe(5)
})

test('verify() finds what is missing, stale and extra around the records, and repairs it', async () => {
  const { sync, portal, store, owner, clock } = await mirrored(memoryStore)
  expect((await sync.verify()).status).toBe('equal')
  const team = portal.createTeam('Sales')
  portal.joinTeam(owner, team)
  portal.deleteStage('deals', 'default', 'closedlost')
  await clock.advance(60_000)
  portal.createOwner({ email: 'later@example.com' })
  const { status, reference } = await sync.verify({ repair: true })
  expect(status).toBe('different')
  expect(reference).toMatchObject({
    owners: { compared: 2, missing: { count: 0 }, stale: { count: 1, ids: [owner] }, newer: 1 },
    teams: { missing: { count: 1, ids: [team] } },
    owners_teams: { missing: { count: 1, ids: [`${owner}/${team}`] } },
    pipeline_stages: { extra: { count: 1, ids: ['deals/default/closedlost'] } },
  })
  await expectSameOwners(portal, store)
  await expectSamePipelines(portal, store, 'deals')
  expect((await sync.verify()).status).toBe('equal')
})

test('verify() of a mirror that never read what lies around its records compares the records alone', async () => {
  const { sync } = createWorld(memoryStore(), { reference: true })
  await sync.run({ jobs: ['contacts', 'companies', 'deals'] })
  expect(await sync.verify()).toMatchObject({ status: 'equal', reference: {} })
})

describe('a label of links that is renamed in HubSpot', () => {
  const labelled = async (options: Partial<HubspotSyncOptions> = {}) => {
    const world = await mirrored(memoryStore)
    const { portal, ids, again } = world
    const sync = again({ associationSweep: false, census: false, ...options })
    portal.defineAssociation('contacts', 'companies', { label: 'Adviser' })
    const [contact, company] = [ids.contacts[0] as string, ids.companies[0] as string]
    portal.associate('contacts', contact, 'companies', company, { label: 'Adviser' })
    await sync.run({ jobs: ['associations', 'catalogue'] })
    const rename = (label: string, to: string) =>
      portal.renameAssociation('contacts', 'companies', { label }, { label: to })
    const labels = async () =>
      (await sync.related('contacts', contact, 'companies')).flatMap(({ associations }) =>
        associations.map(({ label }) => label),
      )
    expect(await labels()).toContain('Adviser')
    return { ...world, sync, contact, rename, labels }
  }

  test('is in them with the run that reads the catalogue', async () => {
    const { sync, clock, rename, labels } = await labelled()
    rename('Adviser', 'Consultant')
    await clock.advance(24 * HOUR)
    expect((await sync.run()).jobs.catalogue?.status).toBe('complete')
    expect(await labels()).toContain('Consultant')
  })

  test('is in all of them with the run that meets it in one', async () => {
    const { portal, ids, sync, rename, labels } = await labelled()
    const other = ids.contacts[1] as string
    portal.associate('contacts', other, 'companies', ids.companies[0] as string, {
      label: 'Adviser',
    })
    rename('Adviser', 'Consultant')
    portal.update('contacts', other, { firstname: 'Changed' })
    await sync.run()
    expect(await labels()).toContain('Consultant')
  })

  test('is in them though the machine that read the catalogue has a slow clock', async () => {
    const { again, clock, sync, rename, labels } = await labelled()
    rename('Adviser', 'Consultant')
    const late = { now: () => clock.now() - 72 * HOUR, sleep: clock.sleep }
    await again({ clock: late }).run({ jobs: ['catalogue'] })
    await clock.advance(60_000)
    await sync.run()
    expect(await labels()).toContain('Consultant')
  })

  test('costs no run after that another sweep', async () => {
    const { again, clock, sync, rename } = await labelled()
    rename('Adviser', 'Consultant')
    const early = { now: () => clock.now() + 72 * HOUR, sleep: clock.sleep }
    await again({ clock: early }).run({ jobs: ['catalogue'] })
    await clock.advance(60_000)
    expect((await sync.run()).jobs).toHaveProperty('associations')
    expect((await sync.run()).jobs).not.toHaveProperty('associations')
  })

  test('is told in one report with the sweep that the run had made before', async () => {
    const { ids, sync, rename, clock } = await labelled({ associationSweep: 0 })
    const once = (await sync.run()).jobs.associations
    rename('Adviser', 'Consultant')
    await clock.advance(24 * HOUR)
    const { jobs, calls } = await sync.run()
    // All pairs, and then that of the label again.
    const read = Number(once?.read) + ids.contacts.length
    expect(jobs.associations).toMatchObject({ status: 'complete', read })
    const ofJobs = Object.values(jobs).reduce((sum, job) => sum + job.calls, 0)
    // The run itself asks whose token it has.
    expect(calls).toBe(ofJobs + 1)
  })
})
