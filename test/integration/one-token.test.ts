import { contacts, memoryStore } from '@hubsync/core'
import { expect, test } from 'vitest'
import { createWorld, populate } from './support/world.js'

test('two mirrors with one token read everything, and HubSpot refuses none of their calls', async () => {
  const { portal, sync, again } = createWorld(memoryStore(), {
    // Search, whose replies don't say what is left, has room for both.
    portal: { limits: { burst: 30, search: 10 }, latency: 200 },
    limited: true,
    objects: [contacts],
  })
  populate(portal, { contacts: 3_000, companies: 0, deals: 0 })
  const other = again({ store: memoryStore() })
  const reports = await Promise.all([sync.run(), other.run()])
  expect(reports.map(({ status }) => status)).toEqual(['complete', 'complete'])
  expect(portal.calls.filter(({ lane }) => lane === 'burst').length).toBeGreaterThan(60)
  expect(reports.map(({ throttled }) => throttled)).toEqual([0, 0])
})
