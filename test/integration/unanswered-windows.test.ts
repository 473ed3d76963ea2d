import * as core from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { createTrapWorld, HOUR, isSearch } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'

/** 300 companies that changed a second apart. Searches with one of them in the results can't be answered. */
async function poisonedSearch() {
  const poison: { at?: number; everything?: boolean } = {}
  const world = createTrapWorld(core, {
    objects: [core.companies],
    async between(call, answer) {
      if (!isSearch(call)) return answer()
      const { filterGroups } = call.body as {
        filterGroups: { filters: { operator: string; value: string }[] }[]
      }
      const [from, before] = filterGroups[0]?.filters.map(({ value }) => Number(value)) ?? []
      const { at = 0, everything = false } = poison
      if (!everything && !(Number(from) <= at && at < Number(before))) return answer()
      return Response.json({ status: 'error', message: 'internal error' }, { status: 500 })
    },
  })
  const { portal, clock, run } = world
  const ids = portal.createMany('companies', 300, () => ({ name: 'Old' }))
  await clock.advance(2 * HOUR)
  await run()
  await clock.advance(4 * HOUR)
  const begin = clock.now() - 3 * HOUR
  const momentOf = (index: number) => begin + index * 1_000
  for (const [index, id] of ids.entries())
    portal.update('companies', id, { name: 'New' }, { updatedAt: momentOf(index) })
  return { ...world, poison, ids, momentOf }
}

const named = async (store: core.Store, name: string) => {
  const [portal] = await store.portals()
  const rows = await store.list(portal?.portalId ?? '', 'companies', { limit: 1_000 })
  return rows.filter(({ values }) => values.name === name).length
}

describe('where HubSpot can not answer a search that would name one certain record,', () => {
  test('all others arrive, and the run is not complete', async () => {
    const { sync, store, poison, momentOf } = await poisonedSearch()
    poison.at = momentOf(150)
    const { status } = await sync.run()
    expect(status).not.toBe('complete')
    expect(await named(store, 'New')).toBe(299)
  })

  test('what changes later arrives too', async () => {
    const { sync, store, portal, clock, ids, poison, momentOf } = await poisonedSearch()
    poison.at = momentOf(150)
    await sync.run()
    await clock.advance(5 * HOUR)
    portal.update('companies', ids[7] as string, { name: 'Newest' })
    await clock.advance(HOUR)
    const { status } = await sync.run()
    expect(status).not.toBe('complete')
    expect(await named(store, 'Newest')).toBe(1)
    expect((await sync.status()).objects.companies?.openWindows).toBeGreaterThan(0)
  })

  test('it is asked for again, until HubSpot answers', async () => {
    const { sync, store, portal, clock, poison, momentOf } = await poisonedSearch()
    poison.at = momentOf(150)
    await sync.run()
    await sync.run()
    poison.at = 0
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
    expect((await sync.status()).objects.companies?.openWindows).toBe(0)
  })
})

describe('a moment that no search can hold', () => {
  test('is found by three calls for each halving, one of which asks again', async () => {
    const { sync, poison, momentOf } = await poisonedSearch()
    poison.at = momentOf(150)
    const { jobs } = await sync.run({ jobs: ['companies'] })
    // A window of about five hours is one millisecond long after it was halved 25 times.
    expect(jobs.companies?.calls).toBeLessThan(3 * 25 + 15)
  })

  test.each([
    ['lies behind the window', 2 * HOUR],
    ['lies where each window overlaps with the last', HOUR / 6],
  ])('is asked for alone by later runs, where it %s', async (_, ago) => {
    const { sync, portal, clock, ids, poison } = await poisonedSearch()
    poison.at = clock.now() - ago
    portal.update('companies', ids[7] as string, { name: 'Newest' }, { updatedAt: poison.at })
    await sync.run({ jobs: ['companies'] })
    for (let run = 0; run < 3; run++) {
      const { jobs } = await sync.run({ jobs: ['companies'] })
      expect(jobs.companies?.calls).toBeLessThan(15)
      expect((await sync.status()).objects.companies?.openWindows).toBe(1)
      await clock.advance(60_000)
    }
  })
})

test('a search that answers nothing at all is given up soon, and gone on with by the next run', async () => {
  const { sync, store, portal, poison } = await poisonedSearch()
  poison.everything = true
  portal.clearCalls()
  for (let run = 0; run < 3; run++) {
    const { jobs } = await sync.run({ jobs: ['companies'] })
    expect(jobs.companies?.error?.code).toBe('HUBSPOT_UNAVAILABLE')
    expect(jobs.companies?.calls).toBeLessThan(40)
  }
  poison.everything = false
  expect((await sync.run()).status).toBe('complete')
  await expectEqual(portal, store)
})
