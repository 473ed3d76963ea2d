import { companies, createMirrorReader, type HubspotSyncOptions, type Store } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { answerFor } from '../hubspot-host.js'
import { breakingStore } from './support/breaking-store.js'
import { expectEqual } from './support/equality.js'
import { sharedDatabases } from './support/shared-database.js'
import { createWorld, populate } from './support/world.js'

const rarely = { census: '24h', associationSweep: '24h' } as const

describe.each(sharedDatabases)('what was dropped by hand, on $name:', ({ open }) => {
  const begin = async (options: Partial<HubspotSyncOptions> = {}) => {
    const database = open()
    const first = database.store()
    const world = createWorld(first, { ...rarely, ...options })
    const ids = populate(world.portal, { contacts: 12, companies: 4, deals: 4 })
    world.portal.archive('contacts', ids.contacts[11] as string)
    await world.sync.run()
    await first.close()
    // No change window reaches back so far.
    await world.clock.advance(2 * 3_600_000)
    /** A process that is started anew. */
    const process = (more: Partial<HubspotSyncOptions> = {}) => {
      const store = database.store()
      return { store, sync: world.again({ store, ...more }) }
    }
    return { ...world, ids, database, process }
  }

  const names = async (store: Store, portalId: number) =>
    (await store.list(String(portalId), 'contacts', { limit: 100 })).map(
      ({ values }) => values.firstName,
    )

  test('a column is filled again by the next run, without a call', async () => {
    const { portal, database, process } = await begin()
    await database.byHand('ALTER TABLE contacts DROP COLUMN first_name')
    portal.clearCalls()
    const { store, sync } = process()
    expect((await sync.run()).status).toBe('complete')
    expect(await names(store, portal.portalId)).not.toContain(null)
    expect(portal.calls.filter(({ operation }) => operation === 'batch-read')).toEqual([])
    await expectEqual(portal, store)
  })

  test('a column that is not filled yet is not verified as equal', async () => {
    const { database, process } = await begin()
    await database.byHand('ALTER TABLE contacts DROP COLUMN first_name')
    const { sync } = process()
    expect(await sync.verify()).toMatchObject({
      status: 'partial',
      reason: expect.stringContaining('firstname'),
    })
    await sync.run()
    expect((await sync.verify()).status).toBe('equal')
  })

  test('a column is filled again, whoever brought it in place', async () => {
    const { portal, database, process } = await begin()
    await database.byHand('ALTER TABLE contacts DROP COLUMN first_name')
    const reader = createMirrorReader({ store: database.store() })
    await reader.status()
    const { store, sync } = process()
    expect((await sync.run()).status).toBe('complete')
    expect(await names(store, portal.portalId)).not.toContain(null)
  })

  test.each([
    ['before it lands', false],
    ['once it has landed', true],
  ])('a column is filled again, whatever commit a process dies at, %s', async (_, landed) => {
    const { portal, database, process } = await begin()
    for (let at = 1; ; at++) {
      await database.byHand('ALTER TABLE contacts DROP COLUMN first_name')
      const dying = database.store()
      const { sync: first } = process({ store: breakingStore(dying, { at, landed }) })
      const survived = await first.run({ jobs: ['contacts'] }).then(
        ({ status }) => status === 'complete',
        () => false,
      )
      await dying.close()
      const { store, sync } = process()
      expect((await sync.run({ jobs: ['contacts'] })).status).toBe('complete')
      expect(await names(store, portal.portalId)).not.toContain(null)
      await store.close()
      if (survived) break
    }
  })

  test('a column is filled again in every portal of the store', async () => {
    const database = open()
    const first = createWorld(database.store(), {
      ...rarely,
      portalId: 1_001,
      portal: { portalId: 1_001 },
    })
    populate(first.portal, { contacts: 3, companies: 1, deals: 1 })
    await first.sync.run()
    await first.store.close()
    first.close()
    const second = createWorld(database.store(), {
      ...rarely,
      portalId: 1_002,
      portal: { portalId: 1_002 },
    })
    populate(second.portal, { contacts: 3, companies: 1, deals: 1 })
    await second.sync.run()
    await second.store.close()
    await database.byHand(
      'ALTER TABLE contacts DROP COLUMN first_name; DROP TABLE contacts_companies',
    )
    const store = database.store()
    expect((await second.again({ store }).run()).status).toBe('complete')
    await expectEqual(second.portal, store)
    second.close()
    answerFor(first.portal)
    expect(await names(store, 1_001)).toContain(null)
    expect((await first.again({ store }).run()).status).toBe('complete')
    await expectEqual(first.portal, store)
    for (const portalId of [1_001, 1_002]) expect(await names(store, portalId)).not.toContain(null)
  })

  test('the table of a pair is swept before a run is complete', async () => {
    const { portal, database, process } = await begin()
    await database.byHand('DROP TABLE contacts_companies')
    const { store, sync } = process()
    expect((await sync.status()).associations.contacts_companies?.sweptAt).toBeNull()
    expect((await sync.status()).associations.contacts_deals?.sweptAt).not.toBeNull()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('the table of an object is backfilled again, with those of its pairs', async () => {
    const { portal, database, process, ids } = await begin()
    portal.purge('contacts', ids.contacts[5] as string)
    await database.byHand(
      'DROP TABLE contacts_companies; DROP TABLE contacts_deals; DROP TABLE contacts',
    )
    const { store, sync } = process()
    expect((await sync.status()).objects.contacts).toMatchObject({ phase: 'new', active: 0 })
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
    expect((await sync.verify()).status).toBe('equal')
    expect((await sync.run()).status).toBe('complete')
  })

  test('the table of an object has readers of the change feed start again', async () => {
    const { database, process } = await begin()
    const { sync: before, store: old } = process()
    const { cursor } = await before.changes({ after: 'now' })
    await old.close()
    await database.byHand(
      'DROP TABLE contacts_companies; DROP TABLE contacts_deals; DROP TABLE contacts',
    )
    const { sync } = process()
    await sync.run()
    await expect(sync.changes({ after: cursor })).rejects.toMatchObject({ code: 'CURSOR_LOST' })
  })

  test('the table of a far object is backfilled again, with those of its pairs', async () => {
    const { portal, database, process } = await begin()
    await database.byHand(
      'DROP TABLE contacts_companies; DROP TABLE deals_companies; DROP TABLE companies',
    )
    const { store, sync } = process()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test.each(['run', 'status'] as const)(
    'the table of an object alone is refused by %s, which says what to do',
    async (way) => {
      const { database, process, portal } = await begin()
      await database.dropAlone('contacts')
      const { sync } = process()
      await expect(sync[way]()).rejects.toMatchObject({
        code: 'SCHEMA_CONFLICT',
        message: expect.stringMatching(/Drop "contacts_companies", "contacts_deals" too/),
      })
      await database.byHand('DROP TABLE contacts_companies; DROP TABLE contacts_deals')
      const { store, sync: next } = process()
      expect((await next.run()).status).toBe('complete')
      await expectEqual(portal, store)
    },
  )

  test.each([
    ['before it lands', false],
    ['once it has landed', true],
  ])('tables are filled again, whatever commit a process dies at, %s', async (_, landed) => {
    const { portal, database, process } = await begin()
    for (let at = 1; ; at++) {
      const { store: before, sync: reader } = process()
      const { cursor } = await reader.changes({ after: 'now' })
      await before.close()
      await database.byHand(
        'DROP TABLE contacts_companies; DROP TABLE contacts_deals; DROP TABLE contacts',
      )
      const dying = database.store()
      const { sync: first } = process({ store: breakingStore(dying, { at, landed }) })
      const survived = await first.run({ jobs: ['contacts'] }).then(
        ({ jobs }) => jobs.contacts?.error === undefined,
        () => false,
      )
      await dying.close()
      const { store, sync } = process()
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
      await expect(sync.changes({ after: cursor })).rejects.toMatchObject({ code: 'CURSOR_LOST' })
      await store.close()
      if (survived) break
    }
  })

  test('a column is filled again after a run of a process that has other objects', async () => {
    const { portal, database, process } = await begin()
    await database.byHand('ALTER TABLE contacts DROP COLUMN first_name')
    const { store: other, sync: without } = process({ objects: [companies] as never })
    expect((await without.run()).status).toBe('complete')
    await other.close()
    const { store, sync } = process()
    expect((await sync.run()).status).toBe('complete')
    expect(await names(store, portal.portalId)).not.toContain(null)
  })

  test('rows are missed by verify, and mended with repair', async () => {
    const { portal, database, process, ids } = await begin()
    await database.byHand(
      'DELETE FROM contacts_companies; DELETE FROM contacts_deals; DELETE FROM contacts',
    )
    const { store, sync } = process()
    const { status, objects } = await sync.verify()
    expect(status).toBe('different')
    // A contact in the bin may have been archived since.
    expect(objects.contacts?.missing.count).toBe(ids.contacts.length - 1)
    await sync.verify({ repair: true })
    await sync.verify({ repair: true })
    expect((await sync.verify()).status).toBe('equal')
    await expectEqual(portal, store)
  })

  test('associations are missed by verify, and mended with repair', async () => {
    const { portal, database, process } = await begin()
    await database.byHand('DELETE FROM contacts_companies')
    const { store, sync } = process()
    const { status, associations } = await sync.verify()
    expect(status).toBe('different')
    expect(associations.contacts_companies?.missing).toBeGreaterThan(0)
    await sync.verify({ repair: true })
    expect((await sync.verify()).status).toBe('equal')
    await expectEqual(portal, store)
  })

  const own = ['portals', 'checkpoints', 'runs', 'changes', 'tombstones', 'pairs', 'schema']

  test('all tables of hubsync are made again, and every record is read anew', async () => {
    const { portal, database, process, ids } = await begin()
    portal.purge('contacts', ids.contacts[5] as string)
    await database.byHand(own.map((name) => `DROP TABLE sync_${name}`).join(';'))
    await database.byHand('ALTER TABLE contacts DROP COLUMN first_name')
    const { store, sync } = process()
    expect((await sync.run()).status).toBe('complete')
    expect(await names(store, portal.portalId)).not.toContain(null)
    await expectEqual(portal, store)
  })

  test.each(own)('the table sync_%s alone is refused', async (name) => {
    const { database, process } = await begin()
    await database.byHand(`DROP TABLE sync_${name}`)
    const { sync } = process()
    await expect(sync.run()).rejects.toMatchObject({ code: 'SCHEMA_CONFLICT' })
  })

  test.each([
    ['contacts', 'raw'],
    ['contacts', 'source_archived_at'],
    ['contacts', 'synced_at'],
    ['contacts_companies', 'label'],
  ])('a column that hubsync needs is refused: %s.%s', async (table, column) => {
    const { database, process } = await begin()
    await database.byHand(`ALTER TABLE ${table} DROP COLUMN ${column}`)
    const { sync } = process()
    await expect(sync.run()).rejects.toMatchObject({ code: 'SCHEMA_CONFLICT' })
  })
})
