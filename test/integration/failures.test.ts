import { setImmediate } from 'node:timers/promises'
import * as core from '@hubsync/core'
import { type ApiRequester, createHubspotSync } from '@hubsync/core'
import type { Fault } from '@hubsync/emulator'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createTrapWorld } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 150, companies: 12, deals: 12 }

describe.each(storesWithoutSqlJs)('HubSpot, with a mirror on $name, when it', ({ open }) => {
  test.each<[string, Fault]>([
    ['breaks the connection', { kind: 'reset', times: 2 }],
    ['breaks off its reply', { kind: 'truncated', times: 2 }],
    ['sends an empty body', { kind: 'empty', times: 2 }],
    ["sends the network's HTML with a 502", { kind: 'html', times: 2 }],
    ['sends a 524', { kind: 'html', status: 524, times: 2 }],
    ['sends something else than the JSON it announces', { kind: 'not-json', times: 2 }],
    ['fails with a 500', { kind: 'error', times: 3 }],
    ['has locked the records', { kind: 'locked', times: 2 }],
    ['has had too many calls in ten seconds', { kind: 'burst', times: 3 }],
    [
      'has had too many calls, and says how long to wait',
      { kind: 'burst', retryAfter: 20, times: 1 },
    ],
    ['has had too many searches', { kind: 'secondly', path: '/search', times: 3 }],
    ['times out', { status: 408, body: {}, times: 1 }],
  ])('%s, is asked again', async (_, fault) => {
    const { portal, store, sync } = createWorld(open())
    populate(portal, size)
    const given = portal.fault({ after: 3, ...fault })
    const report = await sync.run()
    expect(report.status).toBe('complete')
    expect(given.met).toBe(fault.times)
    // A call that fails twice is repeated in halves, which are other calls.
    expect(report.retries).toBeGreaterThan(0)
    await expectEqual(portal, store)
  })

  test('has a name that is not known for a while, is asked again', async () => {
    let asked = 0
    const { portal, store, run } = createTrapWorld(core, {
      async between(_, answer) {
        const cause = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })
        if (++asked === 4 || asked === 5) throw new TypeError('fetch failed', { cause })
        return answer()
      },
    })
    populate(portal, size)
    expect((await run()).retries).toBe(2)
    await expectEqual(portal, store)
  })

  test.each([
    [
      'a host that is not found',
      { code: 'ENOTFOUND', message: 'getaddrinfo ENOTFOUND hub.invalid' },
    ],
    ['a port that fetch never opens', { message: 'bad port' }],
    [
      "somebody else's certificate",
      {
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
        message: "Host: hub.invalid. is not in the cert's list",
      },
    ],
    [
      'a certificate that nobody vouches for',
      { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed' },
    ],
  ])('has an address with %s, and has never answered, is given up at once', async (_, cause) => {
    let asked = 0
    const { run } = createTrapWorld(core, {
      between() {
        asked++
        return Promise.reject(new TypeError('fetch failed', { cause }))
      },
    })
    const error = await run().then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    )
    expect(error).toMatchObject({ code: 'HUBSPOT_UNAVAILABLE' })
    expect(error.message).toContain(cause.message)
    expect(error.message).toContain('HUBSPOT_BASE_URL')
    expect(error.message).not.toMatch(/run again/i)
    expect(asked).toBe(1)
  })

  test('can not be reached at any address, is given up by its name', async () => {
    const refused = { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:8080' }
    for (const cause of [refused, { code: 'ECONNREFUSED', message: '', errors: [refused] }]) {
      const { run } = createTrapWorld(core, {
        between: () => Promise.reject(new TypeError('fetch failed', { cause })),
      })
      await expect(run()).rejects.toMatchObject({
        code: 'HUBSPOT_UNAVAILABLE',
        message: expect.stringContaining('no reply (connect ECONNREFUSED 127.0.0.1:8080)'),
      })
    }
  })

  test('names a time to wait, is left alone until then', async () => {
    const { portal, sync, clock } = createWorld(open())
    portal.fault({ kind: 'burst', retryAfter: 33 })
    const before = clock.now()
    await sync.run()
    const [first, second] = portal.calls
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(33_000)
    expect(clock.now() - before).toBeLessThan(60_000)
  })

  test('names a moment to wait for, is left alone until then', async () => {
    const { portal, sync, clock } = createWorld(open())
    const moment = new Date(clock.now() + 33_000).toUTCString()
    portal.fault({ status: 503, body: {}, headers: { 'retry-after': moment } })
    await sync.run()
    const [first, second] = portal.calls
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(32_000)
  })

  test('goes on failing, is given up with the state kept', async () => {
    const { portal, store, sync } = createWorld(open())
    populate(portal, size)
    const broken = portal.fault({
      kind: 'html',
      path: '/contacts',
      operation: 'list',
      times: 1_000,
    })
    const report = await sync.run()
    expect(report.jobs.contacts).toMatchObject({
      status: 'failed',
      error: {
        code: 'HUBSPOT_UNAVAILABLE',
        message: expect.stringMatching(/Gave up after 6 attempts/),
      },
    })
    expect(report.jobs.companies?.status).toBe('complete')
    broken.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test("has had the day's calls, ends the run as partial with the moment of reset", async () => {
    const { portal, store, sync } = createWorld(open())
    populate(portal, size)
    const daily = portal.fault({ kind: 'daily', after: 4, times: 1_000 })
    const report = await sync.run()
    expect(report.status).toBe('partial')
    // Midnight in US/Eastern, in summer.
    expect(Object.values(report.jobs).map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining('start afresh at 2026-06-02T04:00:00.000Z'),
    )
    // The calls that were already under way, and none of them again.
    expect(daily.met).toBeLessThanOrEqual(8)
    daily.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test("has had the day's calls before the first one, is a partial run of a mirror that exists", async () => {
    const { portal, sync } = createWorld(open())
    const daily = { kind: 'daily', times: 1_000 } as const
    const first = portal.fault(daily)
    await expect(sync.run()).rejects.toMatchObject({ code: 'DAILY_LIMIT' })
    first.remove()
    await sync.run()
    portal.fault(daily)
    const report = await sync.run()
    expect(report).toMatchObject({ status: 'partial', portalId: '147000001' })
    expect(report.jobs.contacts).toMatchObject({
      started: false,
      reason: expect.stringContaining('start afresh at 2026-06-02T04:00:00.000Z'),
    })
  })

  test('is moving the portal, ends the run as partial', async () => {
    const { portal, store, sync } = createWorld(open())
    populate(portal, size)
    const moving = portal.fault({ kind: 'migrating', after: 4, times: 1_000, retryAfter: 7_200 })
    const report = await sync.run()
    expect(report.status).toBe('partial')
    expect(moving.met).toBeLessThanOrEqual(8)
    moving.remove()
    await sync.run()
    await expectEqual(portal, store)
  })

  test('refuses the token in the middle, gets one fresh token from the function', async () => {
    const { portal, again, store } = createWorld(open())
    populate(portal, size)
    portal.addToken('second')
    let asked = 0
    const sync = again({ accessToken: async () => (++asked === 1 ? portal.token : 'second') })
    portal.fault({ kind: 'expired-token', after: 5, times: 1 })
    const report = await sync.run()
    expect(report.status).toBe('complete')
    expect(asked).toBe(2)
    await expectEqual(portal, store)
  })

  test('refuses the fresh token too, fails clearly', async () => {
    const { portal, again } = createWorld(open())
    const sync = again({ accessToken: () => portal.token })
    portal.fault({ kind: 'expired-token', after: 1, times: 1_000 })
    const report = await sync.run()
    expect(report.status).toBe('failed')
    const codes = Object.values(report.jobs).map(({ error }) => error?.code)
    expect(codes).toContain('UNAUTHORIZED')
  })

  test('leaves a record out of a batch without a word, is asked again, and the run is partial if it stays so', async () => {
    const { portal, store, sync, clock } = createWorld(open(), { census: false })
    const { contacts } = populate(portal, size)
    await sync.run()
    clock.set(clock.now() + 60_000)
    portal.update('contacts', contacts[1] as string, { firstname: 'new' })
    portal.update('contacts', contacts[2] as string, { firstname: 'new' })
    const silent = portal.fault({
      kind: 'omit',
      ids: [contacts[1] as string],
      operation: 'batch-read',
      times: 1_000,
    })
    const report = await sync.run()
    expect(report.jobs.contacts).toMatchObject({
      status: 'partial',
      updated: 1,
      reason: expect.stringMatching(/1 record unanswered/),
    })
    silent.remove()
    clock.set(clock.now() + 3 * 3_600_000)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('shows changes late and out of order, is caught up with by the next run', async () => {
    const { portal, store, sync, clock } = createWorld(open(), {
      portal: { searchLag: { min: 1_000, max: 240_000 } },
      census: false,
    })
    const { contacts } = populate(portal, size)
    await clock.advance(300_000)
    await sync.run()
    for (let round = 0; round < 5; round++) {
      await clock.advance(20_000)
      for (const [index, id] of contacts.entries())
        if (index % 5 === round) portal.update('contacts', id, { firstname: `round ${round}` })
      await sync.run()
    }
    await clock.advance(240_000)
    await sync.run()
    await expectEqual(portal, store)
  })

  test('refuses a pair of objects, is not asked for each of its records', async () => {
    const { portal, sync } = createWorld(open())
    populate(portal, { contacts: 1_000, companies: 3, deals: 0 })
    portal.fault({
      operation: 'associations',
      path: 'contacts/companies',
      status: 400,
      body: {},
      times: 5_000,
    })
    const report = await sync.run()
    expect(report.jobs.contacts).toMatchObject({
      status: 'failed',
      error: { code: 'HUBSPOT_REJECTED' },
    })
    const asked = portal.calls.filter(({ objectType }) => objectType === 'contacts>companies')
    expect(asked.length).toBeLessThan(40)
  })

  test('names a time to wait that is too long, ends the job with the state kept', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    populate(portal, size)
    const before = clock.now()
    const long = [
      portal.fault({
        status: 503,
        body: {},
        headers: { 'retry-after': '86400' },
        operation: 'list',
        times: 50,
      }),
    ]
    const report = await sync.run()
    expect(report.status).toBe('failed')
    expect(clock.now() - before).toBeLessThan(60_000)
    for (const fault of long) fault.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('lists records out of order, or by a cursor that is no id, is read from one end to the other', async () => {
    const { portal, store } = createWorld(open())
    populate(portal, { contacts: 450, companies: 3, deals: 3 })
    const opaque = {
      async apiRequest({
        method,
        path,
        qs,
        body,
        headers,
      }: Parameters<ApiRequester['apiRequest']>[0]) {
        const query = { ...qs, ...(qs?.after ? { after: qs.after.replace('page:', '') } : {}) }
        const url = `https://api.hubapi.com${path}?${new URLSearchParams(query)}`
        const init = { method, headers: { ...headers, 'content-type': 'application/json' } }
        const request = new Request(url, {
          ...init,
          ...(body ? { body: JSON.stringify(body) } : {}),
        })
        const response = await portal.fetch(request)
        const json = (await response.json()) as { paging?: { next?: { after: string } } }
        const next = json.paging?.next
        if (method === 'GET' && next) next.after = `page:${next.after}`
        return new Response(JSON.stringify(json), response)
      },
    }
    const sync = createHubspotSync({
      client: opaque,
      accessToken: portal.token,
      store,
      clock: portal.clock,
    })
    const report = await sync.run()
    expect(report.jobs.contacts).toMatchObject({ status: 'complete', created: 450 })
    await expectEqual(portal, store)
  })

  test('leads back in its recycle bin to what it has listed already, is not followed without end', async () => {
    const seen: string[] = []
    const { portal, sync } = createTrapWorld(core, {
      async between({ qs }, answer) {
        const reply = await answer()
        if (qs?.archived !== 'true') return reply
        const body = (await reply.json()) as { paging?: { next: { after: string } } }
        const { next } = body.paging ?? {}
        if (next && !seen.includes(next.after)) seen.push(next.after)
        if (next && next.after === seen[2]) next.after = seen[0] as string
        return Response.json(body, reply)
      },
    })
    for (const id of portal.createMany('companies', 450, () => ({})))
      portal.archive('companies', id)
    const { jobs } = await sync.run()
    expect(jobs['companies:archived']).toMatchObject({
      status: 'failed',
      error: { code: 'HUBSPOT_REPLY', message: expect.stringMatching(/leads back/) },
    })
    expect(portal.calls.length).toBeLessThan(40)
  })

  test('refuses the token while many calls are under way, is given one fresh token for all of them', async () => {
    let [asked, underWay, isRevoked] = [0, 0, false]
    const { portal, clock, store, run } = createTrapWorld(core, {
      store: open(),
      accessToken: async () => {
        asked++
        await clock.sleep(1_000)
        return asked === 1 ? portal.token : 'second'
      },
      async between(_, answer) {
        if (++underWay === 3 && !isRevoked) {
          isRevoked = true
          portal.revoke(portal.token)
        }
        // Calls that have not yet reached HubSpot.
        await clock.sleep(200)
        return answer().finally(() => underWay--)
      },
    })
    populate(portal, { contacts: 1_500, companies: 300, deals: 300 })
    portal.addToken('second')
    await run()
    expect(portal.calls.filter(({ status }) => status === 401).length).toBeGreaterThan(2)
    expect(asked).toBe(2)
    await expectEqual(portal, store)
  })

  test('says nothing at all, is asked again once the time for a reply is over', async () => {
    const { portal, run, store } = createTrapWorld(core, {
      async between(_, answer) {
        return ++asked === 4 ? new Promise<Response>(() => {}) : answer()
      },
    })
    let asked = 0
    populate(portal, size)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const running = run()
    while (asked < 4) await setImmediate()
    await vi.advanceTimersByTimeAsync(120_000)
    expect((await running).retries).toBe(1)
    await expectEqual(portal, store)
  })

  test('has a listener of events that throws, ends the run and not the process', async () => {
    const { portal, store, sync } = createWorld(open())
    populate(portal, size)
    const report = await sync.run({
      onEvent: () => {
        throw new Error('a fault of the host')
      },
    })
    expect(report.status).toBe('partial')
    expect(Object.values(report.jobs).map(({ reason }) => reason)).toContainEqual(
      expect.stringContaining('`onEvent` threw'),
    )
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('that the store failed in one job has its other jobs complete', async () => {
    const { portal, store, sync } = createWorld(open())
    populate(portal, size)
    await sync.run()
    const read = store.checkpoints.bind(store)
    let calls = 0
    // The first call is the run's own, for its plan.
    store.checkpoints = (portalId) =>
      ++calls === 2 ? Promise.reject(new Error('the store is busy')) : read(portalId)
    const { jobs } = await sync.run({ jobs: ['contacts', 'contacts:census'] })
    expect(jobs).toMatchObject({
      contacts: { status: 'failed' },
      'contacts:census': { status: 'complete' },
    })
  })
})
