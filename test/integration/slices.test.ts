import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 1_400, companies: 220, deals: 130 }

describe.each(storesWithoutSqlJs)('a run in slices on $name', ({ open }) => {
  test('of so many calls is partial until all is read, and gets there', async () => {
    const { portal, store, sync, clock } = createWorld(open(), {
      census: false,
      associationSweep: false,
    })
    populate(portal, size)
    let slices = 1
    let report = await sync.run({ maxCalls: 15 })
    expect(report).toMatchObject({ status: 'partial' })
    expect(Object.values(report.jobs).map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining("The run's 15 calls are spent"),
    )
    for (; report.status !== 'complete' && slices < 30; slices++) {
      clock.set(clock.now() + 2 * 3_600_000)
      report = await sync.run({ maxCalls: 15 })
    }
    expect(slices).toBeGreaterThan(2)
    expect(report.status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('of so many milliseconds stops at a page', async () => {
    const { portal, store, sync } = createWorld(open(), { limited: true })
    populate(portal, size)
    const report = await sync.run({ budgetMs: 1_000 })
    expect(report.status).toBe('partial')
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('that its signal aborts keeps what is committed', async () => {
    const { portal, store, sync } = createWorld(open())
    populate(portal, size)
    const abort = new AbortController()
    const report = await sync.run({
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === 'commit' && event.job === 'contacts') abort.abort()
      },
    })
    expect(report.status).toBe('partial')
    expect(report.jobs.contacts).toMatchObject({
      status: 'partial',
      reason: 'Stopped on request. Run again to go on from here.',
    })
    expect((await store.counts(String(portal.portalId))).contacts?.active).toBeGreaterThan(0)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('spends no more than its share of the day', async () => {
    const { portal, sync } = createWorld(open(), {
      portal: { limits: { daily: 100 } },
      limits: { burst: 1e9, search: 5, associations: 1e9, dailyShare: 0.1 },
    })
    populate(portal, { contacts: 6_000, companies: 0, deals: 0 })
    const report = await sync.run()
    expect(report.status).toBe('partial')
    // The share, and the calls that were under way when it was reached.
    expect(report.calls).toBeLessThan(100 * 0.1 + 3 * 24 - 20)
    expect(Object.values(report.jobs).map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining("share (0.1) of the day's 100 calls"),
    )
  })

  test('comes in time to every job, also where the first ones would use up each slice', async () => {
    const { portal, sync } = createWorld(open(), { census: false, associationSweep: false })
    // All of them changed a moment ago, so every run reads them again.
    populate(portal, { contacts: 1_900, companies: 12, deals: 0 })
    await sync.run()
    const seen = new Set<string>()
    for (let slice = 0; slice < 4; slice++) {
      const { jobs } = await sync.run({ maxCalls: 6 })
      for (const [name, { status }] of Object.entries(jobs))
        if (status === 'complete') seen.add(name)
    }
    expect([...seen]).toEqual(expect.arrayContaining(['contacts:archived', 'deals:archived']))
  })

  test('is complete where nothing but a job that is not due was left to do', async () => {
    const { portal, sync } = createWorld(open(), { census: false, associationSweep: '24h' })
    portal.create('contacts', {})
    await sync.run()
    portal.clearCalls()
    await sync.run()
    const { length } = portal.calls
    expect((await sync.run({ maxCalls: length })).status).toBe('complete')
  })

  test('of associations is complete after as many slices as its longest sweep takes', async () => {
    const { portal, sync, clock } = createWorld(open(), { census: '7d' })
    populate(portal, { contacts: 4_100, companies: 4, deals: 1_200 })
    await sync.run()
    await clock.advance(60_000)
    const statuses: string[] = []
    while (statuses.at(-1) !== 'complete' && statuses.length < 30)
      statuses.push((await sync.run({ jobs: ['associations'], maxCalls: 3 })).status)
    expect(statuses.length).toBeGreaterThan(1)
    expect(statuses.length).toBeLessThanOrEqual(5)
  })

  test.each(['contacts:census', 'contacts:archived', 'associations'] as const)(
    'of %s is complete once a walk of it has come to its end',
    async (job) => {
      const { portal, sync, clock } = createWorld(open(), { census: '7d' })
      const { contacts } = populate(portal, { contacts: 2_500, companies: 4, deals: 0 })
      for (const id of contacts.slice(0, 450)) portal.archive('contacts', id)
      await sync.run()
      await clock.advance(60_000)
      const statuses: string[] = []
      while (statuses.at(-1) !== 'complete' && statuses.length < 30)
        statuses.push((await sync.run({ jobs: [job], maxCalls: 3 })).status)
      expect(statuses.slice(0, -1)).not.toHaveLength(0)
      expect(statuses.at(-1)).toBe('complete')
    },
  )

  test('misses nothing that changed in the part of a walk that an earlier slice had made', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const { contacts } = populate(portal, { contacts: 500, companies: 4, deals: 0 })
    for (const id of contacts.slice(0, 250)) portal.archive('contacts', id)
    await sync.run()
    await clock.advance(60_000)
    await sync.run({ jobs: ['contacts:census', 'contacts:archived'], maxCalls: 6 })
    portal.purge('contacts', contacts[250] as string)
    portal.purge('contacts', contacts[0] as string)
    portal.archive('contacts', contacts[251] as string)
    await clock.advance(60_000)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('removes hundreds of purged records in pages, and none before it is known of all', async () => {
    const { portal, store, sync, again, clock } = createWorld(open(), { associationSweep: false })
    const { contacts } = populate(portal, { contacts: 1_300, companies: 3, deals: 3 })
    await sync.run()
    await clock.advance(3 * 3_600_000)
    for (const id of contacts.slice(0, 1_100)) portal.purge('contacts', id)
    const slice = { jobs: ['contacts:census'], maxCalls: 3 } as const
    const rows = async () => (await sync.status()).objects.contacts?.active
    const runSlices = async (mirror: typeof sync) => {
      for (let slices = 0; slices < 99; slices++) {
        portal.clearCalls()
        const { jobs } = await mirror.run(slice)
        expect(portal.calls.length).toBeLessThan(20)
        const { error } = jobs['contacts:census'] ?? {}
        if (error || (await rows()) === 200) return { slices, code: error?.code }
      }
      throw new Error('Expected the slices to come to an end')
    }
    expect(await runSlices(sync)).toMatchObject({ code: 'REMOVAL_REFUSED' })
    expect(await rows()).toBe(1_300)
    expect(await runSlices(sync)).toMatchObject({ code: 'REMOVAL_REFUSED' })

    let report = await sync.verify({ maxCalls: 3 })
    while (report.status === 'partial') report = await sync.verify({ maxCalls: 3 })
    expect(report).toMatchObject({
      status: 'different',
      objects: { contacts: { compared: 200, extra: { count: 1_100 } } },
    })
    expect(await rows()).toBe(1_300)

    const { slices } = await runSlices(again({ removalShare: 1 }))
    expect(slices).toBeGreaterThan(3)
    await sync.run()
    await expectEqual(portal, store)
  })
})
