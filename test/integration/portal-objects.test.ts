import {
  createHubspotSync,
  createMirrorReader,
  memoryStore,
  type ObjectDefinition,
  type Store,
} from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { answerFor } from '../hubspot-host.js'
import { createQuickClock } from '../quick-clock.js'
import { storesWithoutSqlJs } from './support/stores.js'

const always = Number.POSITIVE_INFINITY

/** How many records HubSpot says that a portal has, by type id. */
interface Counts {
  own: Record<string, number>
  custom?: Record<string, number>
}

/** A reply with these counts, as HubSpot's specification has it; 403 without any. */
function countsReply(counts: Counts | undefined): Response {
  if (!counts) return Response.json({}, { status: 403 })
  const listed = (usages: Record<string, number> = {}) =>
    Object.entries(usages).map(([objectTypeId, usage]) => ({ objectTypeId, usage, limit: 1e6 }))
  return Response.json({
    hubspotDefinedObjectTypes: listed(counts.own),
    customObjectTypes: { overallLimit: 1e6, byObjectType: listed(counts.custom) },
  })
}

/** A portal whose counts of records a test sets, and a mirror of all that it has. */
function mirrorOf(store: Store) {
  const clock = createQuickClock({ now: '2026-06-01T08:00:00.000Z' })
  const portal = createPortal({ seed: 7, clock, limits: false })
  const told: { counts: Counts | undefined; asked: number } = { counts: undefined, asked: 0 }
  const fetch = async (request: Request) => {
    if (!/\/limits\/.*records/.test(request.url)) return portal.fetch(request)
    told.asked++
    return countsReply(told.counts)
  }
  answerFor(Object.create(portal, { fetch: { value: fetch } }))
  const limits = { burst: 1e9, search: 1e9, associations: 1e9 }
  const open = (more: object = {}) =>
    createHubspotSync<readonly ObjectDefinition[]>({
      objects: 'all',
      accessToken: portal.token,
      store,
      clock,
      limits,
      ...more,
    })
  return { portal, clock, told, open, sync: open() }
}

const names = (sync: { objects: readonly { name: string }[] }) =>
  sync.objects.map(({ name }) => name)

describe.each(storesWithoutSqlJs)("objects: 'all' on $name", ({ open: openStore }) => {
  test('mirrors what the portal has records of, and the links of its custom objects', async () => {
    const { portal, told, sync } = mirrorOf(openStore())
    portal.defineObject({ typeId: '2-7', name: 'Pets', associatedObjects: ['contacts'] })
    portal.defineObject({ typeId: '2-8', name: 'empty' })
    const contact = portal.create('contacts', { email: 'ada@example.com' })
    const ticket = portal.create('tickets', { subject: 'Broken' })
    const pet = portal.create('2-7', {})
    portal.associate('contacts', contact, 'tickets', ticket)
    portal.associate('contacts', contact, '2-7', pet)
    told.counts = { own: { '0-1': 1, '0-5': 1, '0-2': 0 }, custom: { '2-7': 1, '2-8': 0 } }
    expect(sync.objects).toEqual([])
    expect((await sync.run()).status).toBe('complete')
    expect(names(sync)).toEqual(['contacts', 'tickets', 'pets'])
    expect(sync.jobs).toContain('pets:census')
    expect(await sync.related('contacts', contact, 'tickets')).toMatchObject([
      { record: { subject: 'Broken' } },
    ])
    expect(await sync.related('pets', pet, 'contacts')).toMatchObject([{ record: { id: contact } }])
    await sync.close()
    await expect(sync.run()).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('has the calls that found the objects in the report of the first run alone', async () => {
    const { portal, told, sync, clock } = mirrorOf(openStore())
    portal.create('contacts', {})
    told.counts = { own: { '0-1': 1 } }
    const asked = () => portal.calls.length + told.asked
    const { calls } = await sync.run()
    expect(calls).toBe(asked())
    await clock.advance(60_000)
    const before = asked()
    const next = await sync.run()
    expect(next.calls).toBe(asked() - before)
  })

  test('keeps a type whose last record is gone, so that its row goes too', async () => {
    const { portal, told, open, sync, clock } = mirrorOf(openStore())
    const ticket = portal.create('tickets', {})
    portal.create('contacts', {})
    told.counts = { own: { '0-1': 1, '0-5': 1 } }
    await sync.run()
    portal.archive('tickets', ticket)
    told.counts = { own: { '0-1': 1, '0-5': 0 } }
    await clock.advance(60_000)
    const later = open()
    await later.run()
    expect(names(later)).toEqual(['contacts', 'tickets'])
    expect(await later.get('tickets', ticket)).toMatchObject({ status: 'ARCHIVED' })
  })

  test('leaves out a custom type that HubSpot no longer has: its rows stay, and status() says so', async () => {
    const { portal, told, open, pet, contact, store } = await withPets(openStore())
    portal.archiveObject('2-7')
    told.counts = { own: { '0-1': 1 } }
    const later = open()
    expect((await later.run()).status).toBe('complete')
    expect(later.jobs).not.toContain('pets')
    for (const mirror of [later, open(), createMirrorReader({ objects: 'all', store })]) {
      expect((await mirror.status()).objects).toMatchObject({
        ...{ contacts: { phase: 'changes' }, pets: { phase: 'gone', active: 1 } },
      })
      expect((await mirror.status()).lastError).toBeNull()
      expect(await mirror.related('contacts', contact, 'pets')).toMatchObject([
        { record: { id: pet } },
      ])
    }
  })

  test('mirrors a custom type again that has come back', async () => {
    const { portal, told, open, pet } = await withPets(openStore())
    portal.archiveObject('2-7')
    told.counts = { own: { '0-1': 1 } }
    await open().run()
    portal.restoreObject('2-7')
    portal.archive('2-7', pet)
    const later = open()
    expect((await later.run()).status).toBe('complete')
    expect((await later.status()).objects.pets).toMatchObject({ phase: 'changes', archived: 1 })
  })

  test('is read from the store alone, with the columns and pairs of its custom objects', async () => {
    const store = openStore()
    const { portal, told, open, sync } = mirrorOf(store)
    portal.defineObject({
      ...{ typeId: '2-7', name: 'Pets', associatedObjects: ['contacts'] },
      properties: [{ name: 'call_name', type: 'string' }],
      primaryDisplayProperty: 'call_name',
    })
    const contact = portal.create('contacts', { email: 'ada@example.com' })
    const pet = portal.create('2-7', { call_name: 'Rex' })
    portal.associate('contacts', contact, '2-7', pet)
    told.counts = { own: { '0-1': 1 }, custom: { '2-7': 1 } }
    await sync.run()
    const calls = portal.calls.length
    const readers = [
      open(),
      createMirrorReader<readonly ObjectDefinition[]>({ objects: 'all', store }),
    ]
    for (const reader of readers) {
      expect(await reader.related('contacts', contact, 'pets')).toMatchObject([
        { record: { id: pet, name: 'Rex' } },
      ])
      expect(Object.keys((await reader.status()).objects)).toEqual(['contacts', 'pets'])
      expect(names(reader)).toEqual(['contacts', 'pets'])
      expect(reader.pairs).toEqual([['pets', 'contacts']])
    }
    expect(portal.calls).toHaveLength(calls)
  })
})

/** A mirror of a contact and a pet, which are linked. */
async function withPets(store: Store) {
  const world = mirrorOf(store)
  const { portal, told, clock, sync } = world
  portal.defineObject({ typeId: '2-7', name: 'Pets', associatedObjects: ['contacts'] })
  const contact = portal.create('contacts', {})
  const pet = portal.create('2-7', {})
  portal.associate('contacts', contact, '2-7', pet)
  told.counts = { own: { '0-1': 1 }, custom: { '2-7': 1 } }
  expect((await sync.run()).status).toBe('complete')
  await clock.advance(25 * 3_600_000)
  return { ...world, store, contact, pet }
}

describe("objects: 'all'", () => {
  test.each([
    ['refused', { status: 403, body: {} }],
    ['cut', { status: 200, body: { results: [], paging: { next: { after: '1' } } } }],
  ])('keeps a custom type while the list of schemas is %s', async (_, reply) => {
    const { portal, told, open } = await withPets(memoryStore())
    told.counts = { own: { '0-1': 1 } }
    portal.fault({ operation: 'schemas', ...reply, times: 1 })
    const later = open()
    expect((await later.run()).jobs.pets).toMatchObject({ status: 'complete' })
    expect((await later.status()).objects.pets).toMatchObject({ phase: 'changes' })
  })

  test('keeps a custom type that no schema names while HubSpot counts records of it', async () => {
    const { portal, open } = await withPets(memoryStore())
    portal.fault({ operation: 'schemas', status: 200, body: { results: [] }, times: 1 })
    expect((await open().run()).jobs.pets).toMatchObject({ status: 'complete' })
  })

  test('keeps a custom type that no schema names while HubSpot has its records', async () => {
    const { portal, told, open } = await withPets(memoryStore())
    told.counts = { own: { '0-1': 1 } }
    portal.fault({ operation: 'schemas', status: 200, body: { results: [] }, times: 1 })
    const later = open()
    expect((await later.run()).jobs.pets).toMatchObject({ status: 'complete' })
    expect((await later.status()).objects.pets).toMatchObject({ phase: 'changes' })
  })

  test('mirrors a type whose list begins with an empty page', async () => {
    const { portal, sync } = mirrorOf(memoryStore())
    portal.create('contacts', {})
    portal.create('tickets', {})
    const body = { results: [], paging: { next: { after: '1' } } }
    portal.fault({ operation: 'list', status: 200, body, times: 1 })
    expect((await sync.run()).status).toBe('complete')
    expect(names(sync)).toEqual(['contacts', 'tickets'])
  })

  test.each([
    ['refused', { status: 403, body: {} }],
    ['cut', { status: 200, body: { results: [], paging: { next: { after: '1' } } } }],
  ])(
    'leaves out what is known to be gone also while the list of schemas is %s',
    async (_, reply) => {
      const { portal, told, open } = await withPets(memoryStore())
      portal.archiveObject('2-7')
      told.counts = { own: { '0-1': 1 } }
      await open().run()
      portal.fault({ operation: 'schemas', ...reply, times: 1 })
      const later = open()
      await later.run({ jobs: ['contacts'] })
      expect(later.jobs).not.toContain('pets')
      expect((await later.status()).objects.pets).toMatchObject({ phase: 'gone' })
    },
  )

  test('says in the job of a custom type that is deleted meanwhile that HubSpot does not have it', async () => {
    const { portal, sync } = await withPets(memoryStore())
    portal.archiveObject('2-7')
    const { jobs } = await sync.run()
    expect(jobs.contacts?.status).toBe('complete')
    expect(jobs.pets).toMatchObject({
      ...{ status: 'failed', error: { code: 'HUBSPOT_REJECTED' } },
    })
    expect(jobs.pets?.error?.message).toMatch(/no object of the type 2-7.*deleted/)
  })

  test('finds the same by the counts that the emulator gives', async () => {
    const clock = createQuickClock({ now: '2026-06-01T08:00:00.000Z' })
    const portal = createPortal({ seed: 7, clock, limits: false })
    answerFor(portal)
    for (const type of ['contacts', 'invoices', 'notes']) portal.create(type, {})
    const given = { accessToken: portal.token, store: memoryStore(), clock }
    const sync = createHubspotSync<readonly ObjectDefinition[]>({ objects: 'all', ...given })
    expect((await sync.run()).status).toBe('complete')
    expect(names(sync)).toEqual(['contacts', 'notes', 'invoices'])
  })

  test('looks into the list of each type that HubSpot does not count', async () => {
    const { portal, sync } = mirrorOf(memoryStore())
    portal.create('companies', {})
    portal.create('calls', {})
    portal.fault({ path: /\/objects\/2026-03\/leads/, status: 403, body: {}, times: always })
    await sync.plan()
    expect(names(sync)).toEqual(['companies', 'calls'])
  })

  test('fails with the scope if the portal has custom objects that the token may not see', async () => {
    const { portal, told, sync } = mirrorOf(memoryStore())
    told.counts = { own: { '0-1': 1 }, custom: { '2-7': 5 } }
    portal.fault({ kind: 'missing-scope', path: /schemas/ })
    await expect(sync.run()).rejects.toMatchObject({ code: 'MISSING_SCOPE' })
    expect((await sync.run()).status).toBe('complete')
  })

  test('fails if HubSpot lists only a part of the custom objects', async () => {
    const { portal, told, sync } = mirrorOf(memoryStore())
    told.counts = { own: { '0-1': 1 } }
    const body = { results: [], paging: { next: { after: '1' } } }
    portal.fault({ path: /schemas/, status: 200, body, times: always })
    await expect(sync.run()).rejects.toMatchObject({ code: 'HUBSPOT_REPLY' })
  })

  test('has a type of which the token lacks the scope, and says so in its job', async () => {
    const { portal, told, sync } = mirrorOf(memoryStore())
    told.counts = { own: { '0-1': 1, '0-136': 3 } }
    portal.create('contacts', {})
    portal.fault({ path: /\/leads/, status: 403, body: {}, times: always })
    const { jobs } = await sync.run()
    expect(jobs).toMatchObject({
      contacts: { status: 'complete' },
      leads: { status: 'failed', error: { code: 'MISSING_SCOPE' } },
    })
  })

  test('asks for the portal once, and again after it could not be asked', async () => {
    const { portal, told, sync } = mirrorOf(memoryStore())
    told.counts = { own: { '0-1': 1 } }
    portal.create('contacts', {})
    portal.fault({ path: /account-info/, status: 400, body: {} })
    await expect(sync.run()).rejects.toMatchObject({ code: 'HUBSPOT_REJECTED' })
    await sync.run()
    // Once for the objects, and once for the catalogue.
    expect(told.asked).toBe(2)
    await Promise.all([sync.run(), sync.list('contacts'), sync.status()])
    expect(told.asked).toBe(2)
  })

  test('is not mirrored before the first run, for a read, which does not ask HubSpot', async () => {
    const { portal, told, sync } = mirrorOf(memoryStore())
    told.counts = { own: { '0-1': 1 } }
    portal.create('contacts', {})
    for (const read of [sync.status(), sync.list('contacts'), sync.get('pets', '1')])
      await expect(read).rejects.toMatchObject({ code: 'NOT_MIRRORED' })
    expect(portal.calls).toHaveLength(0)
    await sync.run()
    expect(await sync.list('contacts')).toMatchObject({ results: [{}] })
  })

  test('runs with the objects that the mirror has while HubSpot cannot be asked for more', async () => {
    const { portal, told, open, sync } = mirrorOf(memoryStore())
    told.counts = { own: { '0-1': 1 } }
    portal.create('contacts', {})
    await sync.run()
    const later = open()
    portal.fault({ kind: 'daily', times: always })
    expect((await later.run()).status).toBe('partial')
    expect(names(later)).toEqual(['contacts'])
  })

  test('is closed with what is under way', async () => {
    const { portal, told, sync } = mirrorOf(memoryStore())
    told.counts = { own: { '0-1': 1 } }
    portal.create('contacts', {})
    await sync.run()
    const watching = sync.watch({ every: '1h', signal: new AbortController().signal })
    await sync.close()
    await watching
    await expect(sync.status()).rejects.toMatchObject({ code: 'CLOSED' })
  })

  test('checks its options before anything is asked, and takes no pairs', () => {
    const { open } = mirrorOf(memoryStore())
    expect(() => open({ overlap: 'soon' })).toThrow(/`overlap`/)
    expect(() => open({ associations: [['contacts', 'pets']] })).toThrow(/associations/)
  })

  test('has the names of any objects in its types', () => {
    const { sync } = mirrorOf(memoryStore())
    expectTypeOf(sync.get).parameter(0).toEqualTypeOf<string>()
  })
})
