import { setImmediate } from 'node:timers/promises'
import { memoryStore, type Store } from '@hubsync/core'
import { expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { createWorld, populate } from './support/world.js'

/** A store whose commits take longer than HubSpot takes to answer. */
function slowStore(store: Store, turns = 50): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      if (name !== 'commit') return Reflect.get(target, name)
      return async (...given: Parameters<Store['commit']>) => {
        for (let turn = 0; turn < turns; turn++) await setImmediate()
        return target.commit(...given)
      }
    },
  })
}

test('a record of the backfill that the change window names again is neither read nor counted again', async () => {
  const { portal, store, sync } = createWorld(slowStore(memoryStore()))
  const { deals } = populate(portal, { contacts: 0, companies: 0, deals: 20 })
  for (const deal of deals) portal.update('deals', deal, { amount: 'much' })
  expect((await sync.run()).jobs.deals).toMatchObject({ created: 20, updated: 0, misfits: 20 })
  expect(portal.calls.filter(({ operation }) => operation === 'batch-read')).toEqual([])
  await expectEqual(portal, store)
})

test('a far end that two pages have in common is read once', async () => {
  const { portal, store, sync } = createWorld(slowStore(memoryStore()))
  const { contacts } = populate(portal, { contacts: 1_100, companies: 0, deals: 0 })
  await sync.run({ jobs: ['companies', 'deals'] })
  const company = portal.create('companies', { name: 'Late' })
  for (const contact of [contacts[0], contacts[1_050]])
    portal.associate('contacts', contact as string, 'companies', company)
  await sync.run({ jobs: ['contacts'] })
  expect(portal.calls.filter(({ operation }) => operation === 'batch-read')).toHaveLength(1)
  await sync.run()
  await expectEqual(portal, store)
})
