import { memoryStore, type Store } from '@hubsync/core'
import type { ListOrder } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

/** A portal whose lists have the given order, and a mirror of it without associations. */
function worldOf(listOrder: ListOrder, options: Parameters<typeof createWorld>[1] = {}) {
  const given = { associationSweep: false, ...options } as const
  const world = createWorld(memoryStore(), { ...given, portal: { listOrder } })
  const ids = populate(world.portal, { contacts: 420, companies: 4, deals: 4 })
  for (const id of ids.contacts.slice(0, 150)) world.portal.archive('contacts', id)
  return { ...world, contacts: ids.contacts }
}

describe.each(['repeating', 'scrambled'] as const)('a portal whose lists are %s', (listOrder) => {
  test('is mirrored, and every job is complete', async () => {
    const { portal, store, sync } = worldOf(listOrder, { census: 0 })
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
    expect((await sync.run()).status).toBe('complete')
  })

  test('is verified to be equal, each record having been compared once', async () => {
    const { sync } = worldOf(listOrder)
    await sync.run()
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      objects: {
        contacts: {
          compared: 420,
          missing: { count: 0 },
          stale: { count: 0 },
          extra: { count: 0 },
        },
      },
    })
  })

  test('is verified to differ by each record that does, once', async () => {
    const { portal, store, sync, clock, contacts } = worldOf(listOrder, { census: false })
    await clock.advance(2 * HOUR)
    await sync.run()
    await differ({ portal, store, clock, contacts })
    const objects = {
      contacts: {
        missing: { count: 2, ids: expect.arrayContaining([contacts[3], contacts[200]]) },
        stale: { count: 2, ids: expect.arrayContaining([contacts[4], contacts[201]]) },
        extra: { count: 2, ids: expect.arrayContaining([contacts[5], contacts[202]]) },
      },
    }
    expect(await sync.verify()).toMatchObject({ status: 'different', objects })
    expect(await sync.verify({ repair: true })).toMatchObject({ status: 'different', objects })
    expect(await sync.verify()).toMatchObject({ status: 'equal' })
    await expectEqual(portal, store)
  })

  test('is mended by a census', async () => {
    const { portal, store, sync, clock, contacts } = worldOf(listOrder, { census: false })
    await sync.run()
    await differ({ portal, store, clock, contacts })
    expect((await sync.run({ jobs: ['contacts:census'] })).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('is mended in slices, each of which goes on where the last one ended', async () => {
    const { portal, store, sync, clock, contacts } = worldOf(listOrder, { census: false })
    await sync.run()
    await differ({ portal, store, clock, contacts })
    const slices = [await sync.verify({ repair: true, maxCalls: 4 })]
    while (slices.length < 20 && slices.at(-1)?.status === 'partial')
      slices.push(await sync.verify({ repair: true, maxCalls: 4 }))
    expect(slices.length).toBeGreaterThan(3)
    expect(slices.at(-1)?.status).toBe('different')
    await expectEqual(portal, store)
  })
})

/** Makes two records missing here, two stale and two extra: one of each in the bin. */
async function differ({
  portal,
  store,
  clock,
  contacts,
}: Pick<ReturnType<typeof worldOf>, 'portal' | 'store' | 'clock' | 'contacts'>): Promise<void> {
  await clock.advance(HOUR)
  const at = (places: number[]) => places.map((place) => contacts[place] as string)
  for (const id of at([5, 202])) portal.purge('contacts', id)
  for (const id of at([3, 200])) await bury(store, String(portal.portalId), id)
  for (const id of at([4, 201])) await age(store, String(portal.portalId), id)
}

const WRITTEN_AT = '2020-01-01T00:00:00.000Z'

async function bury(store: Store, portalId: string, id: string): Promise<void> {
  const tombstone = { object: 'contacts', id, reason: 'purged' as const, intoId: null }
  await store.commit({ portalId, at: WRITTEN_AT, tombstones: [tombstone] })
}

async function age(store: Store, portalId: string, id: string): Promise<void> {
  const row = await store.get(portalId, 'contacts', id)
  if (!row) throw new Error('expected the contact to be mirrored')
  await bury(store, portalId, id)
  const rows = [{ ...row, updatedAt: '2021-01-01T00:00:00.000Z' }]
  await store.commit({
    portalId,
    at: WRITTEN_AT,
    rows: [{ object: 'contacts', rows, feed: false }],
  })
}
