import { type ObjectDefinition, tickets } from '@hubsync/core'
import type { PortalOptions } from '@hubsync/emulator'
import { beforeAll, describe, expect, test } from 'vitest'
import { standardTypes, type TypeTraits } from '../../packages/core/src/objects/standard-types.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld } from './support/world.js'

const DAY = 86_400_000
const objects: readonly [ObjectDefinition<'tickets', 'tickets', typeof tickets.columns>] = [tickets]

/** For these tests HubSpot can't search tickets before a later version, as it can't search contracts. */
beforeAll(() => {
  const traits = standardTypes.tickets as TypeTraits & { searchableFrom?: string }
  traits.searchableFrom = '2026-09'
  return () => {
    delete traits.searchableFrom
  }
})

describe.each(storesWithoutSqlJs)('a type without a search on $name', ({ open }) => {
  /** A mirror of some tickets, in a portal that answers no search. */
  function mirrorOf(count: number, portal: PortalOptions = {}) {
    const world = createWorld(open(), { objects, portal, census: false })
    world.portal.fault({ operation: 'search', status: 404, times: Number.POSITIVE_INFINITY })
    const ids = world.portal.createMany('tickets', count, (index) => ({
      subject: `Ticket ${index}`,
    }))
    const lists = () =>
      world.portal.calls.filter(
        ({ operation, query }) => operation === 'list' && !('archived' in (query ?? {})),
      ).length
    return { ...world, ids: ids as [string, ...string[]], lists }
  }

  test('is read by its list, at once and again, without a search', async () => {
    const { portal, sync, clock, ids } = mirrorOf(230)
    await clock.advance(7_200_000)
    expect((await sync.run()).status).toBe('complete')
    await clock.advance(60_000)
    portal.update('tickets', ids[0], { subject: 'Villa' })
    const added = portal.create('tickets', { subject: 'New' })
    const report = await sync.run()
    expect(report.jobs.tickets).toMatchObject({ status: 'complete', created: 1, updated: 1 })
    expect(await sync.get('tickets', ids[0])).toMatchObject({ subject: 'Villa' })
    expect(await sync.get('tickets', added)).toMatchObject({ subject: 'New' })
    const { results } = await sync.changes()
    expect(results.map(({ kind, id }) => [kind, id])).toEqual([
      ['updated', ids[0]],
      ['created', added],
    ])
    expect(portal.calls.filter(({ operation }) => operation === 'search')).toEqual([])
  })

  test('is complete up to the moment at which its list began to be read', async () => {
    const { sync, clock } = mirrorOf(5)
    await clock.advance(7_200_000)
    await sync.run()
    await clock.advance(60_000)
    await sync.run()
    expect(await sync.completeUpTo('tickets')).toBe('2026-06-01T10:01:00.000Z')
  })

  test('is listed at every run while its list is short, and its price is told', async () => {
    const { sync, clock, lists } = mirrorOf(230)
    await sync.run()
    await clock.advance(60_000)
    const { objects } = await sync.plan()
    const before = lists()
    expect(objects.tickets).toMatchObject({ rows: 230, listCalls: 0, otherCalls: 4 })
    await sync.run()
    expect(lists() - before).toBe(3)
  })

  test('with a long list is listed when that is due, or when its job is named', async () => {
    const { portal, sync, clock, ids, lists } = mirrorOf(2_500)
    await sync.run()
    await clock.advance(60_000)
    portal.update('tickets', ids[0], { subject: 'Villa' })
    expect((await sync.plan()).objects.tickets.otherCalls).toBe(1)
    const before = lists()
    expect((await sync.run()).status).toBe('complete')
    expect(lists()).toBe(before)
    expect(await sync.get('tickets', ids[0])).toMatchObject({ subject: 'Ticket 0' })
    await sync.run({ jobs: ['tickets'] })
    expect(await sync.get('tickets', ids[0])).toMatchObject({ subject: 'Villa' })
    await clock.advance(60_000)
    portal.update('tickets', ids[0], { subject: 'Castle' })
    await clock.advance(DAY)
    await sync.run()
    expect(await sync.get('tickets', ids[0])).toMatchObject({ subject: 'Castle' })
  })

  test('goes on with a list that a slice began, and says that it is partial until then', async () => {
    const { portal, sync, clock, ids } = mirrorOf(500)
    await sync.run()
    await clock.advance(60_000)
    portal.update('tickets', ids[499] as string, { subject: 'Last' })
    portal.update('tickets', ids[0], { subject: 'First' })
    const begun = await sync.run({ jobs: ['tickets'], maxCalls: 3 })
    expect(begun.status).toBe('partial')
    expect(await sync.get('tickets', ids[499] as string)).toMatchObject({ subject: 'Ticket 499' })
    const before = await sync.completeUpTo('tickets')
    let status = 'partial'
    for (let slice = 0; slice < 10 && status === 'partial'; slice++)
      status = (await sync.run({ jobs: ['tickets'], maxCalls: 4 })).status
    expect(status).toBe('complete')
    expect(await sync.get('tickets', ids[499] as string)).toMatchObject({ subject: 'Last' })
    expect(Date.parse(String(await sync.completeUpTo('tickets')))).toBeGreaterThan(
      Date.parse(String(before)),
    )
  })

  test('reads after a stopped list what changed in its first part', async () => {
    const { portal, sync, clock, ids } = mirrorOf(500)
    await sync.run()
    await clock.advance(60_000)
    await sync.run({ jobs: ['tickets'], maxCalls: 4 })
    portal.update('tickets', ids[0], { subject: 'Late' })
    await clock.advance(60_000)
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('tickets', ids[0])).toMatchObject({ subject: 'Late' })
  })

  test('is read whole by a list that comes out of order', async () => {
    const { portal, sync, clock, ids } = mirrorOf(250, { listOrder: 'scrambled' })
    expect((await sync.run()).status).toBe('complete')
    await clock.advance(60_000)
    portal.update('tickets', ids[0], { subject: 'Villa' })
    portal.create('tickets', {})
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('tickets', ids[0])).toMatchObject({ subject: 'Villa' })
    expect((await sync.verify()).status).toBe('equal')
  })

  test('loses what is archived, restored or gone as every other type does', async () => {
    const { portal, sync, clock, ids, again } = mirrorOf(30)
    await sync.run()
    await clock.advance(60_000)
    portal.archive('tickets', ids[0])
    portal.archive('tickets', ids[1] as string)
    await sync.run()
    expect(await sync.get('tickets', ids[0])).toMatchObject({ status: 'ARCHIVED' })
    await clock.advance(60_000)
    portal.restore('tickets', ids[0])
    portal.purge('tickets', ids[1] as string)
    await again({ census: 0 }).run()
    expect(await sync.get('tickets', ids[0])).toMatchObject({ status: 'ACTIVE' })
    expect(await sync.get('tickets', ids[1] as string)).toBeNull()
  })
})
