import { contacts } from '@hubsync/core'
import type { Call } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { stores } from './support/stores.js'
import { createWorld } from './support/world.js'

const MINUTE = 60_000
const DAY = 86_400_000

/** A mirror that has read a bin of 21 pages, and another with a bin of one page. */
async function mirrorWithLargeBin({ portal, sync, clock }: ReturnType<typeof createWorld>) {
  const binned = portal.createMany('contacts', 2_050, () => ({}))
  for (const id of binned) portal.archive('contacts', id)
  for (const id of portal.createMany('companies', 5, () => ({}))) portal.archive('companies', id)
  const active = portal.createMany('contacts', 3, () => ({}))
  await clock.advance(DAY)
  await sync.run()
  portal.clearCalls()
  await clock.advance(MINUTE)
  return { active: active as [string, string, string] }
}

/** The number of pages of the bin that were listed. */
function pagesOf(calls: readonly Call[], type: string): number {
  return calls.filter(
    ({ operation, objectType, query }) =>
      operation === 'list' && objectType === type && query.archived === 'true',
  ).length
}

// The calls to HubSpot don't depend on the store.
const [memory] = stores as [(typeof stores)[number]]
const quiet = { census: false, associationSweep: false } as const

describe('a bin of more than 2,000 records', () => {
  test('is not read again by a run soon after, while a small one is', async () => {
    const world = createWorld(memory.open(), quiet)
    const { portal, sync } = world
    const { active } = await mirrorWithLargeBin(world)
    const before = (await sync.status()).objects.contacts?.archivedAt
    portal.archive('contacts', active[0])
    const report = await sync.run()
    expect(report.status).toBe('complete')
    expect(Object.keys(report.jobs)).not.toContain('contacts:archived')
    expect(pagesOf(portal.calls, 'contacts')).toBe(0)
    expect(pagesOf(portal.calls, 'companies')).toBe(1)
    const { archivedAt, completeUpTo } = (await sync.status()).objects.contacts ?? {}
    expect(archivedAt).toBe(before)
    expect((completeUpTo ?? '') > (archivedAt ?? '')).toBe(true)
    expect(await sync.get('contacts', active[0])).toMatchObject({ status: 'ACTIVE' })
  })

  test('is read again once that is due', async () => {
    const world = createWorld(memory.open(), quiet)
    const { portal, store, sync, clock } = world
    const { active } = await mirrorWithLargeBin(world)
    portal.archive('contacts', active[0])
    await clock.advance(15 * MINUTE)
    const report = await sync.run()
    expect(report.jobs['contacts:archived']).toMatchObject({ status: 'complete', archived: 1 })
    expect(pagesOf(portal.calls, 'contacts')).toBe(21)
    await expectEqual(portal, store)
  })

  test('is read by a run that names the job', async () => {
    const world = createWorld(memory.open(), quiet)
    const { portal, store, sync } = world
    const { active } = await mirrorWithLargeBin(world)
    portal.archive('contacts', active[0])
    await sync.run({ jobs: ['contacts:archived'] })
    expect(pagesOf(portal.calls, 'contacts')).toBe(21)
    await expectEqual(portal, store)
  })

  test('is gone on with where a slice of its walk has ended, and not begun anew', async () => {
    const world = createWorld(memory.open(), quiet)
    const { portal, store, sync, clock } = world
    const { active } = await mirrorWithLargeBin(world)
    portal.archive('contacts', active[0])
    await clock.advance(15 * MINUTE)
    const slice = await sync.run({ jobs: ['contacts:archived'], maxCalls: 8 })
    expect(slice.status).toBe('partial')
    portal.archive('contacts', active[1])
    const report = await sync.run()
    expect(report.jobs['contacts:archived']).toMatchObject({ status: 'complete', archived: 2 })
    // The pages that were listed ahead when the slice ended are listed again.
    expect(pagesOf(portal.calls, 'contacts')).toBeLessThan(21 + 4)
    await expectEqual(portal, store)
    portal.clearCalls()
    await sync.run()
    expect(pagesOf(portal.calls, 'contacts')).toBe(0)
  })

  test('leaves no run complete while HubSpot leaves one of its records unanswered', async () => {
    const names = Array.from({ length: 400 }, (_, index) => `a_property_of_a_long_name_${index}`)
    const world = createWorld(memory.open(), quiet)
    const { portal, again, clock } = world
    for (const name of names) portal.defineProperty('contacts', { name, type: 'string' })
    const binned = portal.createMany('contacts', 2_050, () => ({}))
    for (const id of binned) portal.archive('contacts', id)
    const sync = again({ objects: [contacts.extend({ properties: 'all' })] as never })
    const lost = { kind: 'omit', operation: 'batch-read', ids: [binned[7] as string] } as const
    portal.fault({ ...lost, times: Number.POSITIVE_INFINITY })
    expect((await sync.run()).status).toBe('partial')
    await clock.advance(MINUTE)
    portal.clearCalls()
    expect((await sync.run()).status).toBe('partial')
    portal.clearFaults()
    expect((await sync.run()).status).toBe('complete')
    expect(pagesOf(portal.calls, 'contacts')).toBe(0)
    expect(await sync.get('contacts', binned[7] as string)).toMatchObject({ status: 'ARCHIVED' })
  })

  test('is work for the next run as long as it is not due, and no difference', async () => {
    const world = createWorld(memory.open(), quiet)
    const { portal, sync, clock } = world
    const { active } = await mirrorWithLargeBin(world)
    portal.archive('contacts', active[0])
    await sync.run()
    for (let times = 0; times < 2; times++) {
      await clock.advance(MINUTE)
      await sync.run()
      expect(await sync.verify()).toMatchObject({
        status: 'equal',
        objects: { contacts: { newer: 1, stale: { count: 0 } } },
      })
    }
  })

  test('is priced by plan() once it was read', async () => {
    const world = createWorld(memory.open(), quiet)
    const { sync } = world
    const before = await sync.plan()
    expect(before.objects.contacts?.binCalls).toBeNull()
    await mirrorWithLargeBin(world)
    const { objects } = await sync.plan()
    expect([objects.contacts?.binCalls, objects.companies?.binCalls]).toEqual([21, 1])
  })
})
