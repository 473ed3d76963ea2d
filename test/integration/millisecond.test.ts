import { memoryStore } from '@hubsync/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { expectLegalCalls } from './support/legal-calls.js'
import { createWorld } from './support/world.js'

const orders = (['number', 'text'] as const).flatMap((sort) =>
  (['number', 'text'] as const).map((filter) => ({ sort, filter })),
)

/** Contacts that all change in one millisecond, long after the first run. */
async function changedAtOnce(ids: readonly string[], idOrder: (typeof orders)[number]) {
  const world = createWorld(memoryStore(), {
    portal: { idOrder },
    census: false,
    associationSweep: false,
  })
  const { portal, clock, sync } = world
  portal.createMany(
    'contacts',
    ids.length,
    () => ({}),
    (index) => ({ id: ids[index] as string }),
  )
  expect((await sync.run()).status).toBe('complete')
  await clock.advance(3 * 3_600_000)
  portal.updateMany('contacts', ids, { firstname: 'New' })
  await clock.advance(60_000)
  portal.clearCalls()
  return world
}

describe.each(orders)(
  'a millisecond with more records than a page, ids being sorted as $sort and filtered as $filter,',
  (idOrder) => {
    test('is read whole where the ids have two to five digits', async () => {
      const ids = Array.from({ length: 1_500 }, (_, index) =>
        String(index < 1_000 ? 95 + index : 8_000 + 11 * index),
      )
      const { portal, store, sync } = await changedAtOnce(ids, idOrder)
      const report = await sync.run()
      expect(report.status).toBe('complete')
      expect(report.jobs.contacts).toMatchObject({ updated: 1_500 })
      expectLegalCalls(portal.calls)
      await expectEqual(portal, store)
    })

    test('is read whole whatever the ids', async () => {
      const id = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 1e12 }))
      const someIds = fc.uniqueArray(id, { minLength: 201, maxLength: 900, size: 'max' })
      await fc.assert(
        fc.asyncProperty(someIds, async (numbers) => {
          const world = await changedAtOnce(numbers.map(String), idOrder)
          expect((await world.sync.run()).jobs.contacts).toMatchObject({ updated: numbers.length })
          await expectEqual(world.portal, world.store)
          world.close()
        }),
        { numRuns: 4, endOnFailure: true },
      )
    })
  },
)
