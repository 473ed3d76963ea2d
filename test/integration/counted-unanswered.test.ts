import { memoryStore } from '@hubsync/core'
import { expect, test } from 'vitest'
import { createWorld, populate } from './support/world.js'

test('a record that several streams were left without is counted once by status()', async () => {
  const { portal, sync, clock } = createWorld(memoryStore())
  populate(portal, { contacts: 5, companies: 0, deals: 0 })
  await sync.run()
  const holding = portal.createMany('contacts', 2, () => ({ firstname: 'ill' }))
  await clock.advance(3_600_000)
  for (const operation of ['list', 'batch-read', 'associations'] as const)
    portal.fault({ kind: 'error', holding, operation, times: Number.POSITIVE_INFINITY })
  const { jobs } = await sync.run()
  for (const job of ['contacts', 'contacts:census'] as const)
    expect(jobs[job]?.reason).toMatch(/^HubSpot left 2 records unanswered/)
  expect((await sync.status()).objects.contacts?.unanswered).toBe(2)
})
