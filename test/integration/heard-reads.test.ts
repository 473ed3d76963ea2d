import { postgresStore } from '@hubsync/adapter-postgres'
import { memoryStore, type ReadOptions, type Store } from '@hubsync/core'
import { askedUntil } from '@hubsync/core/store'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { holdTimers } from './support/held-timers.js'
import { silentPostgres } from './support/silent-postgres.js'
import { temporarySchema } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

type Sync = ReturnType<typeof createWorld>['sync']
type Member = (sync: Sync, id: string, options: ReadOptions) => Promise<unknown>

/** Every member that waits for the store and has no other options of a run. */
const members: Record<string, Member> = {
  portalId: (sync, _, options) => sync.portalId(options),
  get: (sync, id, options) => sync.get('contacts', id, options),
  list: (sync, _, options) => sync.list('contacts', options),
  related: (sync, id, options) => sync.related('contacts', id, 'companies', options),
  changes: (sync, _, options) => sync.changes(options),
  'changes from now on': (sync, _, options) => sync.changes({ after: 'now', ...options }),
  changesOf: (sync, id, options) => sync.changesOf('contacts', id, options),
  resolve: (sync, id, options) => sync.resolve('contacts', id, options),
  runs: (sync, _, options) => sync.runs(options),
  running: (sync, _, options) => sync.running(options),
  completeUpTo: (sync, _, options) => sync.completeUpTo('contacts', options),
  status: (sync, _, options) => sync.status(options),
  enqueue: (sync, id, options) => sync.enqueue([{ object: 'contacts', id }], options),
  syncQueued: (sync, _, options) => sync.syncQueued(options),
  syncRecords: (sync, id, options) => sync.syncRecords('contacts', [id], options),
  plan: (sync, _, options) => sync.plan(options),
}
const names = Object.keys(members)
const reads = names.slice(0, names.indexOf('enqueue'))

/** The time within which a call must return although the store doesn't answer. */
const isGrace = (ms: number) => ms === 5_000

/** A store that falls silent when it is told to. */
function silentStore() {
  const memory = memoryStore()
  const asked = { count: 0, last: undefined as AbortSignal | undefined }
  let isSilent = false
  const store = new Proxy(memory, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function' || name === 'close') return member
      return (...given: unknown[]) => {
        asked.count++
        asked.last = askedUntil()
        return isSilent ? new Promise(() => {}) : Reflect.apply(member, target, given)
      }
    },
  }) as Store
  return {
    store,
    asked,
    fallSilent() {
      isSilent = true
      asked.count = 0
    },
  }
}

async function silentMirror() {
  const { store, ...silence } = silentStore()
  const { sync, portal } = createWorld(store)
  const ids = populate(portal, { contacts: 3, companies: 2, deals: 1 })
  await sync.run()
  return { sync, id: ids.contacts[0] as string, ...silence }
}

describe('of a store that has fallen silent', () => {
  test.each(reads)('%s ends at once with its signal', async (name) => {
    const { sync, id, asked, fallSilent } = await silentMirror()
    fallSilent()
    const stop = new AbortController()
    const read = members[name]?.(sync, id, { signal: stop.signal })
    await vi.waitUntil(() => asked.count > 0)
    stop.abort()
    await expect(read).rejects.toMatchObject({ code: 'ABORTED' })
  })

  test.each(['enqueue', 'syncQueued', 'syncRecords', 'plan'])(
    '%s, which writes or asks HubSpot, ends with its signal and a moment more',
    async (name) => {
      const { sync, id, asked, fallSilent } = await silentMirror()
      fallSilent()
      const timers = holdTimers(isGrace)
      const stop = new AbortController()
      const work = expect(members[name]?.(sync, id, { signal: stop.signal })).rejects
      await vi.waitUntil(() => asked.count > 0)
      stop.abort()
      timers.endWaits()
      await work.toMatchObject({ code: 'ABORTED' })
    },
  )

  test('the store is told to let go a moment later', async () => {
    const { sync, asked, fallSilent } = await silentMirror()
    fallSilent()
    const timers = holdTimers(isGrace)
    const stop = new AbortController()
    const read = expect(sync.list('contacts', { signal: stop.signal })).rejects
    await vi.waitUntil(() => asked.count > 0)
    stop.abort()
    await read.toMatchObject({ code: 'ABORTED' })
    expect(asked.last?.aborted).toBe(false)
    timers.fire()
    expect(asked.last?.aborted).toBe(true)
  })

  test('a read whose signal ends it ends no other that waits for the same', async () => {
    const { sync, asked, fallSilent } = await silentMirror()
    fallSilent()
    const stops = [new AbortController(), new AbortController()] as const
    const [one, other] = stops.map(({ signal }) => sync.list('contacts', { signal }))
    await vi.waitUntil(() => asked.count > 1)
    const isOver = vi.fn()
    other?.catch(isOver)
    stops[0].abort()
    await expect(one).rejects.toMatchObject({ code: 'ABORTED' })
    expect(isOver).not.toHaveBeenCalled()
    stops[1].abort()
    await expect(other).rejects.toMatchObject({ code: 'ABORTED' })
  })
})

describe('of a store that answers', () => {
  test.each([...reads, 'enqueue', 'plan'])(
    '%s asks nothing once its signal has aborted',
    async (name) => {
      const { sync, id, asked } = await silentMirror()
      asked.count = 0
      const given = { signal: AbortSignal.abort() }
      await expect(members[name]?.(sync, id, given)).rejects.toMatchObject({ code: 'ABORTED' })
      expect(asked.count).toBe(0)
    },
  )

  test.each(names)('%s refuses a signal that is none', async (name) => {
    const { sync, id } = await silentMirror()
    const given = { signal: 'soon' } as never
    await expect(members[name]?.(sync, id, given)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/`signal`.* to be an AbortSignal/),
    })
  })

  test.each(names)('%s refuses an option that it does not know', async (name) => {
    const { sync, id } = await silentMirror()
    const given = { signals: [] } as never
    await expect(members[name]?.(sync, id, given)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('`signals`'),
    })
  })

  test('a signal that never aborts changes nothing, and leaves no timer', async () => {
    const { sync, id } = await silentMirror()
    const { signal } = new AbortController()
    const timers = holdTimers(isGrace)
    expect(await sync.get('contacts', id, { signal })).toEqual(await sync.get('contacts', id))
    expect(await sync.status({ signal })).toEqual(await sync.status())
    expect(timers.count()).toBe(0)
  })
})

describe('of a Postgres that has fallen silent', () => {
  async function mirror() {
    const proxy = await silentPostgres()
    const world = createWorld(
      postgresStore({ connectionString: proxy.url, schema: temporarySchema() }),
    )
    onTestFinished(proxy.end)
    populate(world.portal, { contacts: 3, companies: 2, deals: 1 })
    await world.sync.run()
    return { proxy, ...world }
  }

  test('a list ends with its signal, its connection is cut off, and the next one is answered', async () => {
    const { proxy, sync } = await mirror()
    await sync.list('contacts')
    const timers = holdTimers(isGrace)
    const silent = proxy.forget('silence')
    const left = proxy.left()
    const stop = new AbortController()
    const list = expect(sync.list('contacts', { signal: stop.signal })).rejects
    await silent
    stop.abort()
    await list.toMatchObject({ code: 'ABORTED' })
    timers.endWaits()
    expect((await sync.list('contacts')).results).toHaveLength(3)
    await left
  })

  test('a server that answers keeps the connections of reads that were ended', async () => {
    const { proxy, sync, store } = await mirror()
    await sync.list('contacts')
    const isLeft = vi.fn()
    void proxy.left().then(isLeft)
    for (let turn = 0; turn < 20; turn++) {
      const stop = new AbortController()
      const list = sync.list('contacts', { signal: stop.signal })
      stop.abort()
      await expect(list).rejects.toMatchObject({ code: 'ABORTED' })
    }
    expect(await store.portals()).toHaveLength(1)
    expect(isLeft).not.toHaveBeenCalled()
  })
})
