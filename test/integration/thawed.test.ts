import { postgresStore } from '@hubsync/adapter-postgres'
import type { Store } from '@hubsync/core'
import pg from 'pg'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { silentPostgres } from './support/silent-postgres.js'
import { temporarySchema } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

/** The number of connections in the pool when the process is frozen. */
const CONNECTIONS = 6

type Open = (connectionString: string, schema: string) => Store

const ownPool: Open = (connectionString, schema) => postgresStore({ connectionString, schema })

const lentPool =
  (pipeline: boolean): Open =>
  (connectionString, schema) => {
    const pool = new pg.Pool({ connectionString, pipeline })
    pool.on('error', () => {})
    onTestFinished(() => pool.end())
    return postgresStore({ pool, schema })
  }

const pools = [
  { name: 'its own pool', isLent: false, store: ownPool },
  { name: 'a pool that was lent', isLent: true, store: lentPool(false) },
  { name: 'a pipelined pool that was lent', isLent: true, store: lentPool(true) },
]

/** A mirror that has read everything once, with connections in its pool. */
async function mirror(open: Open) {
  const proxy = await silentPostgres()
  const world = createWorld(open(proxy.url, temporarySchema()))
  onTestFinished(proxy.end)
  const ids = populate(world.portal, { contacts: 3, companies: 2, deals: 2 })
  await world.sync.run()
  await Promise.all(Array.from({ length: CONNECTIONS }, () => world.store.portals()))
  return { proxy, ids, ...world }
}

type Sync = Awaited<ReturnType<typeof mirror>>['sync']
type Calls = Record<string, (sync: Sync, id: string) => Promise<unknown>>

const calls: Calls = {
  'list()': (sync) => sync.list('contacts'),
  'get()': (sync, id) => sync.get('contacts', id),
  'related()': (sync, id) => sync.related('contacts', id, 'companies'),
  'changes()': (sync) => sync.changes(),
  'resolve()': (sync, id) => sync.resolve('contacts', id),
  'status()': (sync) => sync.status(),
  'runs()': (sync) => sync.runs(),
  'running()': (sync) => sync.running(),
  'completeUpTo()': (sync) => sync.completeUpTo('contacts'),
  'enqueue()': (sync, id) => sync.enqueue([{ object: 'contacts', id }]),
  'syncQueued()': (sync) => sync.syncQueued(),
  'syncRecords()': (sync, id) => sync.syncRecords('contacts', [id]),
  'run()': (sync) => sync.run(),
}

/** With a lent pool, the code before it is the same. */
const ofLentPools = ['list()', 'enqueue()', 'run()']

describe.each(pools)(
  'a process that was frozen, with connections of $name that died',
  ({ isLent, store }) => {
    test.each(isLent ? ofLentPools : Object.keys(calls))(
      '%s goes on with another connection',
      async (name) => {
        const { proxy, ids, sync } = await mirror(store)
        void proxy.forget('reset')
        await calls[name]?.(sync, ids.contacts[0] as string)
      },
    )
  },
)

test('connections that lay in the pool for longer than they do while the process runs are replaced, and not waited for', async () => {
  const { proxy, sync } = await mirror(ownPool)
  void proxy.forget('silence')
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())
  expect((await sync.list('contacts')).results).toHaveLength(3)
})
