import { HubsyncError, memoryStore, type SyncEvent } from '@hubsync/core'
import { expect, test } from 'vitest'
import { createWorld, populate } from './support/world.js'

type PageEvent = Extract<SyncEvent, { type: 'page' }>

const size = { contacts: 450, companies: 120, deals: 80 }

function pagesOf(events: readonly SyncEvent[], job: string): PageEvent[] {
  return events.filter((event) => event.type === 'page').filter((event) => event.job === job)
}

test('a page event tells the calls of the run and what is left of the day', async () => {
  const { portal, sync } = createWorld(memoryStore(), { limited: true })
  populate(portal, size)
  const events: SyncEvent[] = []
  const report = await sync.run({ onEvent: (event) => events.push(event) })
  const last = pagesOf(events, 'contacts').at(-1)
  expect(last?.calls).toBeGreaterThan(0)
  expect(last?.calls).toBeLessThanOrEqual(report.calls)
  expect(last?.daily?.remaining).toBeLessThan(last?.daily?.limit ?? 0)
})

test('the backfill that a run takes up again counts to what was left of it', async () => {
  const { portal, sync } = createWorld(memoryStore(), { associations: [] })
  populate(portal, size)
  const events: SyncEvent[] = []
  const onEvent = (event: SyncEvent) => events.push(event)
  const slice = await sync.run({ jobs: ['contacts'], maxCalls: 6, onEvent })
  expect(slice.status).toBe('partial')
  const kept = (await sync.status()).objects.contacts?.active ?? 0
  expect(kept).toBeGreaterThan(0)
  events.length = 0
  await sync.run({ jobs: ['contacts'], onEvent })
  const backfill = pagesOf(events, 'contacts').filter(({ phase }) => phase === 'backfill')
  expect(backfill.at(-1)).toMatchObject({ done: 450 - kept, total: 450 - kept })
})

test('a sweep counts to the near ends of all its pairs', async () => {
  const { portal, sync } = createWorld(memoryStore())
  populate(portal, size)
  await sync.run()
  const events: SyncEvent[] = []
  await sync.run({ jobs: ['associations'], onEvent: (event) => events.push(event) })
  const all = 450 + 450 + 80
  expect(pagesOf(events, 'associations').at(-1)).toMatchObject({ done: all, total: all })
})

test('a run tells its begin, each attempt of a call, and its end with how far each object is', async () => {
  const { portal, sync } = createWorld(memoryStore())
  populate(portal, size)
  portal.fault({ status: 502, operation: 'list', times: 1 })
  const events: SyncEvent[] = []
  const report = await sync.run({ onEvent: (event) => events.push(event) })
  const [{ id: run } = {}] = await sync.runs()
  expect(events.filter(({ type }) => type === 'run-start')).toMatchObject([
    { run, portalId: report.portalId, jobs: [...sync.jobs], startedAt: report.startedAt },
  ])
  const calls = events.filter(({ type }) => type === 'call')
  expect(calls).toHaveLength(report.calls)
  expect(calls).toContainEqual(expect.objectContaining({ status: 502, attempt: 1, lane: 'burst' }))
  const { contacts, companies, deals } = (await sync.status()).objects
  const completeUpTo = {
    contacts: contacts.completeUpTo,
    companies: companies.completeUpTo,
    deals: deals.completeUpTo,
  }
  const { status, calls: sent } = report
  expect(events.at(-1)).toMatchObject({ type: 'run-end', status, calls: sent, completeUpTo })
})

test('a listener that throws ABORTED ends the run at the page boundary, in its own words', async () => {
  const { portal, sync } = createWorld(memoryStore())
  populate(portal, size)
  const report = await sync.run({
    onEvent: ({ type }) => {
      if (type === 'page') throw new HubsyncError('ABORTED', 'The window was closed.')
    },
  })
  expect(report.status).toBe('partial')
  expect(report.jobs.companies?.reason).toBe('The window was closed.')
  expect(report.jobs.associations?.reason).toBe('Not started: The window was closed.')
  expect((await sync.run()).status).toBe('complete')
})
