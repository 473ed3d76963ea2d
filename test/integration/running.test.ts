import { followProgress, type JobProgress, type RunningRun, type SyncEvent } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { passTime, storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 900, companies: 12, deals: 14 }

describe.each(storesWithoutSqlJs)('running() on $name', ({ open }) => {
  test('tells other processes of a run and how far it has come, until it is over', async () => {
    // Without pairs, every page of a list is one commit.
    const { portal, sync, again, clock } = createWorld(open(), { associations: [] })
    populate(portal, size)
    const seen: Promise<RunningRun[]>[] = []
    const runId = '7b0c0c52-6f5c-4a51-9d0f-2f9f4be0a0a5'
    await sync.run({
      runId,
      onEvent: ({ type }) => {
        if (type !== 'page') return
        clock.set(clock.now() + 6_000)
        seen.push(again().running())
      },
    })
    const runs = (await Promise.all(seen)).flat()
    expect(new Set(runs.map(({ id }) => id))).toEqual(new Set([runId]))
    expect(runs[0]?.jobs).toEqual(sync.jobs)
    const read = runs.map(({ progress }) => progress.contacts?.done ?? 0)
    expect(Math.max(...read)).toBeGreaterThanOrEqual(100)
    expect(await again().running()).toEqual([])
    expect((await sync.runs()).map(({ id }) => id)).toEqual([runId])
  })

  test('takes a run for dead that has been silent for two minutes', async () => {
    const store = open()
    const { portal, sync, again, clock } = createWorld(store)
    populate(portal, size)
    await sync.run()
    const portalId = String(portal.portalId)
    const at = new Date(clock.now()).toISOString()
    const jobs = ['contacts']
    const begun = { id: 'killed', jobs, startedAt: at, finishedAt: null, counts: null, error: null }
    await store.commit({ portalId, at, run: { ...begun, status: 'running' } })
    expect(await again().running()).toEqual([])
    await store.lease({ portalId, holder: 'killed', jobs, want: 'take', at })
    const holds = { id: 'killed', jobs, holds: jobs }
    expect(await again().running()).toMatchObject([holds])
    await passTime(store, clock, 30_000)
    expect(await again().running()).toHaveLength(1)
    await passTime(store, clock, 91_000)
    expect(await again().running()).toEqual([])
  })
})

test('runs refuse an id that is no UUID', async () => {
  const { sync } = createWorld(storesWithoutSqlJs[0]?.open() as never)
  await expect(sync.run({ runId: '7' })).rejects.toThrow(/`runId` in run\(…\) to be a UUID/)
})

test('followProgress() keeps how far each job has come', () => {
  const progress: Record<string, JobProgress> = {}
  const sums = { calls: 5, durationMs: 10 }
  const events: SyncEvent[] = [
    { type: 'job-start', job: 'contacts' },
    { type: 'page', job: 'contacts', phase: 'backfill', done: 100, total: 250, calls: 3 },
    { type: 'wait', job: 'contacts', lane: 'burst', waitMs: 10 },
    { type: 'page', job: 'contacts', phase: 'changes', done: 150, calls: 5 },
    { type: 'job-end', job: 'contacts', status: 'partial', reason: 'because', ...sums },
    { type: 'job-end', job: 'deals', status: 'partial', ...sums },
  ]
  for (const event of events) followProgress(progress, event)
  expect(progress).toEqual({
    contacts: { status: 'partial', phase: 'changes', done: 150, total: null },
    deals: { status: 'partial', phase: null, done: 0, total: null },
  })
})
