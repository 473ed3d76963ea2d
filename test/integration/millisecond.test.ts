import * as core from '@hubsync/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTrapWorld, HOUR } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'
import { expectLegalCalls } from './support/legal-calls.js'

const orders = (['number', 'text'] as const).flatMap((sort) =>
  (['number', 'text'] as const).map((filter) => ({ sort, filter })),
)

/** Companies that all change in one millisecond, long after the first run. */
async function changedAtOnce(ids: readonly string[], idOrder: (typeof orders)[number]) {
  const world = createTrapWorld(core, { objects: [core.companies], portal: { idOrder } })
  const { portal, clock, run } = world
  portal.createMany(
    'companies',
    ids.length,
    () => ({}),
    (index) => ({ id: ids[index] as string }),
  )
  await run()
  await clock.advance(3 * HOUR)
  portal.updateMany('companies', ids, { name: 'New' })
  await clock.advance(2 * HOUR)
  portal.clearCalls()
  return world
}

describe.each(orders)(
  'a millisecond with more records than a page, ids being sorted as $sort and filtered as $filter,',
  (idOrder) => {
    test('is read whole where the ids have two to five digits', async () => {
      const ids = Array.from({ length: 900 }, (_, index) =>
        String(index < 500 ? 95 + index : 8_000 + 11 * index),
      )
      const { portal, store, run } = await changedAtOnce(ids, idOrder)
      expect((await run()).jobs.companies).toMatchObject({ updated: 900 })
      expectLegalCalls(portal.calls)
      await expectEqual(portal, store)
    })

    test('is read whole whatever the ids', async () => {
      const id = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 1e12 }))
      const someIds = fc.uniqueArray(id, { minLength: 201, maxLength: 600, size: 'max' })
      await fc.assert(
        fc.asyncProperty(someIds, async (numbers) => {
          const { portal, store, run } = await changedAtOnce(numbers.map(String), idOrder)
          expect((await run()).jobs.companies).toMatchObject({ updated: numbers.length })
          await expectEqual(portal, store)
        }),
        { numRuns: 3, endOnFailure: true },
      )
    })
  },
)
