import { memoryStore } from '@hubsync/core'
import type { Fault, PortalOptions } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR } from './support/mirrored.js'
import { createWorld, populate } from './support/world.js'

/** Nothing that would repair by itself what was lost. */
const alone = { census: false, associationSweep: false } as const

const ways: Record<string, Partial<Fault>> = {
  '500': { kind: 'error' },
  'a page of the proxy': { kind: 'html', status: 504 },
  '400': { status: 400, body: { message: 'Invalid input' } },
  '413': { status: 413, body: '' },
  'no reply in time': { kind: 'hang' },
  'a reply that breaks off': { kind: 'truncated' },
}

/** A portal, and a mirror of it that gives each call little time. */
function hastyWorld({
  portal = {},
  ...size
}: {
  contacts?: number
  companies?: number
  deals?: number
  portal?: PortalOptions
} = {}) {
  const world = createWorld(memoryStore(), { ...alone, requestTimeout: '40ms', portal })
  const ids = populate(world.portal, { contacts: 250, companies: 4, deals: 4, ...size })
  return { ...world, ...ids }
}

const everywhere = ['list', 'batch-read', 'associations'] as const

describe('one record', () => {
  test.each(Object.keys(ways))(
    'whose pages are answered by %s keeps no other from the list',
    async (way) => {
      const { portal, store, sync, contacts } = hastyWorld()
      const ill = contacts[137] as string
      const fault = { ...ways[way], holding: [ill], times: Infinity }
      const unlisted = portal.fault({ ...fault, operation: 'list' })
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
      unlisted.remove()
    },
  )

  test.each(Object.keys(ways))(
    'that is answered by %s wherever it is asked for is unanswered alone',
    async (way) => {
      const { portal, store, sync, clock, contacts } = hastyWorld()
      const ill = contacts[137] as string
      for (const operation of everywhere)
        portal.fault({ ...ways[way], holding: [ill], operation, times: Infinity })
      for (let time = 0; time < 2; time++)
        expect((await sync.run()).jobs.contacts).toMatchObject({
          status: 'partial',
          reason: expect.stringMatching(/1 record unanswered/),
        })
      expect(await store.counts(String(portal.portalId))).toMatchObject({
        contacts: { active: 249 },
      })
      portal.clearFaults()
      await clock.advance(HOUR)
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    },
  )
})

describe('records that HubSpot can not list', () => {
  test.each([
    ['the first ones', [0, 1, 2]],
    ['the last one', [249]],
    ['neighbours', [98, 99, 100, 102]],
    ['one that a page ends with, and one that a page begins with', [99, 200]],
  ])('are read by their ids, be they %s', async (_, places) => {
    const { portal, store, sync, contacts } = hastyWorld()
    const ill = places.map((place) => contacts[place] as string)
    portal.fault({ kind: 'error', holding: ill, operation: 'list', times: Infinity })
    expect((await sync.run()).jobs.contacts).toMatchObject({ status: 'complete', created: 250 })
    await expectEqual(portal, store)
  })

  test('are read by their ids where the list is read from several ids at once', async () => {
    const { portal, store, sync, contacts } = hastyWorld({ contacts: 3_000 })
    const ill = [0, 750, 1_500, 1_501, 2_250, 2_999].map((place) => contacts[place] as string)
    portal.fault({ kind: 'error', holding: ill, operation: 'list', times: Infinity })
    expect((await sync.run()).jobs.contacts).toMatchObject({ status: 'complete', created: 3_000 })
    await expectEqual(portal, store)
  })

  test('leave every run partial, and are read once they are listed, where nothing tells the ids of them all', async () => {
    const { portal, store, sync, clock, contacts } = hastyWorld()
    // More than a page of a search.
    const ill = contacts.slice(0, 230)
    portal.fault({ kind: 'error', holding: ill, operation: 'list', times: Infinity })
    for (let time = 0; time < 3; time++) {
      await clock.advance(HOUR)
      expect((await sync.run()).jobs.contacts).toMatchObject({
        status: 'partial',
        reason: expect.stringMatching(/ids are unknown/),
      })
    }
    expect((await sync.status()).objects.contacts).toMatchObject({ unanswered: 1 })
    portal.clearFaults()
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('leave a verification partial that went on after it had passed them', async () => {
    const { portal, sync, contacts } = hastyWorld()
    expect((await sync.run()).status).toBe('complete')
    const ill = contacts.slice(0, 230)
    const fault = portal.fault({ kind: 'error', holding: ill, operation: 'list', times: Infinity })
    expect((await sync.verify({ maxCalls: 150 })).status).toBe('partial')
    fault.remove()
    const statuses: string[] = []
    while (statuses.at(-1) !== 'equal') statuses.push((await sync.verify()).status)
    expect(statuses).toEqual(['partial', 'equal'])
  })

  test('are read by their ids where they lie in the bin', async () => {
    const { portal, store, sync, contacts } = hastyWorld()
    for (const id of contacts.slice(0, 150)) portal.archive('contacts', id)
    const ill = [contacts[70] as string, contacts[149] as string]
    portal.fault({ kind: 'error', holding: ill, operation: 'list', times: Infinity })
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('and that are the first of a bin, which no search can name, keep no other out of it', async () => {
    const { portal, store, sync, contacts } = hastyWorld()
    for (const id of contacts.slice(0, 150)) portal.archive('contacts', id)
    const ill = [contacts[0] as string, contacts[2] as string]
    portal.fault({ kind: 'error', holding: ill, operation: 'list', times: Infinity })
    expect((await sync.run()).jobs['contacts:archived']).toMatchObject({
      status: 'partial',
      reason: expect.stringMatching(/1 entries whose ids are unknown/),
    })
    expect((await store.counts(String(portal.portalId))).contacts?.archived).toBeGreaterThan(146)
    portal.clearFaults()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('are read by their ids where HubSpot compares ids as text, or the run says that some may be missing', async () => {
    const { portal, store, sync } = hastyWorld({ portal: { idOrder: 'text' } })
    const short = ['7', '15', '103'].map((id) => portal.create('contacts', {}, { id }))
    portal.fault({ kind: 'error', holding: ['7', '103'], operation: 'list', times: Infinity })
    const { status } = (await sync.run()).jobs.contacts ?? {}
    const here = await Promise.all(
      short.map((id) => store.get(String(portal.portalId), 'contacts', id)),
    )
    expect(status === 'partial' || here.every((row) => row !== null)).toBe(true)
  })

  test('are compared all the same', async () => {
    const { portal, store, sync, contacts } = hastyWorld()
    expect((await sync.run()).status).toBe('complete')
    const ill = [contacts[0] as string, contacts[137] as string]
    portal.fault({ kind: 'error', holding: ill, operation: 'list', times: Infinity })
    expect(await sync.verify()).toMatchObject({
      status: 'equal',
      objects: { contacts: { compared: 250 } },
    })
    expect((await sync.run({ jobs: ['contacts:census'] })).status).toBe('complete')
    await expectEqual(portal, store)
  })
})

describe('batches that are too heavy for HubSpot to answer', () => {
  test('are asked for in parts, and no larger ones after that', async () => {
    const { portal, store, sync } = hastyWorld({ contacts: 2_000, companies: 500 })
    const heavy = portal.fault({
      ...{ kind: 'html', status: 504, operation: 'associations' },
      ...{ above: 200, times: Infinity },
    })
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
    const before = heavy.met
    expect(before).toBeGreaterThan(0)
    expect((await sync.run({ jobs: ['associations'] })).status).toBe('complete')
    expect(heavy.met).toBe(before)
  })

  test('are listed in parts, and no larger ones after that', async () => {
    const { portal, store, sync } = hastyWorld({ contacts: 3_000 })
    const heavy = portal.fault({ kind: 'error', operation: 'list', above: 30, times: Infinity })
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
    const pages = portal.calls.filter(({ status, results }) => status === 200 && results === 25)
    expect(pages.length).toBeGreaterThan(100)
    expect(heavy.met).toBeLessThan(1.5 * pages.length)
  })

  test('are asked for whole again once HubSpot can answer them', async () => {
    const { portal, sync } = hastyWorld({ contacts: 6_000 })
    portal.fault({ kind: 'error', operation: 'list', above: 60, times: 8 })
    expect((await sync.run()).status).toBe('complete')
    const limits = portal.calls
      .filter(({ operation, objectType }) => operation === 'list' && objectType === 'contacts')
      .map(({ limit }) => limit)
    expect(limits).toContain(50)
    expect(limits.slice(-20)).toContain(100)
  })
})

describe('an outage of HubSpot', () => {
  test.each([
    ['everything', {}],
    ['the lists', { operation: 'list' }],
    ['the associations', { operation: 'associations' }],
    ['the records by their ids', { operation: 'batch-read' }],
  ] as const)('of %s ends soon, and is taken for nothing else', async (_, match) => {
    const { portal, store, sync, clock, contacts } = hastyWorld({ contacts: 1_500 })
    expect((await sync.run()).status).toBe('complete')
    await clock.advance(2 * HOUR)
    for (const id of contacts) portal.update('contacts', id, { firstname: 'changed' })
    await clock.advance(HOUR)
    const before = clock.now()
    const outage = portal.fault({ kind: 'html', status: 503, ...match, times: Infinity })
    portal.clearCalls()
    const report = await sync.run().catch((error) => error)
    expect(
      String(report.code ?? Object.values(report.jobs as object).map((job) => job.error?.code)),
    ).toContain('HUBSPOT_UNAVAILABLE')
    expect(outage.met).toBeLessThan(120)
    expect(clock.now() - before).toBeLessThan(3 * 60_000)
    expect((await sync.status()).objects.contacts).toMatchObject({ unanswered: 0 })
    outage.remove()
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('is told from records that alone can not be answered, however many are asked for again', async () => {
    const { portal, store, sync, contacts } = hastyWorld()
    const ill = [3, 4, 90, 91, 92, 249].map((place) => contacts[place] as string)
    for (const operation of everywhere)
      portal.fault({ kind: 'error', holding: ill, operation, times: Infinity })
    for (let time = 0; time < 2; time++)
      expect((await sync.run()).jobs.contacts).toMatchObject({
        status: 'partial',
        reason: expect.stringMatching(/6 records unanswered/),
      })
    portal.clearFaults()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})
