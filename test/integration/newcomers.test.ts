import * as core from '@hubsync/core'
import { column, companies, contacts, deals, memoryStore, type Store } from '@hubsync/core'
import { expect, test } from 'vitest'
import { type Call, HOUR, settledWorld } from '../traps/trap-world.js'
import { expectEqual } from './support/equality.js'
import { overtakenStore } from './support/overtaken-store.js'
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
  const wider = companies.extend({ columns: { zip: column.text('zip') } })
  const objects = [contacts, wider, deals] as const
  expect((await again({ objects: objects as never }).run()).status).toBe('complete')
  await expectEqual(portal, store)
})

/** A store that reports when the commit of a stream with this record is written. */
function tellingStore(store: Store, stream: string, brings: () => string) {
  const { promise: landed, resolve } = Promise.withResolvers<void>()
  const telling: Store = {
    ...store,
    async commit(batch) {
      const result = await store.commit(batch)
      const ids = (batch.rows ?? []).flatMap(({ rows }) => rows.map(({ id }) => id))
      if (batch.checkpoint?.stream === stream && ids.includes(brings())) resolve()
      return result
    },
  }
  return { store: telling, landed }
}

/** Whether a call requests the associations of this record with another type. */
function asksLinks({ path, body }: Call, pair: string, id: string): boolean {
  return path.includes(`/${pair}/`) && JSON.stringify(body ?? '').includes(`"${id}"`)
}

test.each(['companies', 'contacts'])(
  'a new contact and its new company are linked, though they are read side by side before they are, and %s are written first',
  async (first) => {
    let [contact, company] = ['none', 'none']
    const linked = Promise.withResolvers<void>()
    const told = Promise.withResolvers<void>()
    const one = tellingStore(memoryStore(), 'companies', () => company)
    const two = tellingStore(one.store, 'contacts', () => contact)
    const { portal, store, sync } = await settledWorld(core, {
      store: two.store,
      async between(call, answer) {
        if (contact !== 'none' && call.path.endsWith('companies/search')) await linked.promise
        // By then the contact's page has its companies, and the company's page has the contact.
        if (asksLinks(call, 'contacts/deals', contact))
          await (first === 'companies' ? one.landed : told.promise)
        if (asksLinks(call, 'companies/deals', company)) {
          told.resolve()
          if (first === 'contacts') await two.landed
        }
        const reply = await answer()
        if (asksLinks(call, 'contacts/companies', contact) && company === 'none') {
          company = portal.create('companies', { name: 'New' })
          portal.associate('contacts', contact, 'companies', company)
          linked.resolve()
        }
        return reply
      },
    })
    contact = portal.create('contacts', { firstname: 'New' })
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  },
)

test('a company that comes while the first contacts are being written is linked with them', async () => {
  const alone = { census: false, associationSweep: false } as const
  const { portal, store, sync, again, clock } = createWorld(memoryStore(), alone)
  const { contacts } = populate(portal, { contacts: 30, companies: 4, deals: 4 })
  await clock.advance(2 * HOUR)
  await sync.run({ jobs: ['companies', 'deals'] })
  const overtaken = overtakenStore(store, { stream: 'contacts' }, async () => {
    const company = portal.create('companies', { name: 'New' })
    portal.associate('contacts', contacts[0] as string, 'companies', company)
    await sync.syncRecords('companies', [company])
  })
  expect((await again({ store: overtaken }).run()).status).toBe('complete')
  await expectEqual(portal, store)
})

test('a company that is linked with a contact of the page that brings it, after that contact was read, is linked here', async () => {
  let company = 'none'
  const world = await settledWorld(core, {
    async between(call, answer) {
      if (asksLinks(call, 'companies/contacts', company))
        portal.associate('contacts', contacts[3] as string, 'companies', company)
      return answer()
    },
  })
  const { portal, store, sync, contacts } = world
  company = portal.create('companies', { name: 'New' })
  portal.associate('contacts', contacts[0] as string, 'companies', company)
  for (const place of [0, 3])
    portal.update('contacts', contacts[place] as string, { firstname: 'changed' })
  expect((await sync.run({ jobs: ['contacts'] })).status).toBe('complete')
  expect((await sync.run()).status).toBe('complete')
  await expectEqual(portal, store)
})

test('a new contact and its new company that were linked before both were read cost no call more', async () => {
  const { portal, store, sync } = await settledWorld(core)
  const company = portal.create('companies', { name: 'New' })
  const contact = portal.create('contacts', { firstname: 'New' })
  portal.associate('contacts', contact, 'companies', company)
  portal.clearCalls()
  expect((await sync.run()).status).toBe('complete')
  const asked = portal.calls.filter(({ operation }) => operation === 'associations')
  expect(asked.length).toBeLessThanOrEqual(6)
  await expectEqual(portal, store)
})
