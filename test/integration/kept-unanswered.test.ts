import { companies, type HubspotSync, memoryStore } from '@hubsync/core'
import type { Fault } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR, mirrored } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

/** Nothing that would repair by itself what was lost. */
const alone = { census: false, associationSweep: false } as const

const silences: Record<string, (id: string) => Fault> = {
  'left out of the reply': (id) => ({ kind: 'omit', ids: [id] }),
  'answered by another error': (id) => ({ kind: 'partial', ids: [id] }),
  'in every batch that is refused': (id) => ({ status: 400, body: {}, holding: [id] }),
}

describe('associations in a backfill', () => {
  test.each(Object.keys(silences))('%s are asked for until they come', async (name) => {
    const { portal, store, sync } = createWorld(memoryStore(), alone)
    const { contacts } = populate(portal, { contacts: 30, companies: 4, deals: 4 })
    const silent = portal.fault({
      ...silences[name]?.(contacts[0] as string),
      path: '/contacts/companies/batch/read',
      times: Infinity,
    })
    for (let time = 0; time < 2; time++)
      expect((await sync.run()).jobs.contacts).toMatchObject({
        status: 'partial',
        reason: expect.stringMatching(/1 record unanswered/),
      })
    expect((await sync.status()).objects.contacts).toMatchObject({ unanswered: 1 })
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
    expect((await sync.status()).objects.contacts).toMatchObject({ unanswered: 0 })
  })

  test('whose far end is left out are asked for until it comes', async () => {
    const { portal, store, sync } = createWorld(memoryStore(), alone)
    const { contacts } = populate(portal, { contacts: 30, companies: 4, deals: 4 })
    await sync.run({ jobs: ['companies', 'deals'] })
    const company = portal.create('companies', { name: 'Late' })
    portal.associate('contacts', contacts[0] as string, 'companies', company)
    const silent = portal.fault({
      kind: 'omit',
      operation: 'batch-read',
      ids: [company],
      times: Infinity,
    })
    for (let time = 0; time < 2; time++)
      expect((await sync.run({ jobs: ['contacts'] })).jobs.contacts).toMatchObject({
        status: 'partial',
      })
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})

/** Ways to read a record outside of runs. */
const readsAside: [string, (sync: HubspotSync, contact: string) => Promise<unknown>][] = [
  ['a repair', (sync) => sync.verify({ repair: true })],
  ['a touch', (sync, contact) => sync.syncRecords('contacts', [contact])],
  [
    'a refresh',
    (sync) => sync.refreshProperties({ properties: ['firstname'], objects: ['contacts'] }),
  ],
]

describe('what is left unanswered', () => {
  test('on the first page of a sweep outlives the pages after it', async () => {
    const { portal, store, sync, again, contacts, companies, leaveOut } = await mirrored(alone, {
      contacts: 1_100,
    })
    portal.dissociate('contacts', contacts[0] as string, 'companies', companies[0] as string)
    const silent = leaveOut('associations', contacts[0])
    const report = await again({ associationSweep: 0 }).run({ jobs: ['associations'] })
    expect(report.jobs.associations).toMatchObject({ status: 'partial' })
    expect((await sync.run()).jobs.associations).toMatchObject({ status: 'partial' })
    silent.remove()
    portal.clearCalls()
    expect((await sync.run()).jobs.associations).toMatchObject({ status: 'complete' })
    // No other sweep is due.
    expect(portal.calls.filter(({ ids = 0 }) => ids > 10)).toEqual([])
    await expectEqual(portal, store)
  })

  test('while a census mends outlives the pages after it, and is asked for without another walk', async () => {
    const { portal, store, sync, contacts, companies, leaveOut } = await mirrored(alone)
    const old = { createdAt: '2026-05-01T00:00:00.000Z' }
    const contact = portal.create('contacts', { email: 'old@example.com' }, old)
    portal.associate('contacts', contact, 'companies', companies[0] as string)
    const silent = leaveOut('associations', contact)
    expect((await sync.run({ jobs: ['contacts:census'] })).status).toBe('partial')
    expect(await sync.get('contacts', contact)).not.toBeNull()
    expect((await sync.run()).jobs['contacts:census']).toMatchObject({ status: 'partial' })
    silent.remove()
    portal.clearCalls()
    expect((await sync.run()).status).toBe('complete')
    const walked = portal.calls.filter(
      ({ operation, query }) => operation === 'list' && !query.archived,
    )
    expect(walked).toEqual([])
    await expectEqual(portal, store)
    expect(contacts).toHaveLength(30)
  })

  test.each(readsAside)(
    'about a record that %s brought keeps a run from being complete',
    async (name, bring) => {
      const { portal, store, sync, clock, contacts, companies, leaveOut } = await mirrored({
        ...alone,
        portal: { searchLag: { min: 24 * HOUR, max: 24 * HOUR } },
      })
      let contact = contacts[0] as string
      if (name === 'a refresh') portal.update('contacts', contact, { firstname: 'changed' })
      else contact = portal.create('contacts', { email: 'new@example.com' })
      portal.associate('contacts', contact, 'companies', companies[2] as string)
      await clock.advance(3 * HOUR)
      const silent = leaveOut('associations', contact)
      await bring(sync, contact)
      expect(await sync.related('contacts', contact, 'companies')).not.toMatchObject([
        { record: { id: companies[2] } },
      ])
      expect((await sync.run()).status).toBe('partial')
      silent.remove()
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    },
  )

  test.each(readsAside)('to %s keeps a run from being complete until it comes', async (_, read) => {
    const { portal, store, sync, clock, contacts, leaveOut } = await mirrored({
      ...alone,
      // No run sees the change by itself.
      portal: { searchLag: { min: 24 * HOUR, max: 24 * HOUR } },
    })
    const [contact] = contacts as [string]
    portal.update('contacts', contact, { firstname: 'changed' })
    await clock.advance(HOUR)
    await sync.run()
    const silent = leaveOut('batch-read', contact)
    await read(sync, contact)
    expect((await sync.run()).status).toBe('partial')
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('of what a repair may have to remove is not removed before it is known how much that is', async () => {
    const { portal, sync, again, contacts } = await mirrored(alone, { contacts: 60 })
    for (const id of contacts) portal.purge('contacts', id)
    const silent = portal.fault({
      ...{ kind: 'omit', operation: 'batch-read', times: Infinity },
      ids: contacts,
    })
    for (let time = 0; time < 2; time++)
      expect((await sync.verify({ repair: true })).status).toBe('partial')
    silent.remove()
    await sync.run()
    expect((await sync.list('contacts')).results).toHaveLength(60)
    await again({ removalShare: 1 }).verify({ repair: true })
    expect((await sync.list('contacts')).results).toHaveLength(0)
  })

  test('about who else is linked to a new record is asked for until it comes', async () => {
    const { portal, store, sync, contacts } = await mirrored(alone)
    const company = portal.create('companies', { name: 'New' })
    portal.associate('contacts', contacts[0] as string, 'companies', company)
    const silent = portal.fault({
      kind: 'omit',
      path: '/companies/contacts/batch/read',
      ids: [company],
      times: Infinity,
    })
    for (let time = 0; time < 2; time++)
      expect((await sync.run()).jobs.companies).toMatchObject({ status: 'partial' })
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('of an object that is no longer mirrored waits until it is mirrored again', async () => {
    const { portal, store, sync, again, contacts: people } = await mirrored(alone)
    const company = portal.create('companies', { name: 'New' })
    portal.associate('contacts', people[0] as string, 'companies', company)
    const silent = portal.fault({
      ...{ kind: 'omit', path: '/contacts/companies/batch/read', times: Infinity },
      ids: [people[0] as string],
    })
    expect((await sync.run()).status).toBe('partial')
    expect((await again({ objects: [companies] }).run()).status).toBe('complete')
    expect((await sync.run()).status).toBe('partial')
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})
