import * as core from '@hubsync/core'
import { companies, contacts, deals, memoryStore, type Store } from '@hubsync/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTrapWorld, HOUR } from '../traps/trap-world.js'
import { storesWithoutSqlJs } from './support/stores.js'
import { createWorld } from './support/world.js'

const objects = [contacts.extend({ properties: 'all' }), companies, deals] as const
const daily = { objects, census: false, associationSweep: false } as const

/**
 * A mirror of all properties, and a function that makes something happen right after the next run has asked which
 * properties there are.
 */
function interruptible() {
  let once = () => {}
  const world = createTrapWorld(core, {
    objects,
    async between({ path }, answer) {
      const reply = await answer()
      if (path.includes('/properties/')) {
        const act = once
        once = () => {}
        act()
      }
      return reply
    },
  })
  onTestFinished(() => world.store.close())
  const { portal, clock, run } = world
  /** Creates a property and sets it in a record, once a run has read the names of the others. */
  const makeMeanwhile = (id: string) => {
    once = () => {
      portal.defineProperty('contacts', { name: 'shoe_size', type: 'string' })
      portal.update('contacts', id, { shoe_size: '42' })
    }
  }
  const runLater = async () => {
    await clock.advance(2 * HOUR)
    return run()
  }
  return { ...world, makeMeanwhile, runLater }
}

test("with properties: 'all', nothing is read by an empty list of properties, which HubSpot always has", async () => {
  const { portal, sync } = createWorld(memoryStore(), daily)
  const contact = portal.create('contacts', { firstname: 'Ada', jobtitle: 'Countess' })
  const body = { results: [] }
  portal.fault({ operation: 'properties', path: 'contacts', status: 200, body })
  expect((await sync.run({ jobs: ['contacts'] })).jobs.contacts).toMatchObject({
    ...{ status: 'failed', read: 0, error: { code: 'HUBSPOT_REPLY' } },
  })
  await sync.run({ jobs: ['contacts'] })
  expect((await sync.get('contacts', contact))?.raw.properties.jobtitle).toBe('Countess')
})

describe('a property that comes into the portal while it is read', () => {
  test('is filled in by the run after a backfill', async () => {
    const { portal, sync, makeMeanwhile, runLater } = interruptible()
    const contact = portal.create('contacts', { firstname: 'Ada' })
    makeMeanwhile(contact)
    await runLater()
    await runLater()
    expect((await sync.get('contacts', contact))?.raw.properties.shoe_size).toBe('42')
  })

  test('is filled in by the run after one that has read the record without it', async () => {
    const { portal, sync, makeMeanwhile, runLater } = interruptible()
    const contact = portal.create('contacts', { firstname: 'Ada' })
    await runLater()
    portal.update('contacts', contact, { firstname: 'Grace' })
    makeMeanwhile(contact)
    await runLater()
    await runLater()
    expect((await sync.get('contacts', contact))?.raw.properties.shoe_size).toBe('42')
  })

  test('keeps a verification from calling the mirror equal before it is filled in', async () => {
    const { portal, sync, makeMeanwhile, runLater } = interruptible()
    makeMeanwhile(portal.create('contacts', { firstname: 'Ada' }))
    await runLater()
    expect(await sync.verify()).toMatchObject({
      status: 'partial',
      reason: expect.stringContaining('shoe_size'),
    })
    await runLater()
    expect((await sync.verify()).status).toBe('equal')
  })
})

describe.each(storesWithoutSqlJs)("with properties: 'all', on $name", ({ open }) => {
  test('a property that is shown again is filled in where nothing else changed', async () => {
    const { portal, sync, clock } = createWorld(open(), daily)
    const active = portal.create('contacts', { website: 'ada.example' })
    const archived = portal.create('contacts', { website: 'grace.example' })
    portal.archive('contacts', archived)
    portal.archiveProperty('contacts', 'website')
    await sync.run()
    portal.defineProperty('contacts', { name: 'website', type: 'string' })
    await clock.advance(2 * HOUR)
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.get('contacts', active))?.raw.properties.website).toBe('ada.example')
    expect((await sync.get('contacts', archived))?.raw.properties.website).toBe('grace.example')
  })

  test('a property that was gone for a while is read anew, whatever is here of it', async () => {
    const { portal, sync, clock } = createWorld(open(), daily)
    const contact = portal.create('contacts', { website: 'before.example' })
    await sync.run()
    portal.update('contacts', contact, { website: 'after.example' })
    portal.archiveProperty('contacts', 'website')
    await clock.advance(2 * HOUR)
    await sync.run()
    expect((await sync.get('contacts', contact))?.raw.properties.website).toBe('before.example')
    portal.defineProperty('contacts', { name: 'website', type: 'string' })
    await clock.advance(2 * HOUR)
    await sync.run()
    expect((await sync.get('contacts', contact))?.raw.properties.website).toBe('after.example')
  })

  test('a run with nothing to do asks which there are, and reads no record', async () => {
    const { portal, sync, clock } = createWorld(open(), daily)
    portal.createMany('contacts', 20, () => ({ firstname: 'Ada' }))
    await sync.run()
    portal.defineProperty('contacts', { name: 'shoe_size', type: 'string' })
    await clock.advance(2 * HOUR)
    await sync.run()
    await clock.advance(2 * HOUR)
    portal.clearCalls()
    await sync.run()
    const asked = portal.calls.map(({ operation }) => operation)
    expect(asked.filter((operation) => operation === 'properties')).toHaveLength(1)
    expect(asked.filter((operation) => operation === 'search')).toHaveLength(3)
    expect(asked).not.toContain('batch-read')
  })
})

/** A store that keeps checkpoints of contacts in the form of earlier versions: `*` for all properties. */
function withStars(store: Store): Store {
  return {
    ...store,
    commit(batch) {
      const state = batch.checkpoint?.next.state as { mapping?: string[] } | undefined
      if (batch.checkpoint?.stream === 'contacts' && state?.mapping)
        state.mapping = [...state.mapping.filter((entry) => !entry.startsWith('+')), '*']
      return store.commit(batch)
    },
  }
}

test('an earlier version did not note which properties it had read: those that a row lacks are filled in', async () => {
  const store = memoryStore()
  const { portal, again, clock } = createWorld(store, daily)
  const [whole, lacking] = portal.createMany('contacts', 2, () => ({ website: 'ada.example' }))
  portal.archiveProperty('contacts', 'website')
  await again({ store: withStars(store) }).run()
  portal.defineProperty('contacts', { name: 'website', type: 'string' })
  const sync = again()
  await sync.syncRecords('contacts', [whole as string])
  await clock.advance(2 * HOUR)
  portal.clearCalls()
  await sync.run()
  expect((await sync.get('contacts', lacking as string))?.raw.properties.website).toBe(
    'ada.example',
  )
  const asked = portal.calls
    .filter(({ operation }) => operation === 'batch-read')
    .map(({ body }) => (body as { inputs: unknown[] }).inputs)
  expect(asked).toEqual([[{ id: lacking }]])
})

describe('a reply of the properties', () => {
  test.each([
    ['without `results`', {}],
    ['with one that has no name', { results: [{ label: 'Website' }] }],
  ])('%s fails the job, and the next run reads what has changed', async (_, body) => {
    const { portal, sync, clock } = createWorld(memoryStore(), daily)
    const contact = portal.create('contacts', { website: 'before.example' })
    await clock.advance(2 * HOUR)
    await sync.run()
    portal.update('contacts', contact, { website: 'after.example' })
    await clock.advance(2 * HOUR)
    const hollow = portal.fault({ status: 200, body, path: '/properties/', times: Infinity })
    const { jobs } = await sync.run()
    expect(jobs.contacts).toMatchObject({ status: 'failed', error: { code: 'HUBSPOT_REPLY' } })
    hollow.remove()
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.get('contacts', contact))?.raw.properties.website).toBe('after.example')
  })
})
