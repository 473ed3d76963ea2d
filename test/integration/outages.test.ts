import { memoryStore } from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

/** A portal whose mirror has nothing that would repair by itself what was lost. */
function worldAlone() {
  const world = createWorld(memoryStore(), { census: false, associationSweep: false })
  return { ...world, ...populate(world.portal, { contacts: 600, companies: 4, deals: 4 }) }
}

const poison = (portal: Portal, holding: readonly string[]) =>
  portal.fault({ kind: 'error', holding, operation: 'list', times: Infinity })

describe('an outage that begins in the middle', () => {
  test('of a change window ends soon, and is not taken for records that can not be searched', async () => {
    const { portal, store, sync, clock, contacts } = worldAlone()
    expect((await sync.run()).status).toBe('complete')
    await clock.advance(2 * HOUR)
    for (const id of contacts) {
      portal.update('contacts', id, { firstname: 'changed' })
      await clock.advance(6_000)
    }
    await clock.advance(HOUR)
    const outage = portal.fault({ kind: 'error', path: 'contacts/search', after: 1, times: 2_000 })
    expect((await sync.run()).jobs.contacts?.error?.code).toBe('HUBSPOT_UNAVAILABLE')
    expect(outage.met).toBeLessThan(60)
    outage.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test.each([3, 10, 40, 60, 100])(
    'of finding the way behind a record that can not be listed ends soon, after %i calls',
    async (after) => {
      const { portal, store, sync, contacts } = worldAlone()
      const match = { operation: 'list', path: 'objects/2026-03/contacts' } as const
      const outage = portal.fault({ kind: 'error', ...match, after, times: 2_000 })
      poison(portal, contacts.slice(0, 1))
      expect((await sync.run()).jobs.contacts?.error?.code).toBe('HUBSPOT_UNAVAILABLE')
      expect(outage.met).toBeLessThan(60)
      outage.remove()
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    },
  )
})

describe('records that can not be listed, and whose ids nothing tells,', () => {
  test('are listed again by the runs after a backfill, until their ids are known', async () => {
    const { portal, store, sync, clock, contacts } = worldAlone()
    // No change window reads them.
    await clock.advance(48 * HOUR)
    poison(portal, contacts.slice(0, 3))
    const unsearched = portal.fault({ kind: 'error', operation: 'search', times: Infinity })
    expect((await sync.run({ jobs: ['contacts'] })).status).not.toBe('complete')
    unsearched.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('keep a verification in slices from calling the mirror equal', async () => {
    const { portal, store, sync, contacts } = worldAlone()
    for (const id of contacts.slice(0, 150)) portal.archive('contacts', id)
    poison(portal, contacts.slice(0, 3))
    await sync.run()
    expect((await store.counts(String(portal.portalId))).contacts?.archived).toBeLessThan(150)
    const statuses: string[] = []
    while (statuses.length < 2) statuses.push((await sync.verify({ maxCalls: 40 })).status)
    expect(statuses).not.toContain('equal')
  })
})
