import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const MINUTE = 60_000
const size = { contacts: 12, companies: 4, deals: 3 }

describe.each(storesWithoutSqlJs)('watch() on $name', ({ open }) => {
  test('keeps the mirror equal run after run, and resolves once its signal has aborted', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    populate(portal, size)
    const stop = new AbortController()
    const began = clock.now()
    const starts: number[] = []
    await sync.watch({
      every: '5m',
      signal: stop.signal,
      onReport({ status, startedAt }) {
        starts.push(Math.round((Date.parse(startedAt) - began) / MINUTE))
        expect(status).toBe('complete')
        if (starts.length === 3) stop.abort()
        else portal.create('contacts', { firstname: `after ${starts.length}` })
      },
    })
    expect(starts).toEqual([0, 5, 10])
    await expectEqual(portal, store)
    const portalId = String(portal.portalId)
    expect(await store.leases(portalId, new Date(clock.now()).toISOString())).toEqual([])
  })

  test('reads what is enqueued within two seconds', async () => {
    const { portal, sync, again, clock } = createWorld(open())
    const ids = populate(portal, size)
    const stop = new AbortController()
    let enqueuedAt = 0
    const watching = sync.watch({
      every: '1h',
      signal: stop.signal,
      async onReport() {
        const [id = ''] = ids.contacts
        portal.update('contacts', id, { firstname: 'enqueued' })
        enqueuedAt = clock.now()
        await again().enqueue([{ object: 'contacts', id }])
      },
    })
    const read = async () => (await again().list('contacts')).results
    for (let isRead = false; !isRead; ) {
      await clock.sleep(500)
      const rows = await read().catch(() => [])
      isRead = rows.some(({ firstName }) => firstName === 'enqueued')
    }
    // The clock advances by itself while the records are read. Only the run an hour later would be too late.
    expect(clock.now() - enqueuedAt).toBeLessThan(10 * MINUTE)
    stop.abort()
    await watching
  })
})

describe('watch()', () => {
  const open = () => storesWithoutSqlJs[0]?.open() as never
  const never = () => new AbortController().signal

  test('of two watches of one mirror one does the work each time', async () => {
    const { portal, sync, again, clock } = createWorld(open())
    populate(portal, size)
    const stop = new AbortController()
    const began = clock.now()
    const starts: number[] = []
    const watching = [sync, again()].map((each) =>
      each.watch({
        ...{ every: '5m', signal: stop.signal, jobs: ['contacts'] },
        onReport({ startedAt }) {
          starts.push(Math.floor((Date.parse(startedAt) - began) / MINUTE))
          if (starts.length === 8) stop.abort()
        },
      }),
    )
    await Promise.all(watching)
    // Both start at once, and either may be first after that.
    const apart = starts.slice(1).map((start, index) => start - (starts[index] ?? 0))
    for (const minutes of apart.slice(1)) expect(minutes).toBeGreaterThanOrEqual(4)
  })

  test('rejects where the token is refused', async () => {
    const { again } = createWorld(open())
    const watching = again({ accessToken: 'wrong' }).watch({ every: '5m', signal: never() })
    await expect(watching).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('outlives an outage', async () => {
    const { portal, sync } = createWorld(open())
    populate(portal, size)
    const outage = portal.fault({ kind: 'error', times: Number.POSITIVE_INFINITY })
    const stop = new AbortController()
    const told: string[] = []
    await sync.watch({
      ...{ every: '5m', signal: stop.signal, jobs: ['contacts'] },
      onError(error) {
        told.push((error as { code: string }).code)
        outage.remove()
      },
      onReport({ status }) {
        told.push(status)
        stop.abort()
      },
    })
    expect(told).toEqual(['HUBSPOT_UNAVAILABLE', 'complete'])
  })

  test('is ended by close()', async () => {
    const { portal, sync } = createWorld(open())
    populate(portal, size)
    let closed: Promise<void> | undefined
    await sync.watch({
      ...{ every: '5m', signal: never() },
      onReport() {
        closed = sync.close()
      },
    })
    await closed
  })

  test('refuses options that it cannot use, and jobs that there are not', async () => {
    const { sync } = createWorld(open())
    const watch = (options: object) => sync.watch(options as never)
    await expect(watch({ every: '5m' })).rejects.toThrow(
      '`signal` in watch(…) to be an AbortSignal',
    )
    await expect(watch({ every: 'soon', signal: never() })).rejects.toThrow(
      '`every` in watch(…) to be a duration',
    )
    await expect(watch({ every: 10, signal: never() })).rejects.toThrow('from 1 second')
    await expect(watch({ every: '5m', signal: never(), jobs: ['invoices'] })).rejects.toMatchObject(
      { code: 'UNKNOWN_JOB' },
    )
  })
})
