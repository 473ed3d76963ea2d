import { memoryStore, type RunRecord, type Store } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { sharedDatabases } from './support/shared-database.js'
import { openStores, storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe.each(storesWithoutSqlJs)('runs on $name', ({ open, place }) => {
  test('are forgotten 90 days after they began', async () => {
    const { sync, clock } = createWorld(open())
    for (const days of [0, 60, 60]) {
      await clock.advance(days * DAY)
      await sync.run()
    }
    const startedAt = (await sync.runs()).map((run) => run.startedAt.slice(0, 10))
    expect(startedAt).toEqual(['2026-09-29', '2026-07-31'])
  })

  test('are forgotten after the time that is told, at the end of whatever runs', async () => {
    const { sync, clock } = createWorld(open(), { runRetention: '1h' })
    await sync.run()
    await clock.advance(2 * HOUR)
    await sync.verify()
    expect((await sync.runs()).map(({ jobs }) => jobs)).toEqual([['verify']])
  })

  test('are kept for ever where that is told', async () => {
    const { sync, clock } = createWorld(open(), { runRetention: false })
    await sync.run()
    await clock.advance(3_650 * DAY)
    await sync.run()
    expect(await sync.runs()).toHaveLength(2)
  })

  test('of which status() tells are the last one, however short the time is', async () => {
    const { sync, clock } = createWorld(open(), { runRetention: 0 })
    for (const id of ['1', '2', '3']) {
      await clock.advance(HOUR)
      const run = sync.run({
        runId: `00000000-0000-4000-8000-00000000000${id}`,
        onEvent: ({ type }) => {
          if (type === 'job-start') void clock.advance(HOUR)
        },
      })
      expect(await run).toMatchObject({ status: 'complete' })
    }
    const { lastRun } = await sync.status()
    expect(await sync.runs()).toEqual([lastRun])
    expect(lastRun).toMatchObject({ id: expect.stringMatching(/3$/), status: 'complete' })
  })

  test('that are under way in another process are kept, however long they take', async () => {
    const [first, second] = openStores(place)
    let kept: string[] | undefined
    // The others end as soon as this run has reported its progress.
    const telling: Store = {
      ...first,
      async commit(batch) {
        const { stream } = batch.checkpoint ?? {}
        if (stream === 'contacts' && !batch.checkpoint?.expected) await clock.advance(2 * HOUR)
        const result = await first.commit(batch)
        if (stream === 'running' && !kept) {
          kept = []
          await again({ store: second }).run({ jobs: ['companies'] })
          kept = (await sync.runs()).map(({ jobs }) => jobs.join())
        }
        return result
      },
    }
    const { sync, again, clock } = createWorld(telling, { runRetention: '1h' })
    await sync.run({ jobs: ['contacts'] })
    expect(kept).toEqual(['companies', 'contacts'])
  })

  test('of years past are forgotten in parts, one at the least in each run', async () => {
    const store = open()
    const { sync, again } = createWorld(store)
    await again({ portalId: 147000001 }).run({ jobs: ['companies'] })
    for (let number = 0; number < 450; number++)
      await store.commit({
        portalId: '147000001',
        at: '2025-01-01T00:00:00.000Z',
        run: {
          id: `old-${number}`,
          jobs: ['contacts'],
          status: 'complete',
          startedAt: '2025-01-01T00:00:00.000Z',
          finishedAt: '2025-01-01T00:00:05.000Z',
          counts: null,
          error: null,
        },
      })
    await sync.run({ maxCalls: 1 })
    expect(await sync.runs({ limit: 1_000 })).toHaveLength(2 + 250)
    await sync.run()
    expect(await sync.runs({ limit: 1_000 })).toHaveLength(3)
  })
})

test('a run that was killed is forgotten like any other', async () => {
  const { sync, clock, store, portal } = createWorld(storesWithoutSqlJs[1]?.open() as never)
  await sync.run()
  await store.commit({
    portalId: String(portal.portalId),
    at: '2026-06-01T08:00:00.000Z',
    run: {
      id: 'killed',
      jobs: ['contacts'],
      status: 'running',
      startedAt: '2026-06-01T08:00:00.000Z',
      finishedAt: null,
      counts: null,
      error: null,
    },
  })
  await clock.advance(91 * DAY)
  await sync.run()
  expect(await sync.runs()).toHaveLength(1)
})

describe.each(sharedDatabases)(
  "where a foreign key of the user's refers to what is old, on $name,",
  ({ name, open }) => {
    const portalId = `portal_id varchar(40)${name === 'Postgres' ? ' COLLATE "C"' : ''}`
    const aRun = `CREATE TABLE kept (${portalId}, run_id varchar(40),
  CONSTRAINT kept_here FOREIGN KEY (portal_id, run_id) REFERENCES sync_runs (portal_id, id));
INSERT INTO kept SELECT portal_id, id FROM sync_runs`
    const aChange = `CREATE TABLE kept (${portalId}, seq bigint,
  CONSTRAINT kept_here FOREIGN KEY ${name === 'Postgres' ? '(portal_id, seq) REFERENCES sync_changes (portal_id, seq)' : '(seq) REFERENCES sync_changes (seq)'});
INSERT INTO kept SELECT portal_id, seq FROM sync_changes`

    test('a run that is referred to stays, all others go, and the report says so', async () => {
      const database = open()
      const { sync, clock } = createWorld(database.store())
      await sync.run({ jobs: ['companies'] })
      await database.byHand(aRun)
      await clock.advance(HOUR)
      await sync.run({ jobs: ['contacts'] })
      await clock.advance(HOUR)
      await sync.run({ jobs: ['deals'] })
      await clock.advance(91 * DAY)
      const { status, warning } = await sync.run()
      expect(status).toBe('complete')
      expect(warning).toMatch(/runRetention.*kept/)
      const kept = (await sync.runs()).map(
        ({ jobs, status }) => `${jobs[0]} of ${jobs.length} ${status}`,
      )
      expect(kept).toEqual([expect.stringMatching(/complete$/), 'companies of 1 complete'])
    })

    test('many runs that are referred to keep none of the others, before or behind them', async () => {
      const database = open()
      const { store, sync, clock, portal } = createWorld(database.store())
      await sync.run()
      const referred = (index: number) => index % 4 === 0 || index > 240
      for (let index = 0; index < 260; index++) {
        const moment = new Date(clock.now() + index * 60_000).toISOString()
        const ends = { startedAt: moment, finishedAt: moment, counts: null, error: null }
        const id = `${referred(index) ? 'kept' : 'free'}-${index}`
        const run: RunRecord = { id, jobs: [], status: 'complete', ...ends }
        await store.commit({
          portalId: String(portal.portalId),
          at: moment,
          run,
          durable: index === 259,
        })
      }
      await database.byHand(`${aRun} WHERE id LIKE 'kept-%'`)
      await clock.advance(91 * DAY)
      for (let runs = 0; runs < 3; runs++) {
        expect((await sync.run()).warning).toMatch(/runRetention.*kept/)
        await clock.advance(HOUR)
      }
      const left = (await sync.runs({ limit: 1_000 })).map(({ id }) => id.split('-')[0])
      expect(left.filter((kind) => kind === 'kept')).toHaveLength(80)
      expect(left).not.toContain('free')
    })

    test('the change feed keeps it, and the run ends as it should', async () => {
      const database = open()
      const { portal, sync, clock } = createWorld(database.store(), { changeRetention: '30d' })
      const [contact = ''] = populate(portal, { contacts: 2, companies: 1, deals: 1 }).contacts
      await sync.run()
      await clock.advance(HOUR)
      portal.update('contacts', contact, { firstname: 'Later' })
      await clock.advance(HOUR)
      await sync.run()
      await database.byHand(aChange)
      await clock.advance(91 * DAY)
      const { status, warning } = await sync.run()
      expect(status).toBe('complete')
      expect(warning).toMatch(/changeRetention.*kept/)
      expect(await sync.runs()).toMatchObject([{ status: 'complete' }])
    })
  },
)

test('a run whose store can forget nothing ends as it should, and its log says so', async () => {
  const store = memoryStore()
  let first = ''
  const failing: Store = {
    ...store,
    commit: async (batch) => {
      if (batch.forgetRuns?.includes(first))
        throw new Error('canceling statement due to lock timeout')
      return store.commit(batch)
    },
  }
  const warnings: unknown[] = []
  const ignore = () => {}
  const logger = {
    debug: ignore,
    info: ignore,
    error: ignore,
    warn: (...told: unknown[]) => warnings.push(told.at(-1)),
  }
  const { sync, clock } = createWorld(failing, { logger, runRetention: '1h' })
  await sync.run()
  first = (await sync.runs())[0]?.id ?? ''
  await clock.advance(2 * HOUR)
  const { status, warning } = await sync.run()
  expect({ status, warning }).toEqual({
    status: 'complete',
    warning: expect.stringContaining('lock timeout'),
  })
  expect(await sync.runs()).toMatchObject([{ status: 'complete' }, { status: 'complete' }])
  expect(warnings).toEqual([warning])
})
