import { contacts, createMirrorReader, defineObject, memoryStore, type Store } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld } from './support/world.js'

const always = Number.POSITIVE_INFINITY
const pets = defineObject({ type: '2-7', name: 'pets', columns: {} })
const vets = defineObject({ type: '2-8', name: 'vets', columns: {} })
const objects = [contacts, pets, vets]

/** A portal with a contact who has a pet that has a vet, and a mirror without a list of pairs. */
function petsOf(store: Store, options: object = {}) {
  const world = createWorld(store, { objects, ...options })
  const { portal } = world
  portal.defineObject({ typeId: '2-7', name: 'pets', associatedObjects: ['contacts'] })
  portal.defineObject({ typeId: '2-8', name: 'vets', associatedObjects: ['2-7', 'companies'] })
  const contact = portal.create('contacts', {})
  const pet = portal.create('2-7', {})
  const vet = portal.create('2-8', {})
  portal.associate('contacts', contact, '2-7', pet)
  portal.associate('2-7', pet, '2-8', vet)
  const schemaCalls = () => portal.calls.filter(({ path }) => path.includes('schemas')).length
  return { ...world, contact, pet, vet, schemaCalls }
}

describe.each(storesWithoutSqlJs)('the pairs of custom objects, on $name', ({ open }) => {
  test('are read by default, by the schemas of the portal', async () => {
    const { sync, contact, pet, vet } = petsOf(open())
    expect((await sync.run()).status).toBe('complete')
    expect(sync.pairs).toEqual([
      ['pets', 'contacts'],
      ['pets', 'vets'],
    ])
    expect(sync.jobs).toContain('associations')
    expect(await sync.related('contacts', contact, 'pets')).toMatchObject([{ record: { id: pet } }])
    expect(await sync.related('pets', pet, 'vets')).toMatchObject([{ record: { id: vet } }])
  })

  test('are read from the store without asking HubSpot', async () => {
    const store = open()
    const { sync, portal, again, contact, pet } = petsOf(store)
    await sync.run()
    const calls = portal.calls.length
    for (const reader of [again({}), createMirrorReader({ objects, store })])
      expect(await reader.related('contacts', contact, 'pets')).toMatchObject([
        { record: { id: pet } },
      ])
    expect(portal.calls).toHaveLength(calls)
  })
})

describe('the pairs of custom objects', () => {
  test('are found with calls that the report of the run has', async () => {
    const { sync, portal } = petsOf(memoryStore())
    expect((await sync.run()).calls).toBe(portal.calls.length)
  })

  test('stay as a mirror has them that was given its pairs', async () => {
    const associations = [['contacts', 'pets'] as const]
    const { sync, again } = petsOf(memoryStore(), { associations })
    await sync.run()
    const later = again({ associations: undefined })
    await later.run()
    expect(later.pairs).toEqual([
      ['contacts', 'pets'],
      ['pets', 'vets'],
    ])
  })

  test('are asked for once, and not at all with a list of pairs or without a custom object', async () => {
    const { sync, again, schemaCalls } = petsOf(memoryStore())
    await sync.run()
    await Promise.all([sync.run(), sync.verify()])
    expect(schemaCalls()).toBe(1)
    await again({ associations: [] }).run()
    await again({ objects: [contacts] }).run()
    expect(schemaCalls()).toBe(1)
  })

  test('are those that the mirror has if the token may not see the schemas', async () => {
    const { sync, portal, again } = petsOf(memoryStore())
    await sync.run()
    portal.fault({ path: /schemas/, status: 403, body: {}, times: always })
    const later = again({})
    expect((await later.run()).status).toBe('complete')
    expect(later.pairs).toHaveLength(2)
  })

  test('do not hold up a run that HubSpot answers for nothing else', async () => {
    const { sync, portal } = petsOf(memoryStore())
    portal.fault({ path: /schemas/, status: 503, body: {}, times: always })
    const { jobs } = await sync.run()
    expect(jobs.pets).toMatchObject({ status: 'complete' })
    expect(sync.pairs).toEqual([])
  })
})
