import type { Store } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR } from './support/mirrored.js'
import { overtakenStore } from './support/overtaken-store.js'
import { openStores, stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const sizes = { contacts: 30, companies: 6, deals: 6 }
const never = { census: false, associationSweep: false } as const

/** A mirror that is equal, and the stores of two processes that update it. */
async function twoProcesses(place: () => () => Store) {
  const [mine, other] = openStores(place)
  const world = createWorld(other, never)
  const { contacts, companies } = populate(world.portal, sizes)
  await world.clock.advance(2 * HOUR)
  await world.sync.run()
  return { ...world, mine, contacts, companies }
}

describe.each(stores)(
  '$name: links that were read before another process wrote newer ones',
  (kind) => {
    const sweep = { jobs: ['associations'] } as const
    const stream = 'associations:contacts_companies'

    test.each(['a link that was made', 'a link that was removed'])(
      'are read again by a sweep, which keeps %s',
      async (what) => {
        const { portal, sync, again, store, mine, contacts, companies } = await twoProcesses(
          kind.place,
        )
        // The fourth has no company at first.
        const [id = '', company = ''] = [
          contacts[what === 'a link that was made' ? 3 : 0],
          companies[0],
        ]
        const overtaken = overtakenStore(mine, { stream }, async () => {
          if (what === 'a link that was made')
            portal.associate('contacts', id, 'companies', company)
          else portal.dissociate('contacts', id, 'companies', company)
          await sync.syncRecords('contacts', [id])
        })
        expect((await again({ store: overtaken }).run(sweep)).status).toBe('complete')
        await expectEqual(portal, store)
      },
    )

    test('are read again by a page of changes', async () => {
      const { portal, sync, again, store, mine, clock, contacts, companies } = await twoProcesses(
        kind.place,
      )
      const id = contacts[3] as string
      portal.update('contacts', id, { firstname: 'Changed' })
      await clock.advance(HOUR)
      const overtaken = overtakenStore(mine, { stream: 'contacts' }, async () => {
        portal.associate('contacts', id, 'companies', companies[0] as string)
        await sync.syncRecords('contacts', [id])
      })
      expect((await again({ store: overtaken }).run()).status).toBe('complete')
      await expectEqual(portal, store)
    })

    test('are read again by syncRecords()', async () => {
      const { portal, sync, again, store, mine, contacts, companies } = await twoProcesses(
        kind.place,
      )
      const id = contacts[3] as string
      const overtaken = overtakenStore(mine, { stream: 'sync_aside' }, async () => {
        portal.associate('contacts', id, 'companies', companies[0] as string)
        await sync.syncRecords('contacts', [id])
      })
      await again({ store: overtaken }).syncRecords('contacts', [id])
      await expectEqual(portal, store)
    })

    test.each(['touched', 'read by a run'])(
      'are read again by the page of a new contact, whose new company was %s meanwhile',
      async (how) => {
        const { portal, sync, again, store, mine, clock } = await twoProcesses(kind.place)
        const contact = portal.create('contacts', { firstname: 'New' })
        await clock.advance(60_000)
        const overtaken = overtakenStore(mine, { stream: 'contacts' }, async () => {
          const company = portal.create('companies', { name: 'New' })
          portal.associate('contacts', contact, 'companies', company)
          await clock.advance(60_000)
          if (how === 'touched') await sync.syncRecords('companies', [company])
          else await sync.run({ jobs: ['companies'] })
        })
        // Named, so that the other process can do the other objects.
        const run = again({ store: overtaken }).run({ jobs: ['contacts'] })
        expect((await run).status).toBe('complete')
        await expectEqual(portal, store)
      },
    )
  },
)
