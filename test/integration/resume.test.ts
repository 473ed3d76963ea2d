import { memoryStore } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { breakingStore } from './support/breaking-store.js'
import { expectEqual } from './support/equality.js'
import { databases } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 210, companies: 11, deals: 12 }

/** Each of these makes a run for every commit, which takes long on a busy machine. */
const MANY_RUNS_MS = 240_000

describe.each(databases)('a run that is killed, on $name', ({ open }) => {
  test.each([
    { it: 'it did', landed: true },
    { it: 'it did not', landed: false },
  ])(
    'goes on from any commit, whether that one landed or not: $it',
    async ({ landed }) => {
      const counting = createWorld(open())
      populate(counting.portal, size)
      const whole = breakingStore(counting.store, { at: 0, landed: false })
      await counting.again({ store: whole }).run()
      counting.close()
      expect(whole.commits).toBeGreaterThan(10)
      for (let at = 1; at <= whole.commits; at++) {
        const { portal, store, again, close } = createWorld(open())
        populate(portal, size)
        const dying = again({ store: breakingStore(store, { at, landed }) })
        await dying.run().catch(() => undefined)
        const report = await again().run()
        expect(report.status, `killed at commit ${at}`).toBe('complete')
        await expectEqual(portal, store)
        close()
        await store.close()
      }
    },
    MANY_RUNS_MS,
  )
})

describe('a run that is killed', () => {
  test('reads again no more than the pages that were in flight', async () => {
    const { portal, store, again } = createWorld(memoryStore(), {
      portal: { latency: { list: 300 } },
      limited: true,
      census: false,
      associationSweep: false,
    })
    populate(portal, { contacts: 20_000, companies: 0, deals: 0 })
    const pages = () =>
      portal.calls.filter(
        ({ operation, objectType, query }) =>
          operation === 'list' && objectType === 'contacts' && query.archived !== 'true',
      ).length
    // Commits: the run, two each of companies and deals, then five for each 1,000 contacts.
    const dying = again({ store: breakingStore(store, { at: 50, landed: false }) })
    await dying.run().catch(() => undefined)
    const before = pages()
    expect(before).toBeLessThan(200)
    await again().run()
    // Read ahead: two groups of ten pages, twenty pages, and the pages under way at the same time. Each split costs one
    // page.
    expect(pages() - 200).toBeLessThan(10 + 20 + 20 + 2 * 24)
    await expectEqual(portal, store)
  })
})
