import { memoryStore } from '@hubsync/core'
import type { Fault } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR, mirrored } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

/** Nothing else that would sweep the pair. */
const alone = { census: false, associationSweep: false } as const

const refusals: Record<string, { fault: Fault; code: string }> = {
  'for want of a scope': {
    fault: { kind: 'missing-scope', scopes: ['crm.objects.companies.read'] },
    code: 'MISSING_SCOPE',
  },
  'as a bad request': { fault: { status: 400, body: {} }, code: 'HUBSPOT_REJECTED' },
  'as not to be found': { fault: { status: 404, body: {} }, code: 'HUBSPOT_REJECTED' },
  'with 503': { fault: { kind: 'html', status: 503 }, code: 'HUBSPOT_UNAVAILABLE' },
}
const contactsToCompanies = { path: '/contacts/companies/batch/read', times: Infinity }

describe('a pair that HubSpot answers', () => {
  test.each(Object.keys(refusals))(
    '%s keeps no record out of a backfill, and is owed its sweep',
    async (name) => {
      const { portal, store, sync } = createWorld(memoryStore(), alone)
      populate(portal, { contacts: 2_100, companies: 4, deals: 4 })
      const { fault, code } = refusals[name] as (typeof refusals)[string]
      const refusal = portal.fault({ ...fault, ...contactsToCompanies })
      const { jobs } = await sync.run()
      expect(jobs.contacts).toMatchObject({
        ...{ status: 'failed', created: 2_100 },
        error: { code, message: expect.stringContaining('The associations contacts_companies') },
      })
      expect(jobs.associations).toMatchObject({ status: 'failed', error: { code } })
      expect(jobs.deals).toMatchObject({ status: 'complete' })
      // Only once, not for each batch, and without the ids of records.
      expect(refusal.met).toBeLessThan(60)
      expect((await sync.status()).objects.contacts).toMatchObject({ unanswered: 0 })
      const checkpoint = await store.readCheckpoint(String(portal.portalId), 'contacts')
      expect(JSON.stringify(checkpoint).length).toBeLessThan(2_000)
      refusal.remove()
      const after = await sync.run()
      expect(after.status).toBe('complete')
      expect(after.jobs.associations).toMatchObject({ status: 'complete', read: 2_100 })
      await expectEqual(portal, store)
      expect((await sync.run()).jobs).not.toHaveProperty('associations')
    },
  )

  test('not at all keeps no change of a record out, and is owed its sweep', async () => {
    const { portal, store, sync, contacts, companies } = await mirrored(alone)
    const [contact, company] = [contacts[0] as string, companies[2] as string]
    portal.update('contacts', contact, { firstname: 'changed' })
    portal.associate('contacts', contact, 'companies', company)
    const refusal = portal.fault({ kind: 'html', status: 503, ...contactsToCompanies })
    expect((await sync.run()).jobs.contacts).toMatchObject({ status: 'failed', updated: 1 })
    expect(await sync.get('contacts', contact)).toMatchObject({ firstName: 'changed' })
    refusal.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('by one direction only is read in that, and no new record stays unlinked', async () => {
    const { portal, store, sync, contacts } = await mirrored(alone)
    const company = portal.create('companies', { name: 'New' })
    portal.associate('contacts', contacts[0] as string, 'companies', company)
    const refusal = portal.fault({
      ...{ kind: 'html', status: 503, path: '/companies/contacts/batch/read', times: Infinity },
    })
    expect((await sync.run()).jobs.companies).toMatchObject({ status: 'failed', created: 1 })
    refusal.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('but whose far ends can not be read keeps no record out', async () => {
    const { portal, store, sync, clock, contacts } = await mirrored(alone)
    const company = portal.create('companies', { name: 'New' })
    portal.update('contacts', contacts[0] as string, { firstname: 'changed' })
    portal.associate('contacts', contacts[0] as string, 'companies', company)
    const refusal = portal.fault({
      ...{ kind: 'error', path: '/objects/2026-03/companies', operation: 'batch-read' },
      times: Infinity,
    })
    expect((await sync.run({ jobs: ['contacts'] })).jobs.contacts).toMatchObject({
      ...{ status: 'failed', updated: 1 },
    })
    refusal.remove()
    await clock.advance(3 * HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('in a touch is owed its sweep, and the hint is kept', async () => {
    const { portal, store, sync, contacts, companies } = await mirrored(alone)
    const [contact, company] = [contacts[0] as string, companies[2] as string]
    portal.associate('contacts', contact, 'companies', company)
    const refusal = portal.fault({ kind: 'html', status: 503, ...contactsToCompanies })
    await expect(sync.syncRecords('contacts', [contact])).rejects.toMatchObject({
      code: 'HUBSPOT_UNAVAILABLE',
    })
    await sync.enqueue([{ object: 'contacts', id: contact }])
    await expect(sync.syncQueued()).rejects.toMatchObject({ code: 'HUBSPOT_UNAVAILABLE' })
    refusal.remove()
    expect(await sync.syncQueued()).toBe(1)
    expect((await sync.run()).jobs.associations).toMatchObject({ status: 'complete', read: 30 })
    await expectEqual(portal, store)
  })

  test('not at all keeps no other pair from being swept', async () => {
    const { portal, sync, store, contacts } = await mirrored({ census: false })
    const deal = portal.create('deals', { dealname: 'New' })
    await sync.run()
    portal.associate('contacts', contacts[0] as string, 'deals', deal)
    const refusal = portal.fault({ kind: 'html', status: 503, ...contactsToCompanies })
    const { jobs } = await sync.run()
    expect(jobs.associations).toMatchObject({ status: 'failed', created: 1 })
    refusal.remove()
    await expectEqual(portal, store)
  })
})
