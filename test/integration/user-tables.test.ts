import { companies, contacts, type HubspotSyncOptions } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { expectEqual } from './support/equality.js'
import { sharedDatabases } from './support/shared-database.js'
import { createWorld, populate } from './support/world.js'

const rarely = { census: '24h', associationSweep: '24h' } as const
const HOURS = 2 * 3_600_000

describe.each(sharedDatabases)("tables of the user's own, on $name:", ({ open }) => {
  const begin = async (options: Partial<HubspotSyncOptions> = {}) => {
    const database = open()
    const world = createWorld(database.store(), { ...rarely, ...options })
    const ids = populate(world.portal, { contacts: 12, companies: 4, deals: 4 })
    await world.sync.run()
    await world.clock.advance(HOURS)
    return { ...world, ids, database }
  }

  test('one with foreign keys of the same names as those of a pair keeps its rows', async () => {
    const { database, portal, sync, clock, ids } = await begin()
    const [first = '', second = ''] = ids.contacts
    await database.byHand(`CREATE TABLE introductions (portal_id varchar(40), from_id varchar(40), to_id varchar(40),
  FOREIGN KEY (portal_id, from_id) REFERENCES contacts (portal_id, source_id),
  FOREIGN KEY (portal_id, to_id) REFERENCES contacts (portal_id, source_id));
INSERT INTO introductions VALUES ('${portal.portalId}', '${first}', '${second}')`)
    portal.archive('contacts', first)
    await clock.advance(HOURS)
    expect((await sync.run()).status).toBe('complete')
    expect(await database.lines('introductions')).toHaveLength(1)
    expect((await sync.get('contacts', first))?.status).toBe('ARCHIVED')
  })

  test('a pair that another mirror of the same database has made loses its links with their ends', async () => {
    const { database, portal, again, clock, ids, store } = await begin()
    const few = { objects: [contacts, companies], associations: [] }
    const other = again({ store: database.store(), ...few } as never)
    const [first = ''] = ids.contacts
    portal.archive('contacts', first)
    await clock.advance(HOURS)
    expect((await other.run()).status).toBe('complete')
    expect(
      await store.related(String(portal.portalId), 'contacts_deals', { fromId: first }),
    ).toEqual([])
    expect((await database.lines('contacts_deals')).map(({ from_id }) => from_id)).not.toContain(
      first,
    )
  })

  test('a pair whose table was dropped, and that is not mirrored any more, is passed over', async () => {
    const { database, portal, again, clock, ids } = await begin()
    await database.byHand('DROP TABLE contacts_deals')
    const store = database.store()
    const fewer = { associations: [['contacts', 'companies']] } as Partial<HubspotSyncOptions>
    portal.archive('contacts', ids.contacts[0] as string)
    await clock.advance(HOURS)
    expect((await again({ store, ...fewer }).run()).status).toBe('complete')
    const [line] = await database.lines('contacts')
    expect(line).toBeDefined()
  })

  test('a list that outlived the other tables of hubsync is taken over', async () => {
    const { database, portal, again } = await begin()
    const own = ['portals', 'checkpoints', 'runs', 'changes', 'tombstones', 'schema']
    await database.byHand(own.map((name) => `DROP TABLE sync_${name}`).join(';'))
    const store = database.store()
    expect((await again({ store }).run()).status).toBe('complete')
    await expectEqual(portal, store)
  })
})
