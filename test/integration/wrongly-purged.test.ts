import { companies, contacts, deals, memoryStore, type Store } from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR, mirrored } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

const alone = { census: false, associationSweep: false } as const

/** Takes a record for purged that HubSpot still has, as a runner does that was told so by mistake. */
async function purgeWrongly(
  { portal, store, clock }: { portal: Portal; store: Store; clock: { now(): number } },
  object: string,
  id: string,
): Promise<void> {
  await store.commit({
    portalId: String(portal.portalId),
    at: new Date(clock.now()).toISOString(),
    tombstones: [{ object, id, reason: 'purged', intoId: null }],
  })
}

describe('a record that was wrongly taken for purged comes back', () => {
  test('as the far end of an association', async () => {
    const world = await mirrored({ census: false })
    const { portal, store, sync, clock, companies } = world
    await purgeWrongly(world, 'companies', companies[0] as string)
    await clock.advance(HOUR)
    const { status, jobs } = await sync.run()
    expect(status).toBe('complete')
    expect(jobs.associations).toMatchObject({ unlinked: 0 })
    await expectEqual(portal, store)
  })

  test('when it is asked for again after it was left unanswered', async () => {
    const world = await mirrored(alone)
    const { portal, store, sync, clock, contacts, leaveOut } = world
    portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
    await clock.advance(2 * HOUR)
    const silent = leaveOut('batch-read', contacts[0])
    expect((await sync.run()).status).toBe('partial')
    await clock.advance(2 * HOUR)
    await purgeWrongly(world, 'contacts', contacts[0] as string)
    await clock.advance(2 * HOUR)
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test.each([
    ['by their ids', 'all'],
    ['by a list', 'mapped'],
  ] as const)('in a backfill that reads the records %s', async (_, properties) => {
    const world = createWorld(memoryStore(), {
      ...alone,
      objects: [contacts.extend({ properties }), companies, deals],
    })
    const { portal, store, sync, clock } = world
    const ids = populate(portal, { contacts: 10, companies: 0, deals: 0 })
    portal.archive('contacts', ids.contacts[1] as string)
    await clock.advance(2 * HOUR)
    await sync.run({ jobs: ['deals'] })
    for (const id of ids.contacts.slice(0, 2)) await purgeWrongly(world, 'contacts', id)
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})
