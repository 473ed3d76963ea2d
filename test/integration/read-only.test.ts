import { join } from 'node:path'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import {
  column,
  companies,
  contacts,
  createMirrorReader,
  deals,
  defineObject,
  type HubspotSync,
  type HubspotSyncOptions,
} from '@hubsync/core'
import { createHttpHandler } from '@hubsync/http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readOnlyKinds } from './support/read-only.js'
import { openBeside } from './support/sqlite-connection.js'
import { stores, temporaryFolder } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const rarely = { census: '24h', associationSweep: '24h' } as const

const pets = defineObject({
  type: '2-1234567',
  name: 'pets',
  columns: { name: column.text('name') },
})
const withJobTitle = contacts.extend({ columns: { jobTitle: column.text('jobtitle') } })
const wider = {
  objects: [withJobTitle, companies, deals, pets],
  associations: [
    ['contacts', 'companies'],
    ['contacts', 'pets'],
  ],
} as unknown as Pick<HubspotSyncOptions, 'objects' | 'associations'>

describe.each(readOnlyKinds)('on $name,', ({ open }) => {
  const begin = async () => {
    const { writer, freeze } = await open()
    const world = createWorld(writer, rarely)
    const ids = populate(world.portal, { contacts: 6, companies: 2, deals: 2 })
    expect((await world.sync.run()).status).toBe('complete')
    await world.clock.advance(2 * 3_600_000)
    world.portal.update('contacts', ids.contacts[0] as string, { firstname: 'Later' })
    await world.clock.advance(2 * 3_600_000)
    expect((await world.sync.run()).status).toBe('complete')
    return { ...world, ids, open: await freeze() }
  }

  test('a mirror is read in every way', async () => {
    const { ids, open } = await begin()
    const [id = ''] = ids.contacts
    const reader = createMirrorReader({ store: open() })
    expect((await reader.list('contacts')).results).toHaveLength(6)
    expect(await reader.get('contacts', id)).toMatchObject({ firstName: 'Later' })
    expect(await reader.related('contacts', id, 'companies')).toHaveLength(1)
    expect((await reader.changes()).results).toMatchObject([{ kind: 'updated', id }])
    expect((await reader.status()).objects.contacts).toMatchObject({ active: 6, phase: 'changes' })
    expect(await reader.runs()).toHaveLength(2)
    expect(await reader.running()).toEqual([])
    expect(await reader.completeUpTo('contacts')).not.toBeNull()
    expect(await reader.resolve('contacts', id)).toBe(id)
  })

  test('a column that no run has made yet is null', async () => {
    const { ids, open } = await begin()
    const store = open()
    const reader = createMirrorReader({ store, objects: [withJobTitle] })
    const [id = ''] = ids.contacts
    expect(await reader.get('contacts', id)).toMatchObject({ firstName: 'Later', jobTitle: null })
  })

  test('a mirror is shown over HTTP', async () => {
    const { ids, open } = await begin()
    const { fetch } = createHttpHandler({ store: open(), auth: 'all' })
    for (const path of [
      ...['/health', '/status', '/changes', '/contacts', `/contacts/${ids.contacts[0]}`],
      ...['/companies', '/deals', '/etl/hubspot/runs', '/'],
    ]) {
      const headers = { authorization: 'Bearer all' }
      const reply = await fetch(new Request(`http://crm.example${path}`, { headers }))
      expect([path, reply.status]).toEqual([path, 200])
    }
  })

  test('a backfill is priced', async () => {
    const { again, open } = await begin()
    expect(await again({ store: open() }).plan()).toMatchObject({ rows: 10 })
  })

  test.each<[string, (sync: HubspotSync, id: string) => Promise<unknown>]>([
    ['verify', (sync) => sync.verify()],
    ['run', (sync) => sync.run()],
    ['syncRecords', (sync, id) => sync.syncRecords('contacts', [id])],
    ['syncQueued', (sync) => sync.syncQueued()],
    ['refreshProperties', (sync) => sync.refreshProperties({ properties: 'calculated' })],
  ])('%s is refused before HubSpot is asked, with what it needs', async (_, way) => {
    const { again, open, portal, ids } = await begin()
    portal.clearCalls()
    const sync = again({ store: open() }) as unknown as HubspotSync
    await expect(way(sync, ids.contacts[0] as string)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/Expected a writable|all rights on the tables/),
    })
    expect(portal.calls).toHaveLength(0)
  })

  test('hints are refused, with what they need', async () => {
    const { again, ids, open } = await begin()
    const hints = [{ object: 'contacts', id: ids.contacts[0] as string }]
    await expect(again({ store: open() }).enqueue(hints)).rejects.toMatchObject({
      code: 'STORE_FAILED',
    })
  })
})

describe.each(stores)('on $name, of what no run has made yet,', ({ place }) => {
  const begin = async () => {
    const open = place()
    const world = createWorld(open(), rarely)
    const ids = populate(world.portal, { contacts: 3, companies: 2, deals: 1 })
    await world.sync.run()
    const store = open()
    const reader = createMirrorReader({ store, ...wider } as never) as ReturnType<
      typeof createMirrorReader
    >
    return { ...world, ids, store, reader, id: ids.contacts[0] as string }
  }

  test('a column is null', async () => {
    const { reader, id } = await begin()
    expect(await reader.get('contacts', id)).toMatchObject({ firstName: 'First 0', jobTitle: null })
    const { results } = await reader.list('contacts')
    expect(results.map((row) => (row as Record<string, unknown>).jobTitle)).toEqual([
      null,
      null,
      null,
    ])
    const [company] = await reader.related('contacts', id, 'companies')
    expect(company?.record).toMatchObject({ name: 'Company 0' })
  })

  test('the rows of an object, and those linked by a pair, are refused by name', async () => {
    const { reader, id } = await begin()
    for (const read of [
      () => reader.list('pets' as never),
      () => reader.get('pets' as never, '1'),
      () => reader.resolve('pets' as never, '1'),
    ])
      await expect(read()).rejects.toMatchObject({
        code: 'NOT_MIRRORED',
        message: expect.stringContaining('"pets"'),
      })
    await expect(reader.related('contacts', id, 'pets' as never)).rejects.toMatchObject({
      code: 'NOT_MIRRORED',
      message: expect.stringContaining('"contacts_pets"'),
    })
  })

  test('the status tells that it was never read', async () => {
    const { reader } = await begin()
    const { objects, associations } = await reader.status()
    expect(objects.pets).toMatchObject({ phase: 'new', active: 0, completeUpTo: null })
    expect(objects.contacts).toMatchObject({ phase: 'changes', active: 3 })
    expect(associations.contacts_pets?.sweptAt).toBeNull()
    expect(await reader.completeUpTo('pets' as never)).toBeNull()
  })

  test('reading makes nothing', async () => {
    const { reader, store, id } = await begin()
    await reader.get('contacts', id)
    await reader.list('contacts')
    await reader.changes()
    await reader.status()
    const jobTitle = { name: 'jobTitle', sqlName: 'job_title', kind: 'text', property: 'jobtitle' }
    const missing = await store.missing({
      objects: [
        { name: 'contacts', type: 'contacts', columns: [jobTitle as never] },
        { name: 'pets', type: pets.type, columns: [] },
      ],
      pairs: [{ name: 'contacts_pets', from: 'contacts', to: 'pets' }],
    })
    expect(missing).toEqual({
      objects: ['pets'],
      pairs: ['contacts_pets'],
      columns: [{ object: 'contacts', column: 'jobTitle' }],
    })
  })

  test('a run makes it, and whoever has the mirror open reads it from then on', async () => {
    const { again, clock, portal, reader, id } = await begin()
    expect(await reader.get('contacts', id)).toMatchObject({ jobTitle: null })
    portal.defineObject({
      typeId: pets.type,
      name: 'pets',
      properties: [{ name: 'name', type: 'string' }],
      associatedObjects: ['contacts'],
    })
    const [pet = ''] = portal.createMany(pets.type, 1, () => ({ name: 'Rex' }))
    portal.associate('contacts', id, pets.type, pet)
    await clock.advance(2 * 3_600_000)
    portal.update('contacts', id, { jobtitle: 'Q' })
    await clock.advance(2 * 3_600_000)
    await again(wider as never).run()
    expect(await reader.get('contacts', id)).toMatchObject({ jobTitle: 'Q' })
    expect((await reader.list('pets' as never)).results).toMatchObject([{ name: 'Rex' }])
    expect(await reader.related('contacts', id, 'pets' as never)).toHaveLength(1)
  })
})

test.each(['better-sqlite3', 'node:sqlite'] as const)(
  'a file is read while another connection writes it, on %s',
  async (driver) => {
    const file = join(temporaryFolder(), 'hubspot.db')
    const { portal, sync, store } = createWorld(sqliteStore({ file, driver }), rarely)
    populate(portal, { contacts: 3, companies: 1, deals: 1 })
    await sync.run()
    await store.close()
    const other = openBeside(driver, file)
    onTestFinished(() => void other.close())
    other.exec('BEGIN IMMEDIATE')
    const reader = createMirrorReader({ store: sqliteStore({ file, driver }) })
    onTestFinished(() => reader.close())
    expect((await reader.list('contacts')).results).toHaveLength(3)
  },
)

test('a file that is only read keeps its mode', async () => {
  const file = join(temporaryFolder(), 'hubspot.db')
  const { portal, sync, store } = createWorld(sqliteStore({ file }), rarely)
  populate(portal, { contacts: 3, companies: 1, deals: 1 })
  await sync.run()
  await store.close()
  const mode = (sql: string) => {
    const database = openBeside('better-sqlite3', file)
    const line = database.prepare(sql).get()
    database.close()
    return line
  }
  mode('PRAGMA journal_mode = DELETE')
  const reader = createMirrorReader({ store: sqliteStore({ file }) })
  expect((await reader.list('contacts')).results).toHaveLength(3)
  await reader.close()
  expect(mode('PRAGMA journal_mode')).toEqual({ journal_mode: 'delete' })
})
