import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR, mirrored } from './support/mirrored.js'

describe('a record that HubSpot leaves unanswered', () => {
  test('in a refresh is asked for again by the slice that goes on with it', async () => {
    const { portal, sync, contacts, leaveOut } = await mirrored({}, { contacts: 1_100 })
    portal.setCalculated('contacts', contacts[0] as string, { firstname: 'calculated' })
    const silent = leaveOut('batch-read', contacts[0])
    const wanted = { properties: ['firstname'], objects: ['contacts'] }
    expect((await sync.refreshProperties({ ...wanted, maxCalls: 5 })).status).toBe('partial')
    silent.remove()
    portal.clearCalls()
    expect((await sync.refreshProperties(wanted)).status).toBe('complete')
    expect(await sync.get('contacts', contacts[0] as string)).toMatchObject({
      firstName: 'calculated',
    })
    // The rest of the walk, but not all of it.
    expect(portal.calls.length).toBeLessThan(8)
  })

  test('in a refresh makes it partial for as long as it is so', async () => {
    const { sync, contacts, leaveOut } = await mirrored()
    const silent = leaveOut('batch-read', contacts[0])
    const wanted = { properties: ['firstname'], objects: ['contacts'] }
    for (let time = 0; time < 2; time++)
      expect((await sync.refreshProperties(wanted)).jobs['contacts:refresh']).toMatchObject({
        status: 'partial',
        reason: expect.stringMatching(/1 record unanswered/),
      })
    silent.remove()
    expect((await sync.refreshProperties(wanted)).status).toBe('complete')
  })

  test('in a verification leaves it partial, and the next one compares it', async () => {
    const { portal, sync, contacts, leaveOut } = await mirrored()
    portal.purge('contacts', contacts[0] as string)
    const silent = leaveOut('batch-read', contacts[0])
    for (let time = 0; time < 2; time++)
      expect(await sync.verify()).toMatchObject({
        status: 'partial',
        reason: expect.stringMatching(/1 record unanswered/),
      })
    silent.remove()
    expect(await sync.verify()).toMatchObject({
      status: 'different',
      objects: { contacts: { compared: 29, extra: { count: 1, ids: [contacts[0]] } } },
    })
  })

  test('in the associations of a verification leaves it partial, and the next one compares them', async () => {
    const { portal, sync, contacts, companies, leaveOut } = await mirrored()
    portal.dissociate('contacts', contacts[0] as string, 'companies', companies[0] as string)
    const silent = leaveOut('associations', contacts[0])
    for (let time = 0; time < 2; time++) expect((await sync.verify()).status).toBe('partial')
    silent.remove()
    expect(await sync.verify()).toMatchObject({
      status: 'different',
      associations: { contacts_companies: { extra: 2, ids: [contacts[0]] } },
    })
    await sync.verify({ repair: true })
    expect((await sync.verify()).status).toBe('equal')
  })

  test('in a census keeps its row, and is asked for again by the next run without another walk', async () => {
    const { portal, store, sync, clock, contacts, leaveOut } = await mirrored({ census: '24h' })
    await clock.advance(25 * HOUR)
    portal.purge('contacts', contacts[0] as string)
    const silent = leaveOut('batch-read', contacts[0])
    expect((await sync.run()).jobs['contacts:census']).toMatchObject({
      status: 'partial',
      removed: 0,
      reason: expect.stringMatching(/1 record unanswered/),
    })
    expect(await sync.get('contacts', contacts[0] as string)).not.toBeNull()
    expect((await sync.status()).objects.contacts).toMatchObject({ unanswered: 1 })
    await clock.advance(HOUR)
    portal.clearCalls()
    expect((await sync.run()).jobs['contacts:census']).toMatchObject({ status: 'partial' })
    silent.remove()
    expect((await sync.run()).jobs['contacts:census']).toMatchObject({
      status: 'complete',
      removed: 1,
    })
    const lists = portal.calls.filter(
      ({ operation, query }) => operation === 'list' && !query.archived,
    )
    expect(lists).toEqual([])
    await expectEqual(portal, store)
    expect((await sync.run()).jobs).not.toHaveProperty('contacts:census')
  })

  test('in a census that removes many is asked for again, and is not taken for there', async () => {
    const { portal, store, sync, contacts } = await mirrored(
      { census: false, associationSweep: false, removalShare: 1 },
      { contacts: 320 },
    )
    for (const id of contacts.slice(0, 300)) portal.purge('contacts', id)
    // Everything that the walk didn't find was asked for by then. What is asked for later is about to be removed.
    const silent = portal.fault({
      ...{ kind: 'omit', operation: 'batch-read', after: 6, times: Infinity },
      ids: [contacts[7] as string],
    })
    expect((await sync.run({ jobs: ['contacts:census'] })).status).toBe('partial')
    expect((await sync.run()).jobs['contacts:census']).toMatchObject({ status: 'partial' })
    silent.remove()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('in a census keeps no later census from its walk', async () => {
    const { portal, sync, clock, contacts, leaveOut } = await mirrored({ census: '24h' })
    leaveOut('batch-read', contacts[0])
    portal.purge('contacts', contacts[0] as string)
    await clock.advance(25 * HOUR)
    await sync.run()
    portal.purge('contacts', contacts[1] as string)
    await clock.advance(25 * HOUR)
    expect((await sync.run()).jobs['contacts:census']).toMatchObject({
      status: 'partial',
      removed: 1,
    })
    expect(await sync.get('contacts', contacts[1] as string)).toBeNull()
  })

  test('in the associations of a touched record is named by the touch, and its hint is kept', async () => {
    const { portal, store, sync, contacts, companies, leaveOut } = await mirrored({
      associationSweep: false,
    })
    const [contact, company] = [contacts[0] as string, companies[0] as string]
    portal.dissociate('contacts', contact, 'companies', company)
    const silent = leaveOut('associations', contact)
    expect(await sync.syncRecords('contacts', [contact])).toMatchObject({ unanswered: [contact] })
    await sync.enqueue([{ object: 'contacts', id: contact }])
    expect(await sync.syncQueued()).toBe(0)
    silent.remove()
    expect(await sync.syncQueued()).toBe(1)
    await expectEqual(portal, store)
  })
})
