import type { RunReport, Store } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { overtakenStore } from './support/overtaken-store.js'
import { passTime, storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 130, companies: 12, deals: 14 }
const statusesOf = ({ jobs }: RunReport) =>
  Object.fromEntries(Object.entries(jobs).map(([name, { status }]) => [name, status]))

describe.each(storesWithoutSqlJs)('of two runs of one mirror on $name', ({ open }) => {
  /** A world, and a run in it that stops before it first writes contacts, until the `meanwhile` function has ended. */
  function begin() {
    const world = createWorld(open())
    const { portal, store, again } = world
    populate(portal, size)
    /** Another handle of the mirror, as another process has it. It does something while its run is stopped. */
    const slow = (meanwhile: () => Promise<unknown>) =>
      again({ store: overtakenStore(store, { stream: 'contacts' }, meanwhile) })
    /** The same for a process that is frozen meanwhile: it doesn't renew its leases either. */
    const frozen = (meanwhile: () => Promise<unknown>, after = 0) => {
      const awake = Promise.withResolvers<void>()
      const silent: Store = {
        ...store,
        async lease(request) {
          if (request.want === 'renew') await awake.promise
          return store.lease(request)
        },
      }
      const sleep = () => meanwhile().finally(() => awake.resolve())
      return again({ store: overtakenStore(silent, { stream: 'contacts', after }, sleep) })
    }
    return { ...world, slow, frozen }
  }

  test('the one that comes second is busy, and asks HubSpot for no more than whose token it has', async () => {
    const { portal, store, slow, again } = begin()
    const runId = '7b0c0c52-6f5c-4a51-9d0f-2f9f4be0a0a5'
    let second: RunReport | undefined
    const first = await slow(async () => {
      second = await again().run()
    }).run({ runId })
    expect(first.status).toBe('complete')
    expect(second).toMatchObject({ status: 'busy', calls: 1 })
    expect(new Set(Object.values(second?.jobs ?? {}).map(({ status }) => status))).toEqual(
      new Set(['skipped']),
    )
    expect(second?.jobs.contacts).toMatchObject({
      started: false,
      calls: 0,
      heldBy: { run: runId, since: expect.stringMatching(/^\d{4}-/) },
      reason: expect.stringContaining(`Run ${runId} has been at this job since `),
    })
    await expectEqual(portal, store)
  })

  test('the busy one is no run in the store, and no error', async () => {
    const { slow, again } = begin()
    const first = await slow(() => again().run()).run()
    const reader = again()
    const runs = await reader.runs()
    expect(runs.map(({ status }) => status)).toEqual(['complete'])
    expect(runs[0]?.finishedAt).toBe(first.finishedAt)
    expect((await reader.status()).lastError).toBeNull()
  })

  test('of one handle the second is busy too', async () => {
    const { sync } = begin()
    const reports = await Promise.all([sync.run(), sync.run()])
    expect(reports.map(({ status }) => status).sort()).toEqual(['busy', 'complete'])
  })

  test('the second does what the first is not at, and is partial', async () => {
    const { slow, again } = begin()
    let second: RunReport | undefined
    const first = await slow(async () => {
      second = await again().run({ jobs: ['contacts', 'deals'] })
    }).run({ jobs: ['contacts', 'companies'] })
    expect([first.status, second?.status]).toEqual(['complete', 'partial'])
    expect(statusesOf(second as RunReport)).toEqual({ contacts: 'skipped', deals: 'complete' })
    expect((await again().status()).lastError).toBeNull()
  })

  test('a job that was skipped is not what the next run puts before all others', async () => {
    const { slow, again } = begin()
    await again().run()
    await slow(async () => {
      await again().run({ jobs: ['contacts', 'deals'] })
    }).run({ jobs: ['contacts'] })
    expect((await again().run()).status).toBe('complete')
  })

  test('status() tells who is at which job, and whether he lives', async () => {
    const { store, clock, frozen, again } = begin()
    const runId = '7b0c0c52-6f5c-4a51-9d0f-2f9f4be0a0a5'
    await again().run()
    const seen: unknown[] = []
    await frozen(async () => {
      seen.push((await again().status()).working)
      await passTime(store, clock, 121_000)
      seen.push((await again().status()).working)
    }).run({ jobs: ['contacts'], runId })
    const moment = expect.stringMatching(/^\d{4}-/)
    const contacts = { job: 'contacts', run: runId, since: moment, heardAt: moment }
    expect(seen).toEqual([[{ ...contacts, isAlive: true }], [{ ...contacts, isAlive: false }]])
    expect((await again().status()).working).toEqual([])
  })

  test('the one that waits begins when the other ends', async () => {
    const { portal, store, slow, again } = begin()
    let second: Promise<RunReport> | undefined
    const first = await slow(async () => {
      second = again().run({ wait: true })
    }).run()
    expect([first.status, (await second)?.status]).toEqual(['complete', 'complete'])
    await expectEqual(portal, store)
  })

  test('the one that waits tells for whom, once', async () => {
    const { store, slow, again, portal, clock } = begin()
    const runId = 'f64cbb0e-3a6b-4c52-8f5a-3a6b9a0c7d11'
    const held: unknown[] = []
    let since: string | undefined
    await slow(async () => {
      const at = new Date(clock.now()).toISOString()
      since = (await store.leases(String(portal.portalId), at))[0]?.startedAt
      await again().run({
        ...{ wait: '90s', jobs: ['contacts'] },
        onEvent: (event) => {
          if (event.type === 'held') held.push(event)
        },
      })
    }).run({ jobs: ['contacts'], runId })
    expect(held).toEqual([{ type: 'held', job: 'contacts', run: runId, since }])
  })

  test('the one that waits is busy when its time is over', async () => {
    const { slow, again, clock } = begin()
    let second: RunReport | undefined
    let waited = 0
    await slow(async () => {
      const before = clock.now()
      second = await again().run({ wait: '90s' })
      waited = clock.now() - before
    }).run({ jobs: ['contacts'] })
    expect(statusesOf(second as RunReport).contacts).toBe('skipped')
    expect(waited).toBeGreaterThanOrEqual(90_000)
  })

  test('the one that waits ends with its signal', async () => {
    const { slow, again } = begin()
    let second: RunReport | undefined
    await slow(async () => {
      const stop = new AbortController()
      const run = again().run({ wait: true, signal: stop.signal, jobs: ['contacts'] })
      stop.abort()
      second = await run.catch((error: unknown) => ({ status: (error as Error).name }) as never)
    }).run({ jobs: ['contacts'] })
    expect(['busy', 'AbortedError']).toContain(second?.status)
  })

  test('one that has been silent for two minutes loses its jobs, and leaves them to the other when it wakes', async () => {
    const { portal, store, clock, frozen, again } = begin()
    let second: RunReport | undefined
    const first = await frozen(async () => {
      // Far from two minutes: a server's own clock runs on while the test works. plan-lease.test.ts has the exact limit.
      await passTime(store, clock, 30_000)
      expect((await again().run()).status).toBe('busy')
      await passTime(store, clock, 91_000)
      second = await again().run()
    }).run()
    expect(second?.status).toBe('complete')
    expect(first.jobs.contacts).toMatchObject({
      status: 'skipped',
      started: true,
      reason: expect.stringContaining('said nothing for over two minutes'),
    })
    expect(first.status).not.toBe('failed')
    expect(first.jobs.contacts?.error).toBeUndefined()
    expect((await again().status()).lastError).toBeNull()
    await expectEqual(portal, store)
  })

  test('one that loses all its jobs after it has committed pages is partial, with the reason', async () => {
    const { store, clock, frozen, again } = begin()
    const jobs = ['contacts'] as const
    const meanwhile = async () => {
      await passTime(store, clock, 121_000)
      expect((await again().run({ jobs })).status).toBe('complete')
    }
    const first = await frozen(meanwhile, 1).run({ jobs })
    expect(first.status).toBe('partial')
    expect(first.jobs.contacts.created).toBeGreaterThan(0)
    expect(first.jobs.contacts.reason).toContain('said nothing for over two minutes')
    const runs = await again().runs()
    expect(runs.map(({ status }) => status).sort()).toEqual(['complete', 'partial'])
  })
})

describe.each(storesWithoutSqlJs)('the jobs of a run on $name', ({ open }) => {
  const leases = async ({ portal, store, clock }: ReturnType<typeof createWorld>) =>
    store.leases(String(portal.portalId), new Date(clock.now()).toISOString())

  test('are free once it has ended, however it has', async () => {
    const world = createWorld(open())
    const { portal, again } = world
    populate(portal, size)
    await again().run()
    expect(await leases(world)).toEqual([])
    expect((await again().run({ maxCalls: 2 })).status).toBe('partial')
    expect(await leases(world)).toEqual([])
    const stop = new AbortController()
    const onEvent = () => stop.abort()
    await again().run({ signal: stop.signal, onEvent })
    expect(await leases(world)).toEqual([])
    portal.fault({ kind: 'missing-scope', times: 1, operation: 'search' })
    expect((await again().run()).status).toBe('failed')
    expect(await leases(world)).toEqual([])
  })

  test('are free once its handle is closed', async () => {
    const world = createWorld(open())
    const { portal, store, again } = world
    populate(portal, size)
    await again().run()
    let closed: Promise<void> | undefined
    // The test still needs the store that is closed with the handle.
    const lent = { ...store, close: async () => {} }
    const sync = again({
      store: overtakenStore(lent, { stream: 'contacts' }, async () => {
        closed = sync.close()
      }),
    })
    await sync.run().catch(() => {})
    await closed
    expect(await leases(world)).toEqual([])
  })

  test('are told to be at work every 30 seconds', async () => {
    const world = createWorld(open(), { associations: [] })
    const { portal, store, clock, again } = world
    populate(portal, size)
    const renewed = Promise.withResolvers<string | undefined>()
    const told: Store = {
      ...store,
      async lease(request) {
        const [first, ...others] = await store.lease(request)
        if (request.want === 'renew') renewed.resolve(first?.renewedAt)
        return first ? [first, ...others] : []
      },
    }
    const seen: (string | undefined)[] = []
    const slow = overtakenStore(told, { stream: 'contacts', times: 2 }, async () => {
      if (seen.length > 0) return void seen.push(await renewed.promise)
      const [lease] = await leases(world)
      seen.push(lease?.renewedAt)
      clock.set(clock.now() + 31_000)
    })
    await again({ store: slow }).run({ jobs: ['contacts'] })
    const moment = expect.stringMatching(/^\d{4}-/)
    expect(seen).toEqual([moment, moment])
    expect(seen[1]).not.toBe(seen[0])
  })
})

describe.each(storesWithoutSqlJs)('beside runs on $name', ({ open }) => {
  function begin() {
    const world = createWorld(open())
    const ids = populate(world.portal, size)
    return { ...world, ids }
  }

  test('a verification leaves the mirror to another that is at it, or waits for that', async () => {
    const { store, again } = begin()
    await again().run()
    const others: unknown[] = []
    const meanwhile = async () => {
      others.push(await again().verify())
      others.push(again().verify({ wait: '10m' }))
    }
    const first = again({
      store: overtakenStore(store, { stream: 'contacts:verify' }, meanwhile),
    })
    expect((await first.verify()).status).toBe('equal')
    const [busy, waited] = await Promise.all(others)
    expect(busy).toMatchObject({ status: 'busy', calls: 1, objects: {}, errors: {} })
    expect(busy).toHaveProperty('reason', expect.stringContaining('has been at this job since'))
    expect(waited).toMatchObject({ status: 'equal' })
  })

  test('a verification and a run are at work at once', async () => {
    const { store, again } = begin()
    await again().run()
    let run: RunReport | undefined
    const meanwhile = async () => {
      run = await again().run()
    }
    const verifying = again({
      store: overtakenStore(store, { stream: 'contacts:verify' }, meanwhile),
    })
    expect((await verifying.verify()).status).toBe('equal')
    expect(run?.status).toBe('complete')
  })

  test('a refresh leaves its objects to another', async () => {
    const { store, again } = begin()
    await again().run()
    let second: RunReport | undefined
    const given = { properties: ['firstname'], objects: ['contacts'] } as const
    const meanwhile = async () => {
      second = await again().refreshProperties(given)
    }
    const first = again({
      store: overtakenStore(store, { stream: 'contacts:refresh' }, meanwhile),
    })
    expect((await first.refreshProperties(given)).status).toBe('complete')
    expect(second).toMatchObject({ status: 'busy', calls: 1 })
    expect(second?.jobs['contacts:refresh']?.status).toBe('skipped')
  })

  test('two readings of what is enqueued read each record once', async () => {
    const { portal, again, ids } = begin()
    await again().run()
    const records = ids.contacts.slice(0, 5).map((id) => ({ object: 'contacts', id }))
    await again().enqueue(records)
    portal.clearCalls()
    const sync = again()
    const counts = await Promise.all([sync.syncQueued(), sync.syncQueued(), again().syncQueued()])
    expect(counts.sort()).toEqual([0, 0, 5])
    const read = portal.calls.filter(({ path }) => path.endsWith('/contacts/batch/read'))
    expect(read).toHaveLength(1)
  })

  test('a reading that waits for another reads what that one left', async () => {
    const { store, again, ids } = begin()
    await again().run()
    const [first = '', second = ''] = ids.contacts
    await again().enqueue([{ object: 'contacts', id: first }])
    let waiting: Promise<number> | undefined
    const meanwhile = async () => {
      // After the run has read the records, and before it takes them out of the queue.
      await again().enqueue([{ object: 'contacts', id: second }])
      waiting = again().syncQueued({ wait: true })
    }
    const slow = again({ store: overtakenStore(store, { stream: 'queue' }, meanwhile) })
    const count = await slow.syncQueued()
    expect(count + ((await waiting) ?? 0)).toBe(2)
  })

  test('what is enqueued while a run goes on is read at once', async () => {
    const { store, again, ids } = begin()
    await again().run()
    const [first = '', second = ''] = ids.contacts
    await again().enqueue([{ object: 'contacts', id: first }])
    let count: number | undefined
    const meanwhile = async () => {
      await again().enqueue([{ object: 'contacts', id: second }])
      count = await again().syncQueued()
    }
    const run = await again({
      store: overtakenStore(store, { stream: 'contacts' }, meanwhile),
    }).run()
    expect(run.jobs.queue?.status).toBe('complete')
    expect(count).toBe(1)
  })
})

test('a process that could not release its jobs takes them again without waiting', async () => {
  const world = createWorld(storesWithoutSqlJs[0]?.open() as never)
  const { portal, store, again } = world
  populate(portal, size)
  let isDown = false
  const failing = {
    ...store,
    lease: async (request: Parameters<typeof store.lease>[0]) => {
      if (isDown && request.want === 'release') throw new Error('down')
      return store.lease(request)
    },
  }
  isDown = true
  expect((await again({ store: failing }).run()).status).toBe('complete')
  expect(await store.leases(String(portal.portalId), new Date().toISOString())).not.toEqual([])
  expect((await again().status()).working.some(({ isAlive }) => isAlive)).toBe(false)
  expect((await again().run()).status).toBe('complete')
})
