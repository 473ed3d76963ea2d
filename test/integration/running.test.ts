import { followProgress, type JobProgress, type RunningRun, type SyncEvent } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 900, companies: 12, deals: 14 }

describe.each(storesWithoutSqlJs)('running() on $name', ({ open }) => {
  test('tells other processes of a run and how far it has come, until it is over', async () => {
    // Without pairs, every page of a list is a commit.
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

  test('takes a run for dead that has been silent for two minutes, and longer only if it said so', async () => {
    const store = open()
    const { portal, sync, again, clock } = createWorld(store)
    populate(portal, size)
    await sync.run()
    const portalId = String(portal.portalId)
    const startedAt = new Date(clock.now()).toISOString()
    const run = {
      id: 'killed',
      jobs: ['contacts'],
      startedAt,
      finishedAt: null,
      counts: null,
      error: null,
    }
    await store.commit({ portalId, at: startedAt, run: { ...run, status: 'running' } })
    expect((await again().running()).map(({ id }) => id)).toEqual(['killed'])
    clock.set(clock.now() + 119_000)
    expect(await again().running()).toHaveLength(1)
    clock.set(clock.now() + 2_000)
    expect(await again().running()).toEqual([])
  })
})

test('a run says beforehand that it will be silent, where HubSpot makes it wait', async () => {
  const { portal, sync, again, clock } = createWorld(storesWithoutSqlJs[0]?.open() as never)
  populate(portal, size)
  await sync.run()
  await clock.advance(60_000)
  portal.fault({ status: 503, headers: { 'retry-after': '240' }, operation: 'search', times: 1 })
  const seen: Promise<RunningRun[]>[] = []
  const sleep = clock.sleep.bind(clock)
  const waiting = again({
    clock: {
      now: () => clock.now(),
      sleep: async (ms, signal) => {
        if (ms > 200_000) seen.push(later(again, clock.now() + 200_000))
        return sleep(ms, signal)
      },
    },
  })
  await waiting.run({ jobs: ['contacts'] })
  expect((await Promise.all(seen)).map((runs) => runs.length)).toEqual([1])
})

/** What another process sees at a later moment. */
async function later(again: ReturnType<typeof createWorld>['again'], now: number) {
  // The note is written meanwhile.
  await new Promise((resolve) => setImmediate(resolve))
  return again({ clock: { now: () => now, sleep: async () => {} } }).running()
}

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
