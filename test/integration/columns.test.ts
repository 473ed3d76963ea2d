import { column, companies, contacts, deals, type Store, type SyncEvent } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { overtakenStore } from './support/overtaken-store.js'
import { openStores, storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

describe.each(storesWithoutSqlJs)('a column that a definition gets later, on $name', ({ open }) => {
  test("is filled from HubSpot's object where that holds the property, without a call", async () => {
    const whole = contacts.extend({ properties: ['jobtitle'] })
    const { portal, again } = createWorld(open(), { census: false, associationSweep: false })
    const ids = portal.createMany('contacts', 700, (index) => ({ jobtitle: `Job ${index}` }))
    portal.archive('contacts', ids[5] as string)
    await again({ objects: [whole, companies, deals] as never }).run()
    portal.clearCalls()
    const more = whole.extend({ columns: { jobTitle: column.text('jobtitle') } })
    const sync = again({ objects: [more, companies, deals] as never })
    await sync.run()
    for (const index of [0, 5, 699])
      expect(await sync.get('contacts', ids[index] as string)).toMatchObject({
        jobTitle: `Job ${index}`,
      })
    expect(portal.calls.filter(({ operation }) => operation === 'batch-read')).toHaveLength(0)
  })

  test('is filled by reading again where it does not', async () => {
    const { portal, store, again } = createWorld(open(), { census: false, associationSweep: false })
    const ids = portal.createMany('contacts', 1_300, (index) => ({ jobtitle: `Job ${index}` }))
    portal.archive('contacts', ids[5] as string)
    await again().run()
    const more = contacts.extend({ columns: { jobTitle: column.text('jobtitle') } })
    const sync = again({ objects: [more, companies, deals] as never })
    const slice = await sync.run({ maxCalls: 8 })
    expect(slice.status).toBe('partial')
    const phases: string[] = []
    expect(
      (await sync.run({ onEvent: (event) => event.type === 'page' && phases.push(event.phase) }))
        .status,
    ).toBe('complete')
    expect(phases).toContain('columns')
    for (const index of [0, 5, 1_299])
      expect(await sync.get('contacts', ids[index] as string)).toMatchObject({
        jobTitle: `Job ${index}`,
      })
    await expectEqual(portal, store)
    portal.clearCalls()
    await sync.run()
    expect(portal.calls.filter(({ operation }) => operation === 'batch-read')).toHaveLength(0)
  })

  test('is asked for again where HubSpot leaves a record out', async () => {
    const { portal, again } = createWorld(open(), { census: false, associationSweep: false })
    const ids = portal.createMany('contacts', 20, (index) => ({ jobtitle: `Job ${index}` }))
    await again().run()
    const more = contacts.extend({ columns: { jobTitle: column.text('jobtitle') } })
    const sync = again({ objects: [more, companies, deals] as never })
    const silent = portal.fault({
      kind: 'omit',
      ids: [ids[3] as string],
      operation: 'batch-read',
      times: 100,
    })
    expect((await sync.run()).status).toBe('partial')
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('contacts', ids[3] as string)).toMatchObject({ jobTitle: 'Job 3' })
  })

  test('is filled with progress up to the last row, also when the run before was ended half way', async () => {
    const { portal, again } = createWorld(open(), { census: false, associationSweep: false })
    portal.createMany('contacts', 1_300, (index) => ({ jobtitle: `Job ${index}` }))
    await again().run()
    const more = contacts.extend({ columns: { jobTitle: column.text('jobtitle') } })
    const sync = again({ objects: [more, companies, deals] as never })
    const seen: [done: number, total: number | undefined][] = []
    const stop = new AbortController()
    const onEvent = (event: SyncEvent) => {
      if (event.type !== 'page' || event.phase !== 'columns') return
      seen.push([event.done, event.total])
      if (seen.length === 1) stop.abort()
    }
    expect((await sync.run({ onEvent, signal: stop.signal })).status).toBe('partial')
    expect(seen).toEqual([[500, 1_300]])
    expect((await sync.run({ onEvent })).status).toBe('complete')
    expect(seen.slice(1)).toEqual([
      [500, 800],
      [800, 800],
    ])
  })

  test('is filled with progress from what is there', async () => {
    const whole = contacts.extend({ properties: ['jobtitle'] })
    const { portal, again } = createWorld(open(), { census: false, associationSweep: false })
    portal.createMany('contacts', 700, (index) => ({ jobtitle: `Job ${index}` }))
    await again({ objects: [whole, companies, deals] as never }).run()
    const more = whole.extend({ columns: { jobTitle: column.text('jobtitle') } })
    const seen: (number | undefined)[] = []
    await again({ objects: [more, companies, deals] as never }).run({
      onEvent(event) {
        if (event.type === 'page' && event.phase === 'columns') seen.push(event.done, event.total)
      },
    })
    expect(seen).toEqual([500, 700, 700, 700])
  })

  test('tells nothing to the change feed', async () => {
    const { portal, store, again } = createWorld(open())
    populate(portal, { contacts: 20, companies: 2, deals: 2 })
    await again().run()
    const more = contacts.extend({ columns: { jobTitle: column.text('jobtitle') } })
    await again({ objects: [more, companies, deals] as never }).run()
    expect(await store.changes(String(portal.portalId), { limit: 10 })).toEqual([])
  })
})

describe.each(storesWithoutSqlJs)('a column that another process lacks, on $name', ({ place }) => {
  const more = contacts.extend({ columns: { jobTitle: column.text('jobtitle') } })
  const withJobTitle = { objects: [more, companies, deals] as never }

  const begin = async (store: Store) => {
    const world = createWorld(store, { census: false, associationSweep: false })
    const { contacts: ids } = populate(world.portal, { contacts: 5, companies: 1, deals: 1 })
    const [id] = ids as [string]
    world.portal.update('contacts', id, { jobtitle: 'Engineer' })
    await world.again().run()
    await world.clock.advance(60_000)
    const promote = () => world.portal.update('contacts', id, { jobtitle: 'Director' })
    return { ...world, id, promote }
  }

  test('is filled again in a record that the other wrote while it was being filled', async () => {
    const [store, other, mine] = openStores(place)
    const { again, id, promote } = await begin(store)
    const overtaken = overtakenStore(mine, { stream: 'contacts' }, async () => {
      promote()
      await again({ store: other }).syncRecords('contacts', [id])
    })
    const sync = again({ ...withJobTitle, store: overtaken })
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('contacts', id)).toMatchObject({ jobTitle: 'Director' })
  })

  test('leaves the run partial in which the other writes again and again', async () => {
    const [store, other, mine] = openStores(place)
    const { again, id, promote } = await begin(store)
    const overtaken = overtakenStore(mine, { stream: 'contacts', times: 99 }, async () => {
      promote()
      await again({ store: other }).syncRecords('contacts', [id])
    })
    const report = await again({ ...withJobTitle, store: overtaken }).run()
    expect(report.jobs.contacts).toMatchObject({
      status: 'partial',
      reason: expect.stringContaining('jobtitle'),
    })
    const sync = again({ ...withJobTitle, store: mine })
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('contacts', id)).toMatchObject({ jobTitle: 'Director' })
  })
})
