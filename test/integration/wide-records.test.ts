import { companies, contacts, deals, memoryStore } from '@hubsync/core'
import type { Fault } from '@hubsync/emulator'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { HOUR } from './support/mirrored.js'
import { createWorld } from './support/world.js'

/** The number of the portal's own properties of contacts, beside the some 400 of HubSpot. */
const OWN = 870
/** The maximum number of properties that a call may request. */
const WIDEST = 700

const nameOf = (number: number) => `own_property_${number}`

/**
 * A portal whose contacts have more properties than one call returns. Each contact has a value in the first and in the
 * last.
 */
function wideWorld({ people = 130 } = {}) {
  const world = createWorld(memoryStore(), {
    ...{ census: false, associationSweep: false, requestTimeout: '40ms' },
    objects: [contacts.extend({ properties: 'all' }), companies, deals],
  })
  const { portal } = world
  for (let number = 0; number < OWN; number++)
    portal.defineProperty('contacts', { name: nameOf(number), type: 'string' })
  const ids = portal.createMany('contacts', people, (index) => ({
    email: `person.${index}@example.com`,
    [nameOf(0)]: `first of ${index}`,
    [nameOf(OWN - 1)]: `last of ${index}`,
  }))
  const tooWide = (fault: Fault) =>
    portal.fault({
      operation: 'batch-read',
      aboveProperties: WIDEST,
      times: Number.POSITIVE_INFINITY,
      ...fault,
    })
  const readsOfContacts = () =>
    portal.calls.filter(
      ({ operation, objectType }) => operation === 'batch-read' && objectType === 'contacts',
    )
  const propertiesOfReads = () =>
    readsOfContacts().map(({ body }) => (body as { properties: string[] }).properties.length)
  return { ...world, ids, tooWide, readsOfContacts, propertiesOfReads }
}

const ways: Record<string, Fault> = {
  '400': { status: 400, body: { message: 'Too many properties' } },
  '413': { status: 413, body: '' },
  '500': { kind: 'error' },
  'a page of the proxy': { kind: 'html', status: 504 },
  'no reply in time': { kind: 'hang' },
}

describe('records of so many properties that HubSpot answers for none of them', () => {
  test.each(Object.keys(ways))('but by %s are read in parts', async (way) => {
    const { portal, store, sync, tooWide } = wideWorld({ people: 30 })
    tooWide(ways[way] as Fault)
    expect((await sync.run()).jobs.contacts).toMatchObject({ status: 'complete', created: 30 })
    await expectEqual(portal, store)
    const row = await store.list(String(portal.portalId), 'contacts', { limit: 1 })
    expect(row[0]?.raw.properties).toMatchObject({
      [nameOf(0)]: 'first of 0',
      [nameOf(OWN - 1)]: 'last of 0',
    })
  })

  test('are asked for in parts from then on', async () => {
    const { portal, sync, ids, tooWide, propertiesOfReads } = wideWorld({ people: 30 })
    tooWide({ kind: 'error' })
    await sync.run()
    portal.clearCalls()
    await sync.syncRecords('contacts', ids)
    const reads = propertiesOfReads()
    expect(reads).toHaveLength(2)
    expect(Math.max(...reads)).toBeLessThanOrEqual(WIDEST)
  })

  test('are unanswered alone where it is one of them that HubSpot can not answer for', async () => {
    const { portal, store, sync, clock, ids, tooWide } = wideWorld()
    tooWide({ kind: 'error' })
    const ill = ids[77] as string
    portal.fault({ kind: 'error', operation: 'batch-read', holding: [ill], times: 1e9 })
    expect((await sync.run()).jobs.contacts).toMatchObject({
      status: 'partial',
      created: 129,
      reason: expect.stringMatching(/1 record unanswered/),
    })
    portal.clearFaults()
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('leave the run to end soon where HubSpot answers nothing at all', async () => {
    const { portal, sync } = wideWorld()
    portal.fault({ kind: 'error', operation: 'batch-read', times: 1e9 })
    expect((await sync.run({ jobs: ['contacts'] })).jobs.contacts).toMatchObject({
      status: 'failed',
      error: { code: 'HUBSPOT_UNAVAILABLE' },
    })
    expect(portal.calls.length).toBeLessThan(40)
  })
})

test('records that are too much together are asked for in fewer, with all of their properties', async () => {
  const { portal, store, sync, tooWide, propertiesOfReads } = wideWorld()
  tooWide({ kind: 'html', status: 504, above: 20 })
  expect((await sync.run()).status).toBe('complete')
  await expectEqual(portal, store)
  expect(Math.min(...propertiesOfReads())).toBeGreaterThan(OWN)
})

describe('a record that changes from one part to the next', () => {
  test('is read again, until all of its parts are of one version', async () => {
    const { portal, store, sync, clock, ids, tooWide, readsOfContacts } = wideWorld({ people: 3 })
    tooWide({ status: 413, body: '' })
    await sync.run()
    await clock.advance(HOUR)
    portal.update('contacts', ids[1] as string, { firstname: 'New' })
    portal.clearCalls()
    portal.fault({
      ...{ kind: 'misdated', ids: [ids[1] as string], operation: 'batch-read' },
      updatedAt: '2026-06-01T07:59:00.000Z',
    })
    await sync.syncRecords('contacts', ids)
    await expectEqual(portal, store)
    expect(readsOfContacts().map(({ ids }) => ids)).toEqual([3, 3, 1, 1])
  })

  test('is unanswered where it never stands still', async () => {
    const { portal, store, sync, clock, ids, tooWide, propertiesOfReads } = wideWorld({ people: 3 })
    // An odd number of them comes in two parts of different widths.
    if (portal.properties('contacts').length % 2 === 0)
      portal.defineProperty('contacts', { name: nameOf(OWN), type: 'string' })
    tooWide({ status: 413, body: '' })
    await sync.run()
    const [widest = 0, other = 0] = [...new Set(propertiesOfReads())].sort((a, b) => b - a).slice(1)
    expect(widest).toBeGreaterThan(other)
    await clock.advance(HOUR)
    portal.update('contacts', ids[1] as string, { firstname: 'New' })
    // One of the two parts has another date than the other, however often they are read.
    portal.fault({
      ...{ kind: 'misdated', ids: [ids[1] as string], operation: 'batch-read' },
      ...{ aboveProperties: widest - 1, updatedAt: '2026-06-01T07:59:00.000Z', times: 1e9 },
    })
    expect((await sync.run()).jobs.contacts).toMatchObject({
      status: 'partial',
      reason: expect.stringMatching(/1 record unanswered/),
    })
    portal.clearFaults()
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})
