import { setImmediate } from 'node:timers/promises'
import { postgresStore } from '@hubsync/adapter-postgres'
import type { Store } from '@hubsync/core'
import pg from 'pg'
import { beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { expectEqual } from './support/equality.js'
import { type Loss, silentPostgres } from './support/silent-postgres.js'
import { buildClosingProcess } from './support/start-closing-process.js'
import { temporarySchema } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

/** A mirror behind a proxy that has read everything once, and a portal that has changed since. */
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

/** Has timers fire when the test says so, from now on. */
function holdTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

/** Lets time go by until this is over. What it resolves or rejects with. */
async function outcome(work: Promise<unknown>): Promise<unknown> {
  let isOver = false
  const over = work
    .catch((error: unknown) => error)
    .finally(() => {
      isOver = true
    })
  while (!isOver) {
    await vi.advanceTimersByTimeAsync(1_000)
    await setImmediate()
  }
  return over
}

/** Asks again and again until a contact is here as it was changed. */
async function untilChanged(schema: string): Promise<void> {
  const client = new pg.Client(inject('databaseUrl'))
  await client.connect()
  for (let isChanged = false; !isChanged; ) {
    const text = `SELECT 1 FROM ${schema}.contacts WHERE first_name = 'Changed'`
    isChanged = (await client.query(text)).rows.length > 0
  }
  await client.end()
}

const silent = { message: expect.stringMatching(/the store has not answered for 5 s/) }

describe('a Postgres that falls silent in the middle of a run', () => {
  test('holds it up no longer than its signal, and a moment', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    const stop = new AbortController()
    holdTimers()
    const run = sync.run({ signal: stop.signal })
    await fallen
    stop.abort()
    expect(await outcome(run)).toMatchObject({ code: 'ABORTED', ...silent })
  })

  test('holds it up no longer than its time, and a moment', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    holdTimers()
    const run = sync.run({ budgetMs: 60_000 })
    await fallen
    expect(await outcome(run)).toMatchObject({ code: 'STORE_FAILED', ...silent })
  })

  test('holds up neither it nor `close()`, which leaves no connection', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    holdTimers()
    const run = sync.run()
    await fallen
    const close = sync.close()
    expect(await outcome(run)).toMatchObject({ code: expect.stringMatching(/ABORTED|CLOSED/) })
    await outcome(close)
    await proxy.left()
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each<[string, Loss]>([
    ['loses nothing where a commit is lost on its way', 'everything'],
    ['loses nothing where a commit is written and its answer is lost', 'replies'],
  ])('%s', async (_, loss) => {
    const { proxy, schema, sync, portal, store } = await changedPortal()
    const fallen = proxy.fallSilent('Changed', loss)
    const stop = new AbortController()
    holdTimers()
    const run = sync.run({ signal: stop.signal })
    await fallen
    stop.abort()
    await outcome(run)
    vi.useRealTimers()
    if (loss === 'replies') await untilChanged(schema)
    proxy.recover()
    expect(await sync.run()).toMatchObject({ status: 'complete' })
    await expectEqual(portal, store)
  })

  test('is given up after ten minutes where nothing else ends the run', async () => {
    const { proxy, sync } = await changedPortal()
    const fallen = proxy.fallSilent('Changed')
    holdTimers()
    const run = sync.run({ jobs: ['contacts'] })
    await fallen
    proxy.recover()
    expect(await outcome(run)).toMatchObject({
      status: 'failed',
      jobs: {
        contacts: {
          error: {
            code: 'STORE_FAILED',
            message: expect.stringMatching(/query_timeout.*It is not known whether/),
          },
        },
      },
    })
  })

  for (const pipeline of [false, true])
    test(`has its connection taken out of ${pipeline ? 'a pipelined pool' : 'a pool'} that was lent`, async () => {
      const pools: pg.Pool[] = []
      const { proxy, sync } = await changedPortal((connectionString, schema) => {
        const pool = new pg.Pool({ connectionString, pipeline })
        pool.on('error', () => {})
        pools.push(pool)
        return postgresStore({ pool, schema })
      })
      const fallen = proxy.fallSilent('Changed')
      holdTimers()
      const run = sync.run()
      await fallen
      const close = sync.close()
      expect(await outcome(run)).toMatchObject({ code: expect.stringMatching(/ABORTED|CLOSED/) })
      await outcome(close)
      for (const pool of pools) await pool.end()
      await proxy.left()
    })
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
