import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { stores } from './support/stores.js'
import { stories, tell } from './support/story.js'
import { createWorld, populate } from './support/world.js'

/** `HUBSYNC_STORIES=10000 HUBSYNC_SEED=1 pnpm vitest run model` tells more of them, or the same again. */
const asked = process.env.HUBSYNC_STORIES
const seed =
  process.env.HUBSYNC_SEED === undefined ? {} : { seed: Number(process.env.HUBSYNC_SEED) }

describe.each(stores)('whatever happens, a mirror on $name', ({ name, open }) => {
  const numRuns = Number(asked ?? (name === 'Postgres' ? 3 : 12))
  test(
    'is equal to its portal after a run that says it is complete',
    async () => {
      await fc.assert(
        fc.asyncProperty(stories, fc.boolean(), async (story, lags) => {
          const world = createWorld(open(), {
            ...(lags ? { portal: { searchLag: { min: 0, max: 240_000 } } } : {}),
            removalShare: 1,
          })
          try {
            populate(world.portal, { contacts: 12, companies: 5, deals: 6 })
            await tell(world, story)
            world.portal.clearFaults()
            await world.clock.advance(300_000)
            const report = await world.again().run()
            expect(report.status).toBe('complete')
            await expectEqual(world.portal, world.store)
          } finally {
            world.close()
            await world.store.close()
          }
        }),
        { numRuns, ...seed },
      )
    },
    60_000 + numRuns * 20_000,
  )
})
