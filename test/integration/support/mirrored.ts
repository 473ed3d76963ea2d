import { memoryStore } from '@hubsync/core'
import { expect } from 'vitest'
import { createWorld, populate } from './world.js'

export const HOUR = 3_600_000

/** A complete mirror, and a function that makes HubSpot leave one record out of its replies. */
export async function mirrored(
  options: Parameters<typeof createWorld>[1] = {},
  size: { contacts?: number } = {},
) {
  const world = createWorld(memoryStore(), options)
  const ids = populate(world.portal, { contacts: 30, companies: 4, deals: 4, ...size })
  await world.clock.advance(2 * HOUR)
  expect((await world.sync.run()).status).toBe('complete')
  await world.clock.advance(2 * HOUR)
  const leaveOut = (operation: 'batch-read' | 'associations', id: string | undefined) =>
    world.portal.fault({ kind: 'omit', operation, ids: [id as string], times: Infinity })
  return { ...world, ...ids, leaveOut }
}
