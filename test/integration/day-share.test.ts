import { describe, expect, test } from 'vitest'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const HOUR = 3_600_000
/** The next midnight in New York, after which the portal's day has another name. */
const MIDNIGHT = Date.parse('2026-06-02T04:00:00.000Z')
const [memory] = storesWithoutSqlJs
/** 40 calls of 400 a day. What is under way when they are used comes to an end. */
const small = {
  portal: { limits: { daily: 400 }, timeZone: 'America/New_York' },
  limits: { burst: 1e9, search: 1e9, associations: 1e9, dailyShare: 0.1 },
}
/** A run that has nothing left of the day asks which portal it is, and no more. */
const NOTHING_LEFT = 1

describe.each(storesWithoutSqlJs)('the share of the day on $name', ({ place }) => {
  test('is used up once, also by a process that begins later', async () => {
    const open = place()
    const { portal, sync, again } = createWorld(open(), small)
    populate(portal, { contacts: 6_000, companies: 0, deals: 0 })
    const first = await sync.run()
    expect(first.calls).toBeGreaterThanOrEqual(40)
    const later = await again({ store: open() }).run()
    expect(later).toMatchObject({ status: 'partial', calls: NOTHING_LEFT })
    expect(later.jobs.contacts?.reason).toBe(
      "Not started: The mirror has used its share (0.1) of the day's 400 calls; they start afresh at 2026-06-02T04:00:00.000Z.",
    )
  })
})

describe('the share of the day', () => {
  const world = () => createWorld(memory?.open() as never, small)
  const large = { contacts: 6_000, companies: 0, deals: 0 }

  test('begins anew at midnight in the time zone of the portal', async () => {
    const { portal, sync, clock } = world()
    populate(portal, large)
    await sync.run()
    // In New York it is 23:59 of that day.
    clock.set(Date.parse('2026-06-02T03:59:00.000Z'))
    expect((await sync.run()).calls).toBe(NOTHING_LEFT)
    clock.set(Date.parse('2026-06-02T04:00:01.000Z'))
    expect((await sync.run()).calls).toBeGreaterThan(40)
  })

  test('is not begun anew by a process that last heard of HubSpot on the day before', async () => {
    const { portal, store, sync, again, clock } = world()
    const { contacts } = populate(portal, large)
    await sync.run()
    const commit: typeof store.commit = async (batch) => {
      if (batch.checkpoint?.stream === 'sync_day' && clock.now() < MIDNIGHT) {
        clock.set(MIDNIGHT)
        expect((await sync.run()).calls).toBeGreaterThan(40)
      }
      return store.commit(batch)
    }
    await again({ store: { ...store, commit } }).syncRecords('contacts', contacts.slice(0, 1))
    expect((await sync.run()).calls).toBe(NOTHING_LEFT)
  })

  test('is used by all runs of a watch together', async () => {
    const { portal, sync } = world()
    populate(portal, large)
    const stop = new AbortController()
    const calls: number[] = []
    await sync.watch({
      every: '5s',
      signal: stop.signal,
      onReport(report) {
        calls.push(report.calls)
        if (calls.length === 4) stop.abort()
      },
    })
    expect(calls.slice(1)).toEqual([NOTHING_LEFT, NOTHING_LEFT, NOTHING_LEFT])
  })

  test('is used by what is read between runs too', async () => {
    const { portal, sync } = world()
    const { contacts } = populate(portal, { contacts: 3, companies: 0, deals: 0 })
    await sync.run()
    for (let read = 0; read < 40; read++) await sync.syncRecords('contacts', contacts)
    expect((await sync.run()).calls).toBe(NOTHING_LEFT)
  })

  test('is used by verifications too', async () => {
    const { portal, sync } = world()
    populate(portal, { contacts: 3, companies: 0, deals: 0 })
    await sync.run()
    let calls = 0
    while (calls < 40) calls += (await sync.verify()).calls
    expect((await sync.run()).calls).toBe(NOTHING_LEFT)
  })

  test('is used by what plans ask too', async () => {
    const { portal, sync } = world()
    populate(portal, { contacts: 3, companies: 0, deals: 0 })
    await sync.run()
    for (let asked = portal.calls.length; asked < 40; asked = portal.calls.length) await sync.plan()
    expect((await sync.run()).calls).toBe(NOTHING_LEFT)
  })

  test('has the calls of a plan before the first run, once a run can note them', async () => {
    const { portal, store, sync } = world()
    populate(portal, { contacts: 3, companies: 0, deals: 0 })
    await sync.plan()
    await sync.run()
    const noted = await store.readCheckpoint(String(portal.portalId), 'sync_day')
    expect(noted?.state).toMatchObject({ calls: portal.calls.length })
  })

  test('is used by the calls that find the objects of the portal too', async () => {
    const { portal, store, again } = world()
    populate(portal, { contacts: 3, companies: 0, deals: 0 })
    await again({ objects: 'all' } as never).run()
    const noted = await store.readCheckpoint(String(portal.portalId), 'sync_day')
    expect(noted?.state).toMatchObject({ calls: portal.calls.length })
  })

  test('counts a call once where runs of one process note theirs at the same time', async () => {
    const { portal, store, sync } = createWorld(memory?.open() as never, {
      ...small,
      portal: { limits: { daily: 10_000 } },
    })
    populate(portal, { contacts: 8_000, companies: 8_000, deals: 0 })
    await Promise.all([sync.run({ jobs: ['contacts'] }), sync.run({ jobs: ['companies'] })])
    await sync.run({ jobs: ['deals'] })
    const noted = await store.readCheckpoint(String(portal.portalId), 'sync_day')
    expect(noted?.state).toMatchObject({ calls: portal.calls.length })
  })

  test('is used by two runs that are under way at the same time', async () => {
    const { portal, sync, again } = createWorld(memory?.open() as never, {
      ...small,
      portal: { limits: { daily: 10_000 } },
      limits: { ...small.limits, dailyShare: 0.06 },
    })
    populate(portal, { contacts: 60_000, companies: 60_000, deals: 0 })
    const runs = [sync.run({ jobs: ['contacts'] }), again().run({ jobs: ['companies'] })]
    const calls = (await Promise.all(runs)).map((report) => report.calls)
    // Each may make 100 calls that the other doesn't know of yet, and those that are under way.
    expect(calls.reduce((sum, each) => sum + each)).toBeLessThan(600 + 2 * 100 + 2 * 70)
  })

  test('forgets a hundred calls of a process that was killed at most', async () => {
    const { portal, store, sync, again, clock } = createWorld(memory?.open() as never, {
      ...small,
      portal: { limits: { daily: 10_000 } },
      limits: { ...small.limits, dailyShare: 0.03 },
    })
    populate(portal, { contacts: 60_000, companies: 0, deals: 0 })
    // Its store fails from then on, as if it were dead.
    let isDead = false
    const mortal = new Proxy(store, {
      get: (target, name: keyof typeof store) =>
        isDead ? () => Promise.reject(new Error('dead')) : target[name],
    })
    await again({ store: mortal })
      .run({
        onEvent(event) {
          if (event.type === 'call' && portal.calls.length >= 250) isDead = true
        },
      })
      .catch(() => {})
    const before = portal.calls.length
    clock.set(clock.now() + HOUR)
    await sync.run()
    expect(portal.calls.length - before).toBeLessThan(300 - 250 + 100 + 70)
  })

  test('is no matter for an app that has no daily limit', async () => {
    const { portal, store, sync } = createWorld(memory?.open() as never, {
      ...small,
      portal: { app: 'oauth' },
    })
    populate(portal, large)
    expect((await sync.run()).status).toBe('complete')
    expect(await store.readCheckpoint(String(portal.portalId), 'sync_day')).toBeNull()
  })
})
