import { companies, contacts, deals, memoryStore, text } from '@hubsync/core'
import { expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

test('a company that is new while the contacts are half way through their backfill is linked with those that were read before', async () => {
  const alone = { census: false, associationSweep: false } as const
  const { portal, store, sync, clock } = createWorld(memoryStore(), alone)
  const { contacts } = populate(portal, { contacts: 300, companies: 4, deals: 4 })
  await clock.advance(2 * HOUR)
  await sync.run({ jobs: ['companies', 'deals'] })
  await sync.run({ jobs: ['contacts'], maxCalls: 4 })
  expect((await sync.status()).objects.contacts).toMatchObject({ phase: 'backfill' })
  const company = portal.create('companies', { name: 'New' })
  for (const place of [0, 299])
    portal.associate('contacts', contacts[place] as string, 'companies', company)
  await sync.run({ jobs: ['companies'] })
  expect((await sync.run()).status).toBe('complete')
  await expectEqual(portal, store)
})

test('a company that a merge has made is linked, also where it is met while a column is filled in', async () => {
  const alone = { census: false, associationSweep: false } as const
  const { portal, store, sync, again, clock } = createWorld(memoryStore(), alone)
  const { companies: ids } = populate(portal, { contacts: 30, companies: 4, deals: 4 })
  await clock.advance(2 * HOUR)
  await sync.run()
  portal.merge('companies', ids[0] as string, ids[1] as string)
  await clock.advance(2 * HOUR)
  const wider = companies.extend({ columns: { zip: text('zip') } })
  const objects = [contacts, wider, deals] as const
  expect((await again({ objects: objects as never }).run()).status).toBe('complete')
  await expectEqual(portal, store)
})
