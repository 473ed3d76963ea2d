import { companies, memoryStore, type Store } from '@hubsync/core'
import type { Batch } from '@hubsync/core/store'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { expectLegalCalls } from './support/legal-calls.js'
import { databases, stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

describe.each(stores)('a first run on $name', ({ open }) => {
  test('mirrors records, recycle bin and associations as they are', async () => {
    const { portal, store, sync } = createWorld(open())
    const ids = populate(portal, { contacts: 1_250, companies: 120, deals: 230 })
    portal.archive('contacts', ids.contacts[7] as string)
    const report = await sync.run()
    expect(report.status).toBe('complete')
    expect(report.jobs.contacts).toMatchObject({ status: 'complete', created: 1_249 })
    expect(report.jobs['contacts:archived']).toMatchObject({ archived: 1 })
    await expectEqual(portal, store)
  })

  test('maps values by the kind of their column', async () => {
    const { portal, sync } = createWorld(open())
    const contact = portal.create('contacts', {
      email: ' Ada@Example.COM ',
      firstname: '  Ada ',
      lastname: '',
      phone: '+44 (0)20 7946-0018',
    })
    const deal = portal.create('deals', {
      dealname: 'Engine',
      amount: '5000.10',
      closedate: '1780000000000',
    })
    await sync.run()
    expect(await sync.get('contacts', contact)).toMatchObject({
      id: contact,
      status: 'ACTIVE',
      email: 'ada@example.com',
      firstName: 'Ada',
      lastName: null,
      phone: '+4402079460018',
      url: expect.stringContaining(`/record/0-1/${contact}`),
      raw: { properties: { email: ' Ada@Example.COM ' } },
    })
    expect(await sync.get('deals', deal)).toMatchObject({
      amount: '5000.10',
      closeDate: '2026-05-28T20:26:40.000Z',
    })
  })

  test('takes in what changes while it lists', async () => {
    const { portal, store, sync, clock } = createWorld(open())
    const ids = populate(portal, { contacts: 900, companies: 30, deals: 40 })
    let changed = false
    const report = await sync.run({
      onEvent: (event) => {
        if (changed || event.type !== 'commit' || event.job !== 'contacts') return
        changed = true
        clock.set(clock.now() + 5)
        portal.update('contacts', ids.contacts[3] as string, { firstname: 'changed while listing' })
        portal.create('contacts', { email: 'late@example.com' })
        portal.create('companies', { name: 'late' })
        portal.archive('contacts', ids.contacts[5] as string)
      },
    })
    expect(changed).toBe(true)
    expect(report.status).toBe('complete')
    clock.set(clock.now() + 5)
    await sync.run()
    await expectEqual(portal, store)
  })

  test('takes in what is archived while it lists, without its associations', async () => {
    const { portal, store, sync } = createWorld(open())
    const ids = populate(portal, { contacts: 900, companies: 30, deals: 40 })
    let archived = false
    const report = await sync.run({
      onEvent: (event) => {
        if (archived || event.type !== 'commit' || event.job !== 'companies') return
        archived = true
        portal.archive('companies', ids.companies[2] as string)
        portal.archive('contacts', ids.contacts[5] as string)
      },
    })
    expect(report.status).toBe('complete')
    expect(await sync.get('companies', ids.companies[2] as string)).toMatchObject({
      status: 'ARCHIVED',
    })
    await expectEqual(portal, store)
  })
})

describe.each(databases)('a large first run on $name', ({ open }) => {
  test('fills 25,000 contacts, and the 12,000 of them that then change in one millisecond', async () => {
    const { portal, store, sync, clock } = createWorld(open(), {
      limited: true,
      census: false,
      associationSweep: false,
    })
    const ids = populate(portal, { contacts: 25_000, companies: 10, deals: 0 })
    expect((await sync.run()).status).toBe('complete')
    await clock.advance(3 * 3_600_000)
    portal.updateMany('contacts', ids.contacts.slice(5_000, 17_000), {
      jobtitle: 'Chief',
      firstname: 'New',
    })
    await clock.advance(60_000)
    const report = await sync.run()
    expect(report.status).toBe('complete')
    expect(report.jobs.contacts).toMatchObject({ updated: 12_000, created: 0 })
    expectLegalCalls(portal.calls)
    await expectEqual(portal, store)
  })
})

/** So many that they don't fit into a URL. */
const longNames = Array.from({ length: 400 }, (_, index) => `a_property_with_a_long_name_${index}`)

describe('a first run over an object that is linked to no other', () => {
  test.each([
    { title: 'page by page, where the store keeps up', rows: 100 },
    { title: 'page by page, where values are read by id', rows: 100, properties: longNames },
    { title: 'pieces of several pages, where the store falls behind', rows: 200, commitMs: 1_000 },
  ])('writes $title', async ({ rows, commitMs = 0, properties = [] }) => {
    const { portal, store, clock, again } = createWorld(memoryStore(), {
      portal: { latency: { list: 300 } },
      limited: true,
      objects: [companies.extend({ properties })],
    })
    populate(portal, { contacts: 0, companies: 5_000, deals: 0 })
    const written: number[] = []
    const commit = async (batch: Batch) => {
      if (batch.rows) written.push(batch.rows.flatMap((group) => group.rows).length)
      if (batch.rows) await clock.sleep(commitMs)
      return store.commit(batch)
    }
    const slow: Store = Object.create(store, { commit: { value: commit } })
    const report = await again({ store: slow }).run({ jobs: ['companies'] })
    expect(report).toMatchObject({ status: 'complete', jobs: { companies: { created: 5_000 } } })
    expect(Math.max(...written)).toBe(rows)
  })
})
