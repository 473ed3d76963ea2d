import * as core from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { type Call, createTrapWorld, isList } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'
import { HOUR } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

const alone = { census: false, associationSweep: false } as const

/** A portal with 400 contacts and 220 more in its bin, listed in the given order. Each call takes 5 milliseconds. */
function worldOf(listOrder: 'repeating' | 'scrambled') {
  const world = createWorld(core.memoryStore(), { ...alone, portal: { listOrder, latency: 5 } })
  const { contacts } = populate(world.portal, { contacts: 620, companies: 4, deals: 4 })
  for (const id of contacts.slice(0, 220)) world.portal.archive('contacts', id)
  return world
}

describe.each(['repeating', 'scrambled'] as const)('a list that is %s', (listOrder) => {
  test.each(['contacts', 'contacts:archived'] as const)(
    'is read to its end by %s in slices of a page',
    async (job) => {
      const { portal, store, sync, clock } = worldOf(listOrder)
      await clock.advance(2 * HOUR)
      let slices = 0
      for (let status = ''; status !== 'complete' && slices < 30; slices++)
        status = (await sync.run({ jobs: [job], budgetMs: 6 })).status
      expect(slices).toBeGreaterThan(2)
      expect(slices).toBeLessThan(30)
      await sync.run()
      await expectEqual(portal, store)
    },
  )

  test.each([0, 1, 300, 399])(
    'keeps none out but the record that it can not show, be it number %d',
    async (place) => {
      const { portal, store, sync, clock } = worldOf(listOrder)
      const ill = [...portal.records('contacts')][place]?.id as string
      for (const operation of ['list', 'batch-read'] as const)
        portal.fault({ status: 502, body: '', holding: [ill], operation, times: Infinity })
      for (let run = 0; run < 2; run++) {
        expect((await sync.run()).jobs.contacts).toMatchObject({
          status: 'partial',
          reason: expect.stringContaining('1 record unanswered'),
        })
        expect(await store.counts(String(portal.portalId))).toMatchObject({
          contacts: { active: 399 },
        })
      }
      portal.clearFaults()
      await clock.advance(HOUR)
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    },
  )

  test('is complete where records that it can not show are answered by their ids', async () => {
    const { portal, store, sync } = worldOf(listOrder)
    const records = [...portal.records('contacts')]
    const ill = [0, 7, 8, 250, 399].map((place) => records[place]?.id as string)
    portal.fault({ status: 502, body: '', holding: ill, operation: 'list', times: Infinity })
    expect((await sync.run({ jobs: ['contacts', 'companies', 'deals'] })).status).toBe('complete')
    expect(await store.counts(String(portal.portalId))).toMatchObject({ contacts: { active: 400 } })
  })

  test('is read to its end in slices where it can not show a record', async () => {
    const { portal, store, sync, clock } = worldOf(listOrder)
    await clock.advance(2 * HOUR)
    const ill = [...portal.records('contacts')][250]?.id as string
    portal.fault({ status: 502, body: '', holding: [ill], operation: 'list', times: Infinity })
    const slice = { jobs: ['contacts'], budgetMs: 6 } as const
    let slices = 0
    for (let status = ''; status !== 'complete' && slices < 60; slices++)
      status = (await sync.run(slice)).status
    expect(slices).toBeLessThan(60)
    expect(await store.counts(String(portal.portalId))).toMatchObject({ contacts: { active: 400 } })
  })

  test('of the bin tells that it can not show a record, and ends', async () => {
    const { portal, store, sync, clock } = worldOf(listOrder)
    const ill = [...portal.records('contacts', { archived: true })][100]?.id as string
    const fault = { status: 502, body: '', holding: [ill], times: Infinity }
    const unlisted = portal.fault({ ...fault, operation: 'list' })
    for (let run = 0; run < 2; run++)
      expect((await sync.run()).jobs['contacts:archived']).toMatchObject({
        status: 'partial',
        reason: expect.stringMatching(/ids are unknown/),
      })
    expect((await store.counts(String(portal.portalId))).contacts).toMatchObject({ active: 400 })
    unlisted.remove()
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('is compared whole, although it can not show an active record', async () => {
    const { portal, store, sync, clock } = worldOf(listOrder)
    await sync.run()
    const ill = [...portal.records('contacts')][100]?.id as string
    portal.fault({ status: 502, body: '', holding: [ill], operation: 'list', times: Infinity })
    await bury(store, String(portal.portalId), 'contacts', ill)
    await clock.advance(2 * HOUR)
    expect(await sync.verify()).toMatchObject({
      status: 'different',
      objects: { contacts: { compared: 620, missing: { count: 1, ids: [ill] } } },
    })
    expect((await sync.run({ jobs: ['contacts:census'] })).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('is not compared whole where no search tells what it can not show', async () => {
    const { portal, sync } = worldOf(listOrder)
    await sync.run()
    const ill = [...portal.records('contacts')][100]?.id as string
    for (const operation of ['list', 'search'] as const)
      portal.fault({ status: 502, body: '', holding: [ill], operation, times: Infinity })
    expect((await sync.verify()).status).toBe('partial')
    portal.clearFaults()
    expect((await sync.verify()).status).toBe('equal')
  })

  test('tells in every run that a census could not compare all, and none fails', async () => {
    const { portal, store, sync, clock } = worldOf(listOrder)
    await sync.run()
    const ill = [...portal.records('contacts', { archived: true })][100]?.id as string
    portal.fault({ status: 502, body: '', holding: [ill], operation: 'list', times: Infinity })
    const census = { jobs: ['contacts:census'] } as const
    for (let run = 0; run < 2; run++) expect((await sync.run(census)).status).toBe('partial')
    expect((await sync.verify()).status).toBe('partial')
    portal.clearFaults()
    await clock.advance(HOUR)
    expect((await sync.run(census)).status).toBe('complete')
    expect((await sync.verify()).status).toBe('equal')
    await expectEqual(portal, store)
  })
})

test.each([
  ['in one run', undefined],
  ['in slices of a page', { maxCalls: 2 }],
])('a list that leads back to its second page is told, read %s', async (_, slice) => {
  let second: string | undefined
  const { portal, sync } = createTrapWorld(core, {
    objects: [core.companies],
    portal: { listOrder: 'scrambled' },
    async between(call, answer) {
      const reply = await answer()
      if (!isList(call) || second === '') return reply
      const body = (await reply.json()) as {
        results: unknown[]
        paging?: { next: { after: string } }
      }
      if (call.qs?.after && call.qs.limit === '100') second ??= call.qs.after
      if (!body.paging && call.qs?.limit === '100' && second)
        return Response.json({ ...body, paging: { next: { after: second } } })
      return Response.json(body)
    },
  })
  portal.createMany('companies', 850, () => ({}))
  let error: string | undefined
  for (let run = 0; run < 80 && !error; run++) {
    const { jobs } = await sync.run({ jobs: ['companies'], ...slice })
    error = jobs.companies?.error?.message
  }
  expect(error).toMatch(/leads back/)
})

const WRITTEN_AT = '2020-01-01T00:00:00.000Z'

async function bury(store: core.Store, portalId: string, object: string, id: string) {
  const tombstones = [{ object, id, reason: 'purged' as const, intoId: null }]
  await store.commit({ portalId, at: WRITTEN_AT, tombstones })
}

interface ListBody {
  results: { id?: string }[]
  paging?: { next: { after: string } }
}

/** A portal with companies whose list is out of order until `heal` is called. One of them comes without its id. */
function healingWorld(companies: number) {
  let isHealed = false
  let nameless: string | undefined
  let isSearchDown = false
  const world = createTrapWorld(core, {
    objects: [core.companies],
    portal: { listOrder: 'scrambled' },
    async between(call, answer) {
      const isSearch = call.path?.endsWith('/search') ?? false
      if (isSearch && isSearchDown) return new Response('', { status: 503 })
      const limit = Number(call.qs?.limit)
      if (call.method === 'GET' && call.path.includes('/objects/') && isHealed) {
        const from = Number(call.qs?.after ?? 0)
        const archived = call.qs?.archived === 'true'
        const left = [...world.portal.records('companies', { archived })].filter(
          ({ id }) => Number(id) >= from,
        )
        const [results, next] = [left.slice(0, limit), left[limit]]
        return Response.json({ results, ...(next && { paging: { next: { after: next.id } } }) })
      }
      const reply = await answer()
      if (!nameless || !(isList(call) || isSearch)) return reply
      const body = (await reply.json()) as { results: { id?: string }[] }
      for (const result of body.results) if (result.id === nameless) delete result.id
      return Response.json(body, { status: reply.status })
    },
  })
  return {
    ...world,
    ids: world.portal.createMany('companies', companies, () => ({ name: 'old' })),
    heal: () => {
      isHealed = true
    },
    hide: (id: string | undefined) => {
      nameless = id
    },
    breakSearch: (isDown: boolean) => {
      isSearchDown = isDown
    },
  }
}

test('a list that comes into order while it is read in slices keeps no record out', async () => {
  const { portal, sync, store, clock, heal, ids } = healingWorld(900)
  await clock.advance(2 * HOUR)
  for (let slice = 0; slice < 3; slice++) await sync.run({ jobs: ['companies'], maxCalls: 2 })
  heal()
  for (let run = 0; run < 5; run++)
    if ((await sync.run({ jobs: ['companies'] })).status === 'complete') break
  const { companies } = await store.counts(String(portal.portalId))
  expect(companies?.active).toBe(ids.length)
})

test('a verification finds all that a list did not show that came into order while it was read in slices', async () => {
  const { portal, sync, store, clock, heal, ids } = healingWorld(900)
  await clock.advance(2 * HOUR)
  await sync.run()
  for (const id of ids) await bury(store, String(portal.portalId), 'companies', id)
  for (let slice = 0; slice < 3; slice++) await sync.verify({ maxCalls: 3 })
  heal()
  expect(await sync.verify()).toMatchObject({
    status: 'different',
    objects: { companies: { missing: { count: 900 } } },
  })
})

test('a large bin that came into order while it was read in slices is not complete, and is read anew', async () => {
  const { portal, sync, store, clock, heal, ids } = healingWorld(2_300)
  for (const id of ids) portal.archive('companies', id)
  await clock.advance(2 * HOUR)
  for (let slice = 0; slice < 8; slice++)
    await sync.run({ jobs: ['companies:archived'], maxCalls: 3 })
  heal()
  expect((await sync.run()).jobs['companies:archived']?.status).toBe('partial')
  await clock.advance(24 * HOUR)
  expect((await sync.run()).status).toBe('complete')
  const { companies } = await store.counts(String(portal.portalId))
  expect(companies?.archived).toBe(ids.length)
})

test('a list out of order whose first records change while it is read is compared whole', async () => {
  const { portal, sync, clock } = worldOf('scrambled')
  await sync.run()
  await clock.advance(HOUR)
  await sync.verify({ maxCalls: 3 })
  const [first, second] = [...portal.records('contacts')]
  portal.archive('contacts', second?.id as string)
  portal.update('contacts', first?.id as string, { email: 'new@example.com' })
  portal.createMany('contacts', 30, () => ({}))
  await clock.advance(HOUR)
  await sync.run()
  expect((await sync.verify()).status).toBe('equal')
})

test('a mirror is not equal whose list could not tell all, and that no search could tell since', async () => {
  const { sync, clock, heal, breakSearch } = healingWorld(900)
  await clock.advance(2 * HOUR)
  breakSearch(true)
  for (let slice = 0; slice < 3; slice++) await sync.run({ jobs: ['companies'], maxCalls: 2 })
  heal()
  expect((await sync.run({ jobs: ['companies'] })).status).not.toBe('complete')
  expect((await sync.verify()).status).toBe('partial')
})

test('an entry without an id keeps a run from being complete, also in a list out of order', async () => {
  const { sync, clock, hide, ids } = healingWorld(250)
  await clock.advance(2 * HOUR)
  hide(ids[7])
  for (let run = 0; run < 2; run++) expect((await sync.run()).status).toBe('failed')
  hide(undefined)
  expect((await sync.run()).status).toBe('complete')
})

test('a change whose hit has no id keeps a run from being complete', async () => {
  const { portal, sync, clock, hide, ids } = healingWorld(50)
  await clock.advance(2 * HOUR)
  await sync.run()
  portal.update('companies', ids[7] as string, { name: 'new' })
  await clock.advance(2 * HOUR)
  hide(ids[7])
  expect((await sync.run()).jobs.companies?.error).toMatchObject({ code: 'HUBSPOT_REPLY' })
  hide(undefined)
  expect((await sync.run()).status).toBe('complete')
  expect(await sync.get('companies', ids[7] as string)).toMatchObject({ name: 'new' })
})

test('a list that goes on at cursors which are no ids keeps none out but the record that it can not show', async () => {
  let order: string[] = []
  const { portal, store, sync, clock } = createTrapWorld(core, {
    objects: [core.companies],
    async between(call, answer) {
      if (!isList(call)) return answer()
      const { after, limit = '100' } = call.qs ?? {}
      const isPlace = after?.startsWith('c')
      const at = isPlace ? Number(after?.slice(1)) : order.findIndex((id) => id >= (after ?? ''))
      const page = at < 0 ? [] : order.slice(at, at + Number(limit))
      if (page.includes(order[250] as string)) return new Response('', { status: 502 })
      const next = at + page.length < order.length && page.length > 0
      return Response.json({
        results: page.map((id) => portal.record('companies', id)),
        ...(next ? { paging: { next: { after: `c${at + page.length}` } } } : {}),
      })
    },
  })
  order = portal.createMany('companies', 420, () => ({}))
  await clock.advance(2 * HOUR)
  for (let run = 0; run < 2; run++) await sync.run()
  const { companies } = await store.counts(String(portal.portalId))
  expect(companies?.active).toBe(420)
})

describe('a portal with companies', () => {
  test.each<[what: string, mislead: (call: Call, body: ListBody, named: Set<string>) => boolean]>([
    [
      'one page is answered with a later one',
      ({ qs }, body, named) => {
        if (!named.has(qs?.after ?? '')) return false
        body.results = body.results.slice(50)
        return true
      },
    ],
    ['one page says that it is the last one', (_, body) => delete body.paging],
  ])('is mirrored whole though of its list %s', async (_, mislead) => {
    let isMisled = false
    const named = new Set<string>()
    const { portal, store, sync, clock } = createTrapWorld(core, {
      objects: [core.companies],
      async between(call, answer) {
        const reply = await answer()
        if (isMisled || !isList(call) || call.qs?.limit !== '100') return reply
        const body = (await reply.json()) as ListBody
        isMisled = mislead(call, body, named)
        named.add(body.paging?.next.after ?? '')
        return Response.json(body)
      },
    })
    portal.createMany('companies', 420, () => ({}))
    await clock.advance(2 * HOUR)
    // One page at a time: if reading side by side began in the middle of such a list, nobody would know the first
    // record there.
    expect((await sync.run({ maxCalls: 100 })).status).toBe('complete')
    expect(isMisled).toBe(true)
    const { companies } = await store.counts(String(portal.portalId))
    expect(companies?.active).toBe(420)
  })
})

describe('a record that is here, without its links, before its object is backfilled', () => {
  test('has them though the list, which is out of order, does not show it', async () => {
    const ids: string[] = []
    const { portal, store, sync, clock } = createTrapWorld(core, {
      async between(call, answer) {
        const reply = await answer()
        if (!isList(call) || !call.path.endsWith('/contacts')) return reply
        const body = (await reply.json()) as { results: { id: string }[] }
        const results = body.results.filter(({ id }) => id !== ids[5]).reverse()
        return Response.json({ ...body, results })
      },
    })
    ids.push(...portal.createMany('contacts', 250, () => ({})))
    const company = portal.create('companies', {})
    for (const id of ids) portal.associate('contacts', id, 'companies', company)
    await clock.advance(2 * HOUR)
    await sync.run({ jobs: ['deals'] })
    await sync.syncRecords('contacts', [ids[5] as string])
    await clock.advance(2 * HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('has them once it can be listed', async () => {
    const { portal, store, sync, clock } = createTrapWorld(core)
    const ids = portal.createMany('contacts', 350, () => ({}))
    const company = portal.create('companies', {})
    for (const id of ids) portal.associate('contacts', id, 'companies', company)
    await clock.advance(2 * HOUR)
    // More than a page of a search.
    const ill = ids.slice(0, 230)
    await sync.run({ jobs: ['deals'] })
    await sync.syncRecords('contacts', ill)
    portal.fault({ kind: 'error', holding: ill, operation: 'list', times: Infinity })
    expect((await sync.run()).status).toBe('partial')
    portal.clearFaults()
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})

test('an entry whose id a census was not told keeps every run partial until it is listed', async () => {
  let hidden: string | undefined
  const { portal, sync, store, clock } = createTrapWorld(core, {
    objects: [core.companies],
    census: '24h',
    async between(call, answer) {
      const reply = await answer()
      if (!hidden || !isList(call)) return reply
      const body = (await reply.json()) as { results: { id?: string }[] }
      for (const result of body.results) if (result.id === hidden) delete result.id
      return Response.json(body)
    },
  })
  const [lost] = portal.createMany('companies', 20, () => ({}))
  await clock.advance(2 * HOUR)
  await sync.run()
  // Such a record was shown by search later than `overlap`.
  await bury(store, String(portal.portalId), 'companies', lost as string)
  hidden = lost
  await clock.advance(24 * HOUR)
  for (let run = 0; run < 3; run++) {
    expect((await sync.run()).jobs['companies:census']).toMatchObject({
      status: 'partial',
      reason: expect.stringMatching(/ids are unknown/),
    })
    await clock.advance(HOUR)
  }
  hidden = undefined
  await clock.advance(24 * HOUR)
  expect((await sync.run()).status).toBe('complete')
  expect(await sync.get('companies', lost as string)).not.toBeNull()
})

test.each([
  ['in one go', {}],
  ['in slices', { maxCalls: 4 }],
])(
  'a list whose records change places behind its first page is compared whole, %s',
  async (_, slice) => {
    let order: string[] = []
    let lists = 0
    let changePlaces = () => {}
    const { portal, sync, store, clock } = createTrapWorld(core, {
      objects: [core.companies],
      async between(call, answer) {
        if (!isList(call) || call.qs?.limit !== '100' || order.length === 0) return answer()
        // The first page is asked for again, as it is out of order.
        if (++lists === 4) changePlaces()
        const from = call.qs.after ? order.indexOf(call.qs.after) : 0
        const results = order.slice(from, from + 100).map((id) => portal.record('companies', id))
        const next = order[from + 100]
        return Response.json({ results, ...(next ? { paging: { next: { after: next } } } : {}) })
      },
    })
    const ids = portal.createMany('companies', 420, () => ({}))
    await clock.advance(2 * HOUR)
    await sync.run()
    const [lost, ...others] = ids as [string, ...string[]]
    await bury(store, String(portal.portalId), 'companies', lost)
    await clock.advance(2 * HOUR)
    others.reverse()
    order = others.toSpliced(350, 0, lost)
    changePlaces = () => {
      order = others.toSpliced(150, 0, lost)
    }
    let report = await sync.verify(slice)
    for (let calls = 0; report.status === 'partial' && calls < 20; calls++)
      report = await sync.verify(slice)
    expect(lists).toBeGreaterThan(4)
    expect(report).toMatchObject({
      status: 'different',
      objects: { companies: { compared: 420, missing: { count: 1, ids: [lost] } } },
    })
  },
)
