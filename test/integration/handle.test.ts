import {
  column,
  companies,
  contacts,
  createMirrorReader,
  deals,
  defineObject,
  memoryStore,
} from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 130, companies: 12, deals: 14 }

describe.each(storesWithoutSqlJs)('syncRecords() on $name', ({ open }) => {
  test('takes in what a webhook names: changes, links, deletions, merges, restores', async () => {
    const { portal, store, sync, clock } = createWorld(open(), {
      census: false,
      associationSweep: false,
    })
    const { contacts: people, companies: firms } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    const [changed, binned, purged, kept, lost] = people as [string, string, string, string, string]
    portal.update('contacts', changed, { firstname: 'touched' })
    portal.archive('contacts', binned)
    portal.privacyDelete('contacts', purged)
    const winner = portal.merge('contacts', kept, lost)
    const fresh = portal.create('companies', { name: 'fresh' })
    portal.associate('contacts', people[7] as string, 'companies', fresh)
    portal.dissociate('contacts', people[8] as string, 'companies', firms[8] as string)
    const report = await sync.syncRecords('contacts', [
      changed,
      binned,
      purged,
      lost,
      people[8] as string,
    ])
    expect(report).toMatchObject({
      updated: 1,
      archived: 1,
      created: 1,
      removed: 3,
      unanswered: [],
      notFound: [],
    })
    await sync.syncRecords('companies', [fresh])
    expect(await sync.resolve('contacts', lost)).toBe(winner)
    await expectEqual(portal, store)
    await clock.advance(60_000)
    portal.restore('contacts', binned)
    expect(await sync.syncRecords('contacts', [binned])).toMatchObject({ restored: 1 })
    await expectEqual(portal, store)
  })

  test('buries no record that the mirror never had, and lets one come back that HubSpot shows after all', async () => {
    const { portal, sync, clock } = createWorld(open())
    const { contacts: people } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    const fresh = portal.create('contacts', { firstname: 'fresh' })
    const hidden = [fresh, people[0] as string]
    const missing = portal.fault({
      ...{ operation: 'batch-read' as const, status: 207, times: 3 },
      body: {
        ...{ status: 'COMPLETE', results: [], numErrors: 1 },
        errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: hidden } }],
      },
    })
    expect(await sync.syncRecords('contacts', hidden)).toMatchObject({
      removed: 1,
      notFound: [fresh],
    })
    // As active records, in the bin, and as active records again.
    expect(missing.met).toBe(3)
    await clock.advance(60_000)
    await sync.run()
    for (const id of hidden)
      expect(await sync.get('contacts', id)).toMatchObject({ id, status: 'ACTIVE' })
  })

  test('refuses what is no record id, and needs a mirror', async () => {
    const { sync } = createWorld(open())
    await expect(sync.syncRecords('contacts', ["1'; --"])).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
    await expect(sync.syncRecords('contacts', ['1'])).rejects.toMatchObject({
      code: 'NOT_MIRRORED',
    })
  })
})

describe.each(storesWithoutSqlJs)('changes() on $name', ({ open }) => {
  test('tells in order what became of records after the backfill, with old and new values', async () => {
    const { portal, sync, clock } = createWorld(open())
    const { contacts: people } = populate(portal, size)
    await sync.run()
    expect((await sync.changes()).results).toEqual([])
    await clock.advance(60_000)
    portal.update('contacts', people[0] as string, { firstname: 'New', lastname: 'Name' })
    portal.archive('contacts', people[1] as string)
    await sync.run()
    await clock.advance(60_000)
    portal.restore('contacts', people[1] as string)
    portal.purge('contacts', people[2] as string)
    const created = portal.create('contacts', { email: 'x@example.com' })
    await sync.run()
    const { results, cursor } = await sync.changes({ limit: 1_000 })
    expect(results.map(({ kind, id }) => [kind, id])).toEqual([
      ['updated', people[0]],
      ['archived', people[1]],
      ['restored', people[1]],
      ['created', created],
      ['removed', people[2]],
    ])
    expect(results[0]?.columns).toEqual({
      firstName: { old: 'First 0', new: 'New' },
      lastName: { old: null, new: 'Name' },
    })
    expect(await sync.changes({ after: cursor })).toMatchObject({ results: [], cursor })
    const third = (await sync.changes({ limit: 3 })).cursor
    expect((await sync.changes({ after: third, limit: 1 })).results).toEqual([results[3]])
  })

  test('are forgotten once they are older than their retention', async () => {
    const { portal, sync, clock } = createWorld(open(), { changeRetention: '1h' })
    const { contacts: people } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    portal.update('contacts', people[0] as string, { firstname: 'New' })
    await sync.run()
    expect((await sync.changes()).results).toHaveLength(1)
    await clock.advance(2 * 3_600_000)
    await sync.run()
    expect((await sync.changes()).results).toHaveLength(0)
  })
})

describe.each(storesWithoutSqlJs)('status() on $name', ({ open }) => {
  test('tells how each object stands', async () => {
    const { portal, sync } = createWorld(open())
    const { contacts: people } = populate(portal, size)
    portal.archive('contacts', people[0] as string)
    await sync.run({ maxCalls: 1 })
    expect((await sync.status()).objects.contacts).toMatchObject({
      phase: 'new',
      completeUpTo: null,
    })
    await sync.run()
    expect(await sync.status()).toMatchObject({
      portal: { portalId: '147000001' },
      objects: {
        contacts: {
          ...{
            active: 129,
            archived: 1,
            phase: 'changes',
            backfill: null,
            openWindows: 0,
            unanswered: 0,
          },
          completeUpTo: expect.stringMatching(/^2026-06-01T08:/),
          censusAt: expect.any(String),
          archivedAt: expect.any(String),
        },
      },
      associations: { contacts_companies: { sweptAt: expect.any(String) } },
      lastRun: { status: 'complete' },
      lastError: null,
    })
  })

  test('tells the last error, what to do about it, and that it is over', async () => {
    const { portal, sync, again, clock } = createWorld(open())
    portal.addToken('pat-narrow', { scopes: ['crm.objects.contacts.read', 'oauth'] })
    await again({ accessToken: 'pat-narrow' }).run()
    expect((await sync.status()).lastError).toMatchObject({
      code: 'MISSING_SCOPE',
      category: 'MISSING_SCOPES',
      correlationId: expect.any(String),
      advice: expect.stringMatching(/^Grant the token crm\.objects\./),
    })
    clock.set(clock.now() + 60_000)
    await sync.run()
    expect((await sync.status()).lastError).toBeNull()
  })

  test('tells of each object the last run that read it, and its own last error', async () => {
    const { portal, sync, again, clock } = createWorld(open())
    portal.addToken('pat-narrow', { scopes: ['crm.objects.contacts.read', 'oauth'] })
    await again({ accessToken: 'pat-narrow' }).run()
    const [failed] = await sync.runs()
    const { objects } = await sync.status()
    expect(objects.contacts).toMatchObject({
      lastRun: { id: failed?.id, status: 'complete', at: failed?.finishedAt },
      lastError: null,
    })
    for (const name of ['companies', 'deals'] as const)
      expect(objects[name]).toMatchObject({
        lastRun: { id: failed?.id, status: 'failed' },
        lastError: {
          ...{ job: name, code: 'MISSING_SCOPE', category: 'MISSING_SCOPES' },
          correlationId: expect.any(String),
          advice: `Grant the token crm.objects.${name}.read, in the settings of the app in HubSpot.`,
        },
      })
    clock.set(clock.now() + 60_000)
    await sync.run({ jobs: ['deals', 'deals:archived'] })
    const later = (await sync.status()).objects
    expect(later.deals).toMatchObject({ lastRun: { status: 'complete' }, lastError: null })
    expect(later.companies).toMatchObject({
      lastRun: { id: failed?.id },
      lastError: { job: 'companies' },
    })
  })

  test('tells no error of a job that its definitions do not have', async () => {
    const { portal, sync, again } = createWorld(open())
    portal.create('deals', {})
    await sync.run()
    portal.fault({ status: 403, body: '{}', path: /deals/, times: Infinity })
    await sync.run({ jobs: ['deals:census'] })
    await sync.run({ jobs: ['contacts', 'companies'] })
    expect((await sync.status()).lastError).toMatchObject({ job: 'deals:census' })
    const without = again({ objects: [contacts, companies] as never })
    expect((await without.run()).status).toBe('complete')
    expect((await without.status()).lastError).toBeNull()
  })

  test('tells no error of a history that has come with the records since', async () => {
    const objects = [contacts, companies, deals.extend({ history: ['stage'] })] as const
    const { store, portal, sync } = createWorld(open(), { objects: objects as never })
    portal.create('deals', { dealstage: 'closedwon' })
    const { checkpoints } = store
    let reads = 0
    store.checkpoints = (...given) =>
      ++reads === 2 ? Promise.reject(new Error('no space left')) : checkpoints.apply(store, given)
    await sync.run({ jobs: ['deals:history'] as never })
    expect((await sync.status()).lastError).toMatchObject({ job: 'deals:history' })
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.status()).lastError).toBeNull()
  })

  test('tells no error of the queue once that is empty', async () => {
    const { portal, sync, clock } = createWorld(open())
    const id = portal.create('contacts', {})
    await sync.run()
    await sync.enqueue([{ object: 'contacts', id }])
    portal.fault({ status: 403, body: '{}', operation: 'batch-read', times: Infinity })
    await sync.run()
    expect((await sync.status()).lastError).toMatchObject({ job: 'queue' })
    portal.clearFaults()
    await sync.syncQueued()
    clock.set(clock.now() + 60_000)
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.status()).lastError).toBeNull()
  })
})

describe.each(storesWithoutSqlJs)('plan() on $name', ({ open }) => {
  test('prices a backfill before it is begun, and writes nothing', async () => {
    const wide = contacts.extend({ properties: 'all' })
    const { portal, store, sync } = createWorld(open(), {
      limited: true,
      objects: [wide, companies, deals] as never,
    })
    for (let index = 0; index < 250; index++)
      portal.defineProperty('contacts', {
        name: `a_rather_long_custom_property_${index}`,
        type: 'string',
      })
    portal.defineProperty('contacts', { name: 'score', type: 'number', calculated: true })
    populate(portal, { contacts: 2_400, companies: 130, deals: 90 })
    const plan = await sync.plan()
    expect(plan).toMatchObject({
      rows: 2_620,
      objects: {
        contacts: { rows: 2_400, listCalls: 24, batchReadCalls: 24, refreshCalls: 24 },
        companies: { rows: 130, listCalls: 2, batchReadCalls: 0, refreshCalls: 0 },
      },
    })
    expect(plan).toMatchObject({
      objects: {
        contacts: { associationCalls: 6, unknownProperties: [] },
        companies: { associationCalls: 0 },
      },
    })
    expect(plan.minutes).toBeGreaterThan(0)
    expect(plan.dailyShare).toBeCloseTo(plan.calls / 625_000)
    expect(await store.portals()).toEqual([])
    portal.clearCalls()
    await sync.run()
    // The records are new, so that the first look for changes names them all again.
    expect(portal.calls.length).toBeLessThan(plan.calls + 60)
  })

  /** A portal of old records, read as in production. */
  async function openOld() {
    const daily = { limited: true, associationSweep: '24h', census: '24h' } as const
    const world = createWorld(open(), daily)
    populate(world.portal, { contacts: 1_400, companies: 130, deals: 90 })
    await world.clock.advance(3 * 3_600_000)
    return world
  }

  /** What the plan said that the next run takes, and what it took. */
  async function compare({ portal, sync }: Awaited<ReturnType<typeof openOld>>) {
    const plan = await sync.plan()
    portal.clearCalls()
    expect((await sync.run()).status).toBe('complete')
    return { plan, calls: portal.calls.length }
  }

  test('adds up all calls of the first run', async () => {
    const { plan, calls } = await compare(await openOld())
    expect(plan).toMatchObject({ rows: 1_620, rowsLeft: 1_620 })
    // A list that is read from several ids at once has a few pages that aren't full.
    expect(calls - plan.calls).toBeGreaterThanOrEqual(0)
    expect(calls - plan.calls).toBeLessThan(8)
  })

  test('knows what is left of a backfill', async () => {
    const world = await openOld()
    await world.sync.run({ maxCalls: 12 })
    const { plan, calls } = await compare(world)
    expect(plan.rows).toBe(1_620)
    expect(plan.rowsLeft).toBeLessThan(1_400)
    expect(Math.abs(calls - plan.calls)).toBeLessThan(8)
  })

  test('of a mirror that is up to date prices a look for changes alone', async () => {
    const world = await openOld()
    await world.sync.run()
    await world.clock.advance(60_000)
    const { plan, calls } = await compare(world)
    expect(plan).toMatchObject({ rows: 1_620, rowsLeft: 0, calls: 7 })
    expect(calls).toBe(7)
  })

  test('adds up the censuses and the sweeps that are due', async () => {
    const world = await openOld()
    await world.sync.run()
    await world.clock.advance(2 * 86_400_000)
    const { plan, calls } = await compare(world)
    expect(plan.objects.contacts).toMatchObject({ listCalls: 0, associationCalls: 4 })
    expect(calls - plan.calls).toBeGreaterThanOrEqual(0)
    expect(calls - plan.calls).toBeLessThan(8)
  })

  test('names the properties that the portal does not have', async () => {
    const mine = contacts.extend({
      columns: { vip: column.boolean('is_vip'), scores: column.text('lead_scoer') },
      properties: ['jobtitle', 'no_such_property'],
    })
    const { portal, sync } = createWorld(open(), { objects: [mine, companies, deals] })
    portal.defineProperty('contacts', { name: 'is_vip', type: 'bool' })
    const { objects } = await sync.plan()
    expect(objects.contacts?.unknownProperties).toEqual(['lead_scoer', 'no_such_property'])
    expect(objects.deals?.unknownProperties).toEqual([])
  })

  test.each([
    ['its records show', {}],
    ['one of its records has, be it on no page', { properties: {} }],
  ])('names no property unknown that HubSpot does not list, but %s', async (_, shown) => {
    const stage = 'hs_v2_date_entered_appointmentscheduled'
    const mine = defineObject({
      ...{ type: 'deals', typeId: '0-3', modifiedProperty: 'hs_lastmodifieddate' },
      columns: { entered: column.datetime(stage), left: column.datetime('hs_v2_date_exited_typo') },
    })
    const { portal, sync } = createWorld(open(), { objects: [mine] })
    portal.defineProperty('deals', { name: stage, type: 'datetime' })
    portal.create('deals', { [stage]: '2026-05-01T00:00:00Z' })
    const listed = { results: [{ name: 'dealname' }, { name: 'hs_lastmodifieddate' }] }
    portal.fault({ operation: 'properties', status: 200, body: listed, times: 1e9 })
    // The first search tells how many records there are.
    const page = { total: 1, results: [{ id: '1', ...shown }] }
    if ('properties' in shown)
      portal.fault({ operation: 'search', status: 200, body: page, after: 1 })
    const { objects } = await sync.plan()
    expect(objects.deals?.unknownProperties).toEqual(['hs_v2_date_exited_typo'])
  })
})

describe.each(storesWithoutSqlJs)('refreshProperties() on $name', ({ open }) => {
  test('takes every property that HubSpot calculates, by its flag, its field type or its formula', async () => {
    const mine = companies.extend({
      columns: { deals: column.integer('num_associated_deals'), margin: column.number('margin') },
      properties: ['recent_deal_amount', 'days_open', 'headcount'],
    })
    const { portal, sync } = createWorld(open(), { objects: [contacts, mine, deals] })
    portal.defineProperty('companies', { name: 'headcount', type: 'number' })
    portal.defineProperty('companies', { name: 'margin', type: 'number', calculated: true })
    const formula = { name: 'days_open', type: 'number', calculationFormula: 'now - createdate' }
    portal.defineProperty('companies', formula as never)
    portal.create('companies', {})
    await sync.run()
    expect((await sync.plan()).objects.companies?.refreshCalls).toBe(1)
    portal.clearCalls()
    await sync.refreshProperties({ properties: 'calculated', objects: ['companies'] })
    const read = portal.calls.find(({ operation }) => operation === 'batch-read')
    const { properties } = (read?.body ?? {}) as { properties?: string[] }
    expect(properties?.sort()).toEqual([
      'days_open',
      // Finds the winner of a merged record that a read by its old id returns under the winner's id.
      'hs_merged_object_ids',
      'margin',
      'num_associated_deals',
      'recent_deal_amount',
    ])
  })

  test('merges calculated properties, which change without a date, and loses no other change', async () => {
    const mine = companies.extend({ columns: { visits: column.number('hs_analytics_num_visits') } })
    const { portal, sync, clock } = createWorld(open(), {
      objects: [contacts, mine, deals],
      census: false,
      associationSweep: false,
    })
    const ids = portal.createMany('companies', 230, (index) => ({ name: `C ${index}` }))
    portal.defineProperty('companies', {
      name: 'hs_analytics_num_visits',
      type: 'number',
      calculated: true,
    })
    await sync.run()
    await clock.advance(60_000)
    portal.setCalculated('companies', ids[0] as string, { hs_analytics_num_visits: '17' })
    portal.update('companies', ids[1] as string, { name: 'changed as well' })
    await sync.run({ jobs: ['contacts'] })
    const report = await sync.refreshProperties({
      properties: 'calculated',
      objects: ['companies'],
    })
    expect(report.jobs['companies:refresh']).toMatchObject({
      status: 'complete',
      read: 230,
      updated: 2,
    })
    expect(await sync.get('companies' as never, ids[0] as string)).toMatchObject({
      name: 'C 0',
      visits: 17,
    })
    expect(await sync.get('companies' as never, ids[1] as string)).toMatchObject({
      name: 'changed as well',
    })
  })

  test('refuses what it does not know', async () => {
    const { sync } = createWorld(open())
    await expect(sync.refreshProperties({ properties: [] })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
    await expect(sync.refreshProperties({ properties: 'all' as never })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
  })
})

describe.each(storesWithoutSqlJs)('enqueue() and syncQueued() on $name', ({ open }) => {
  test('note durably what may have changed, and read it afterwards', async () => {
    const { portal, store, sync, again, clock } = createWorld(open(), {
      census: false,
      associationSweep: false,
    })
    const { contacts: people } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    portal.privacyDelete('contacts', people[0] as string)
    portal.update('contacts', people[1] as string, { firstname: 'noted' })
    portal.clearCalls()
    const hint = (id: string | undefined) => ({ object: 'contacts', id: id as string })
    await Promise.all([0, 1, 2, 1].map((index) => sync.enqueue([hint(people[index])])))
    expect(portal.calls).toHaveLength(0)
    // Another process, after this one has died.
    expect(await again().syncQueued()).toBe(3)
    expect(await sync.syncQueued()).toBe(0)
    await expectEqual(portal, store)
  })

  test('leave what fails noted, for the next run of all jobs', async () => {
    const { portal, store, sync, clock } = createWorld(open(), {
      census: false,
      associationSweep: false,
    })
    const { contacts: people } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    portal.privacyDelete('contacts', people[0] as string)
    await sync.enqueue([{ object: 'contacts', id: people[0] as string }])
    const broken = portal.fault({ operation: 'batch-read', status: 400, body: {}, times: 100 })
    await expect(sync.syncQueued()).rejects.toMatchObject({ code: 'HUBSPOT_REJECTED' })
    broken.remove()
    await sync.run()
    await expectEqual(portal, store)
  })

  test('let no hint of an object that is no longer mirrored stand in the way of others', async () => {
    const { portal, store, sync, again, clock } = createWorld(open())
    const { contacts: people, deals: sales } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    await sync.enqueue([{ object: 'deals', id: sales[0] as string }])
    await sync.enqueue([{ object: 'contacts', id: people[0] as string }])
    portal.privacyDelete('contacts', people[0] as string)
    expect(await again({ objects: [contacts, companies] as never }).syncQueued()).toBe(1)
    expect(await sync.syncQueued()).toBe(1)
    await expectEqual(portal, store)
  })

  test('let no object that can not be read stand in the way of another', async () => {
    const { portal, sync, clock } = createWorld(open())
    const { contacts: people, companies: firms } = populate(portal, size)
    await sync.run()
    await clock.advance(60_000)
    portal.privacyDelete('contacts', people[0] as string)
    portal.update('companies', firms[0] as string, { name: 'read all the same' })
    await sync.enqueue([{ object: 'contacts', id: people[0] as string }])
    await sync.enqueue([{ object: 'companies', id: firms[0] as string }])
    const refused = { path: '/contacts/batch/read', status: 400, body: {} }
    const fault = portal.fault({ ...refused, times: Number.POSITIVE_INFINITY })
    await expect(sync.syncQueued()).rejects.toMatchObject({ code: 'HUBSPOT_REJECTED' })
    expect(await sync.get('companies', firms[0] as string)).toMatchObject({
      name: 'read all the same',
    })
    expect(await sync.get('contacts', people[0] as string)).not.toBeNull()
    fault.remove()
    expect(await sync.syncQueued()).toBe(1)
    expect(await sync.get('contacts', people[0] as string)).toBeNull()
  })

  test('let no record that HubSpot leaves unanswered stand in the way of others', async () => {
    const { portal, sync } = createWorld(open())
    const { contacts: people } = populate(portal, { contacts: 505, companies: 0, deals: 0 })
    await sync.run()
    await sync.enqueue(people.map((id) => ({ object: 'contacts', id })))
    const omitted = portal.fault({
      ...{ kind: 'omit', operation: 'batch-read' },
      ids: [people[0] as string],
      times: 100,
    })
    expect(await sync.syncQueued()).toBe(504)
    omitted.remove()
    expect(await sync.syncQueued()).toBe(1)
  })

  test('keep a flood in pieces, and read all of them', async () => {
    const { portal, store, sync, again } = createWorld(open())
    const { contacts: people } = populate(portal, size)
    await sync.run()
    const flood = Array.from({ length: 10_000 }, (_, index) => `${900_000 + index}`)
    await sync.enqueue(flood.map((id) => ({ object: 'deals', id })))
    for (const id of people.slice(0, 2)) {
      portal.privacyDelete('contacts', id)
      await sync.enqueue([{ object: 'contacts', id }])
    }
    const piece = await store.readCheckpoint(String(portal.portalId), 'queue:1')
    expect(piece?.state).toMatchObject({ records: { contacts: { [people[1] as string]: 2 } } })
    // Reads the pieces without the columns that fill the first.
    const narrower = again({ objects: [contacts, companies] as never })
    expect(await narrower.syncQueued()).toBe(2)
    for (const id of people.slice(0, 2)) expect(await narrower.get('contacts', id)).toBeNull()
  })

  test('leave noted what a signal kept from being read', async () => {
    const { portal, sync } = createWorld(open())
    const { contacts: people } = populate(portal, size)
    await sync.run()
    await sync.enqueue([{ object: 'contacts', id: people[0] as string }])
    expect(await sync.syncQueued({ signal: AbortSignal.abort() })).toBe(0)
    expect(await sync.syncQueued()).toBe(1)
  })

  test('refuse an object that is not mirrored', async () => {
    const { sync } = createWorld(open())
    await sync.run()
    await expect(sync.enqueue([{ object: 'tickets', id: '1' }])).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    })
  })
})

test('createMirrorReader() reads a mirror without a token', async () => {
  const store = memoryStore()
  const { portal, sync, clock } = createWorld(store)
  const { contacts: people } = populate(portal, size)
  await sync.run()
  await clock.advance(60_000)
  portal.update('contacts', people[5] as string, { firstname: 'late' })
  await sync.run()
  const reader = createMirrorReader({ store })
  expect(await reader.portalId()).toBe(String(portal.portalId))
  expect(await reader.get('contacts', people[5] as string)).toMatchObject({ firstName: 'late' })
  const late = await reader.list('contacts', { updatedSince: '2026-06-01T08:01:00Z' })
  expect(late.results.map(({ id }) => id)).toEqual([people[5]])
  expect((await reader.runs()).map(({ status }) => status)).toEqual(['complete', 'complete'])
  expect(reader.pairs).toContainEqual(['contacts', 'companies'])
  for (const updatedSince of ['9999-12-31T23:59:59-23:59', '0000-01-01'])
    await expect(reader.list('contacts', { updatedSince })).rejects.toThrow(
      /Expected `updatedSince` in list\(…\) to be a moment/,
    )
  await expect(reader.list('contacts', { updatedSince: 'yesterday' })).rejects.toThrow(
    /a moment such as/,
  )
})
