import { postgresStore } from '@hubsync/adapter-postgres'
import type { Store } from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import pg from 'pg'
import { beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { expectEqual } from './support/equality.js'
import { holdTimers } from './support/held-timers.js'
import { type Loss, silentPostgres } from './support/silent-postgres.js'
import { buildClosingProcess } from './support/start-closing-process.js'
import { temporarySchema } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

/** A mirror behind a proxy that has read everything once, and a portal that has changed since then. */
async function changedPortal(
  open = (connectionString: string, schema: string): Store =>
    postgresStore({ connectionString, schema }),
) {
  const proxy = await silentPostgres()
  const schema = temporarySchema()
  const world = createWorld(open(proxy.url, schema))
  onTestFinished(proxy.end)
  const { portal, clock, sync } = world
  const ids = populate(portal, { contacts: 30, companies: 6, deals: 9 })
  await sync.run()
  await clock.advance(60_000)
  for (const id of ids.contacts) portal.update('contacts', id, { firstname: 'Changed' })
  await clock.advance(60_000)
  return { proxy, schema, ...world }
}

/** How long the mirror waits for a silent store after the end of a run, or after the store is closed. */
const isGrace = (ms: number) => ms === 5_000
/** How long pg waits for a connection in the tests' own pools. */
const CONNECT_MS = 15_000

/** Repeats until a contact in the mirror has the change. */
async function untilChanged(schema: string): Promise<void> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  for (let isChanged = false; !isChanged; ) {
    const text = `SELECT 1 FROM ${schema}.contacts WHERE first_name = 'Changed'`
    isChanged = (await client.query(text)).rows.length > 0
  }
  await client.end()
}

const silent = { message: expect.stringMatching(/The store did not answer within 5 s/) }

describe('a Postgres that falls silent in the middle of a run', () => {
  test('holds it up no longer than its signal, and a moment', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    const timers = holdTimers(isGrace)
    const stop = new AbortController()
    const run = expect(sync.run({ signal: stop.signal })).rejects
    await fallen
    stop.abort()
    timers.endWaits()
    await run.toMatchObject({ code: 'ABORTED', ...silent })
  })

  test('holds it up no longer than its time, and a moment', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    const timers = holdTimers((ms) => ms > 60_000 && ms <= 65_000)
    const run = expect(sync.run({ budgetMs: 60_000 })).rejects
    await fallen
    timers.fire()
    await run.toMatchObject({ code: 'STORE_FAILED', ...silent })
  })

  test('has its connections cut off where a run was given up', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    const timers = holdTimers(isGrace)
    const stop = new AbortController()
    const run = expect(sync.run({ signal: stop.signal })).rejects
    await fallen
    const lost = proxy.lost()
    stop.abort()
    timers.endWaits()
    await run.toMatchObject({ code: 'ABORTED' })
    await lost.left()
  })

  test('holds up neither it nor `close()`, which leaves no connection', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    const timers = holdTimers(isGrace)
    const run = expect(sync.run()).rejects
    await fallen
    const close = sync.close()
    timers.endWaits()
    await run.toMatchObject({ code: 'ABORTED' })
    await close
    await proxy.left()
    expect(timers.count()).toBe(0)
  })

  test.each<[string, Loss]>([
    ['loses nothing where a commit is lost on its way', 'everything'],
    ['loses nothing where a commit is written and its answer is lost', 'replies'],
  ])('%s', async (_, loss) => {
    const { proxy, schema, sync, again, portal, store } = await changedPortal()
    const fallen = proxy.fallSilent('Changed', loss)
    const timers = holdTimers(isGrace)
    const stop = new AbortController()
    const run = expect(sync.run({ signal: stop.signal })).rejects
    await fallen
    stop.abort()
    timers.endWaits()
    await run.toMatchObject({ code: 'ABORTED' })
    if (loss === 'replies') await untilChanged(schema)
    proxy.recover()
    expect(await again().run()).toMatchObject({ status: 'complete' })
    await expectEqual(portal, store)
  })

  test('is given up after ten minutes where nothing else ends the run', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    const timers = holdTimers((ms) => ms === 600_000)
    const run = sync.run({ jobs: ['contacts'] })
    await fallen
    proxy.recover()
    timers.fire()
    expect(await run).toMatchObject({
      status: 'failed',
      jobs: {
        contacts: {
          error: {
            code: 'STORE_FAILED',
            message: expect.stringMatching(/query_timeout.*before the server confirmed the commit/),
          },
        },
      },
    })
  })

  for (const pipeline of [false, true])
    test(`has its connection taken out of ${pipeline ? 'a pipelined pool' : 'a pool'} that was lent`, async () => {
      const pools: pg.Pool[] = []
      const { proxy, sync } = await changedPortal((connectionString, schema) => {
        const pool = new pg.Pool({
          ...{ connectionString, pipeline, connectionTimeoutMillis: CONNECT_MS },
        })
        pools.push(pool)
        return postgresStore({ pool, schema })
      })
      const fallen = proxy.fallSilent('Changed')
      const timers = holdTimers((ms) => isGrace(ms) || ms === CONNECT_MS)
      const run = expect(sync.run()).rejects
      await fallen
      const close = sync.close()
      timers.endWaits()
      await run.toMatchObject({ code: 'ABORTED' })
      await close
      for (const pool of pools) await pool.end()
      await proxy.left()
    })
})

describe('`/health` of a Postgres that has fallen silent', () => {
  test('says so, and asks on another connection the next time', async () => {
    const { proxy, sync } = await changedPortal()
    const { fetch } = createHttpHandler({ sync })
    const status = async () => (await fetch(new Request('http://localhost/health'))).status
    expect(await status()).toBe(200)
    const timers = holdTimers(isGrace)
    const silent = proxy.forget('silence')
    const reply = status()
    await silent
    timers.fire()
    expect(await reply).toBe(503)
    expect(await status()).toBe(200)
  })

  test('is well as soon as new connections answer, though the first read of all waits for an old one', async () => {
    const { proxy, schema } = await changedPortal()
    const store = postgresStore({ connectionString: proxy.url, schema })
    onTestFinished(() => store.close())
    // There is a connection in the pool, and the store doesn't know the tables yet.
    await store.portals()
    const silent = proxy.forget('silence')
    const { fetch } = createHttpHandler({ store, auth: 'all' })
    const get = async (path: string) => {
      const headers = { authorization: 'Bearer all' }
      return (await fetch(new Request(`http://localhost${path}`, { headers }))).status
    }
    const first = get('/contacts')
    await silent
    expect(await get('/health')).toBe(200)
    proxy.end()
    await first
  })
})

describe('a run that waits for a connection of a lent pool that has none free', () => {
  test.each(['signal', 'close()'])(
    'is over once its %s ends it, and gives the connection back that comes late',
    async (end) => {
      const pool = new pg.Pool({ connectionString: inject('databaseUrl'), max: 1 })
      onTestFinished(() => pool.end())
      const { sync } = createWorld(postgresStore({ pool, schema: temporarySchema() }))
      const taken = await pool.connect()
      const timers = holdTimers(isGrace)
      const stop = new AbortController()
      const run = expect(sync.run({ signal: stop.signal })).rejects
      await vi.waitUntil(() => pool.waitingCount > 0)
      if (end === 'signal') stop.abort()
      else await sync.close()
      timers.endWaits()
      await run.toMatchObject({ code: 'ABORTED' })
      taken.release()
      expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    },
  )
})

describe('a process whose Postgres falls silent', () => {
  let start: Awaited<ReturnType<typeof buildClosingProcess>>

  beforeAll(async () => {
    start = await buildClosingProcess('silent-postgres')
  })

  test('is not kept alive by it once it has closed its mirror', async () => {
    const { proxy, schema, portal } = await changedPortal()
    const hubspot = await portal.listen()
    onTestFinished(hubspot.close)
    const fallen = proxy.fallSilent('Changed')
    const child = start(hubspot.url, portal.token, proxy.url, schema)
    await fallen
    expect(await child.close()).toEqual([0, null])
  })
})
