import { companies, contacts, type HubspotSyncOptions } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { breakingStore } from './support/breaking-store.js'
import { expectEqual } from './support/equality.js'
import { sharedDatabases } from './support/shared-database.js'
import { createWorld, populate } from './support/world.js'

const stateOf = ({ source_id, source_status }: Record<string, unknown>) =>
  `${source_id} ${source_status}`

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
    const [first = ''] = ids.contacts
    portal.archive('contacts', first)
    await clock.advance(HOURS)
    expect((await again({ store, ...fewer }).run()).status).toBe('complete')
    expect((await database.lines('contacts')).map(stateOf)).toContain(`${first} ARCHIVED`)
  })

  test('a pair that had left the definitions before there was a list loses its links with their ends', async () => {
    const { database, portal, again, clock } = await begin()
    await database.byHand('DROP TABLE sync_pairs; DELETE FROM sync_schema WHERE version >= 4')
    const store = database.store()
    const few = { objects: [contacts, companies], associations: [['contacts', 'companies']] }
    const sync = again({ store, ...few, census: 0 } as never)
    const [link] = await database.lines('contacts_deals')
    const linked = String(link?.from_id)
    portal.purge('contacts', linked)
    await clock.advance(HOURS)
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('contacts', linked)).toBeNull()
    expect((await database.lines('contacts_deals')).map(({ from_id }) => from_id)).not.toContain(
      linked,
    )
  })

  test('one with the name of a pair that has left the definitions is left alone', async () => {
    const { database, again } = await begin()
    await database.byHand(
      'DROP TABLE sync_pairs; DELETE FROM sync_schema WHERE version >= 4; DROP TABLE contacts_deals; CREATE TABLE contacts_deals (mine integer)',
    )
    const few = { objects: [contacts, companies], associations: [['contacts', 'companies']] }
    const sync = again({ store: database.store(), ...few } as never)
    expect((await sync.run()).status).toBe('complete')
    const listed = (await database.lines('sync_pairs')).map(({ name }) => name)
    expect(listed).not.toContain('contacts_deals')
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

describe.each(sharedDatabases)("constraints of the user's, on $name:", ({ name, open }) => {
  const begin = async (options: Partial<HubspotSyncOptions> = {}) => {
    const database = open()
    const world = createWorld(database.store(), { ...rarely, ...options })
    const ids = populate(world.portal, { contacts: 12, companies: 4, deals: 4 })
    await world.sync.run()
    await world.clock.advance(HOURS)
    const update = async (changes: Record<string, Record<string, string>>) => {
      for (const [id, values] of Object.entries(changes))
        world.portal.update('contacts', id, values)
      await world.clock.advance(HOURS)
    }
    return { ...world, ids, database, update }
  }
  const uniqueEmail = 'CREATE UNIQUE INDEX one_email ON contacts (portal_id, email)'
  const named = name === 'Postgres' ? '"one_email"' : 'portal_id, email'

  /** A table with a foreign key to contacts, and a line that refers to one of them. */
  const orders = (
    portalId: number,
    id: string,
  ) => `CREATE TABLE orders (portal_id varchar(40), contact_id varchar(40),
  CONSTRAINT orders_contact FOREIGN KEY (portal_id, contact_id) REFERENCES contacts (portal_id, source_id));
INSERT INTO orders VALUES ('${portalId}', '${id}')`

  test('a row that is refused is named with table and constraint, and all others are written', async () => {
    const { database, sync, ids, update } = await begin()
    await database.byHand(uniqueEmail)
    const [, two = '', three = ''] = ids.contacts
    const other = { [three]: { firstname: 'Written' } }
    await update({ ...other, [two]: { email: 'person.0@example.com', firstname: 'Refused' } })
    const { status, jobs } = await sync.run()
    expect(status).toBe('partial')
    expect(jobs.contacts).toMatchObject({ status: 'partial', updated: 1 })
    for (const part of [`contacts ${two}`, named, '"contacts"'])
      expect(jobs.contacts?.reason).toContain(part)
    expect(await sync.get('contacts', two)).toMatchObject({ email: 'person.1@example.com' })
    expect(await sync.get('contacts', three)).toMatchObject({ firstName: 'Written' })
    expect((await sync.status()).objects.contacts?.unanswered).toBe(1)
  })

  /** A user's trigger that refuses to write or to remove that contact. */
  const refusing = (event: 'UPDATE' | 'DELETE', id: string) =>
    name === 'Postgres'
      ? `CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF OLD.source_id = '${id}' THEN RAISE EXCEPTION 'Not %', OLD.email; END IF; RETURN COALESCE(NEW, OLD); END $$;
CREATE TRIGGER guard BEFORE ${event} ON contacts FOR EACH ROW EXECUTE FUNCTION guard()`
      : `CREATE TRIGGER guard BEFORE ${event} ON contacts WHEN OLD.source_id = '${id}' BEGIN SELECT RAISE(ABORT, 'Guarded.'); END`
  const guard =
    name === 'Postgres' ? /the function "\S*guard" of the table "contacts"/ : /Guarded\./
  const unguarded = name === 'Postgres' ? 'DROP FUNCTION guard CASCADE' : 'DROP TRIGGER guard'

  test('a row that a trigger refuses is named with it and without its values, and all others are written', async () => {
    const { database, portal, sync, store, ids, update } = await begin()
    const [, two = '', three = ''] = ids.contacts
    await database.byHand(refusing('UPDATE', two))
    await update({ [two]: { firstname: 'Refused' }, [three]: { firstname: 'Written' } })
    const { jobs } = await sync.run()
    expect(jobs.contacts).toMatchObject({ status: 'partial', updated: 1 })
    expect(jobs.contacts?.reason).toMatch(guard)
    expect(jobs.contacts?.reason).toContain(`contacts ${two}`)
    expect(JSON.stringify(jobs)).not.toContain('example.com')
    await database.byHand(unguarded)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('a row that a trigger keeps from going is named with it, and goes once it may', async () => {
    const { database, portal, clock, sync, again, store, ids } = await begin()
    const [held = '', other = ''] = ids.contacts
    await database.byHand(refusing('DELETE', held))
    portal.purge('contacts', held)
    portal.purge('contacts', other)
    await clock.advance(HOURS)
    const { jobs } = await again({ census: 0 }).run()
    expect(jobs['contacts:census']?.reason).toMatch(guard)
    expect(await sync.get('contacts', held)).not.toBeNull()
    expect(await sync.get('contacts', other)).toBeNull()
    await database.byHand(unguarded)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('a row that an index on an expression fails on is named without its values, and all others are written', async () => {
    const { database, sync, ids, update } = await begin()
    const [, two = '', three = ''] = ids.contacts
    const value =
      name === 'Postgres' ? 'CAST(last_name AS integer)' : "json_extract(last_name, '$')"
    await database.byHand(`CREATE INDEX names ON contacts ((${value})) WHERE last_name LIKE '{%'`)
    await update({ [two]: { lastname: '{Private' }, [three]: { lastname: 'Written' } })
    const { jobs } = await sync.run()
    expect(jobs.contacts).toMatchObject({ status: 'partial', updated: 1 })
    expect(jobs.contacts?.reason).toContain(`contacts ${two}`)
    expect(jobs.contacts?.reason).toMatch(/invalid text representation|malformed JSON/)
    expect(JSON.stringify(jobs)).not.toContain('Private')
    expect(await sync.get('contacts', three)).toMatchObject({ lastName: 'Written' })
  })

  test('what is written beside a refused row is dated by HubSpot’s clock', async () => {
    const { database, clock, again, ids, update } = await begin()
    await database.byHand(uniqueEmail)
    const [, two = '', three = ''] = ids.contacts
    await update({ [two]: { email: 'person.0@example.com' }, [three]: { firstname: 'Written' } })
    const ahead = { now: () => clock.now() + HOURS, sleep: clock.sleep }
    expect((await again({ clock: ahead }).run()).status).toBe('partial')
    const lines = await database.lines('contacts')
    const written = lines.find(
      ({ source_id, first_name }) => [source_id, first_name].join() === `${three},Written`,
    )
    // HubSpot shows whole seconds.
    expect(new Date(String(written?.synced_at)).getTime()).toBeLessThan(clock.now() + 1_000)
  })

  test('a row that was refused is written by the next run that finds it taken', async () => {
    const { database, portal, sync, store, ids, update } = await begin()
    await database.byHand(uniqueEmail)
    const [one = '', two = ''] = ids.contacts
    await update({ [two]: { email: 'person.0@example.com' } })
    expect((await sync.run()).status).toBe('partial')
    expect((await sync.run()).status).toBe('partial')
    await update({ [one]: { email: 'free@example.com' } })
    await sync.run()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('an address that moves from one record to another is written in one run', async () => {
    const { database, portal, sync, store, ids, update } = await begin()
    await database.byHand(uniqueEmail)
    const [one = '', two = '', three = ''] = ids.contacts
    for (const [from, to] of [
      [one, two],
      [three, one],
    ] as const) {
      const { email } = (await sync.get('contacts', from)) as { email: string }
      await update({ [from]: { email: `was.${email}` }, [to]: { email } })
      expect((await sync.run()).status).toBe('complete')
    }
    await expectEqual(portal, store)
  })

  test('a row that may not go stays, is named, and goes once it may', async () => {
    const { database, portal, clock, sync, again, store, ids } = await begin()
    const [held = '', other = ''] = ids.contacts
    await database.byHand(orders(portal.portalId, held))
    portal.purge('contacts', held)
    portal.purge('contacts', other)
    await clock.advance(HOURS)
    const { status, jobs } = await again({ census: 0 }).run()
    expect(status).toBe('partial')
    for (const part of [`contacts ${held}`, 'orders'])
      expect(jobs['contacts:census']?.reason).toContain(part)
    if (name === 'Postgres') expect(jobs['contacts:census']?.reason).toContain('orders_contact')
    expect(await sync.get('contacts', held)).not.toBeNull()
    expect(await sync.get('contacts', other)).toBeNull()
    expect((await sync.run()).status).toBe('partial')
    await database.byHand('DELETE FROM orders')
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('contacts', held)).toBeNull()
    await expectEqual(portal, store)
  })

  test('a merged record that may not go keeps the winner from nothing', async () => {
    const { database, portal, clock, sync, store, ids } = await begin()
    const [winner = '', loser = ''] = ids.contacts
    await database.byHand(orders(portal.portalId, loser))
    const survivor = portal.merge('contacts', winner, loser)
    await clock.advance(HOURS)
    const { status, jobs } = await sync.run()
    expect(status).toBe('partial')
    expect(jobs.contacts?.reason).toContain('orders')
    // The winner is stored as the merge left it, although the loser is stored too.
    expect(await sync.get('contacts', survivor)).toMatchObject({
      updatedAt: portal.record('contacts', survivor)?.updatedAt,
    })
    expect(await sync.get('contacts', loser)).not.toBeNull()
    await database.byHand('DELETE FROM orders')
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('the first run goes on past a row that is refused', async () => {
    const database = open()
    const store = database.store()
    const { portal, sync, clock } = createWorld(store, rarely)
    const early = portal.create('contacts', { email: 'twin@example.com' })
    await sync.run()
    await database.byHand(uniqueEmail)
    populate(portal, { contacts: 6, companies: 2, deals: 2 })
    const twin = portal.create('contacts', { email: 'twin@example.com' })
    await clock.advance(HOURS)
    expect((await sync.run()).jobs.contacts).toMatchObject({ status: 'partial', created: 6 })
    expect(await sync.get('contacts', twin)).toBeNull()
    portal.update('contacts', early, { email: 'other@example.com' })
    await clock.advance(HOURS)
    await sync.run()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('associations that may not go are named, and those of others are written', async () => {
    const { database, portal, clock, sync, store, ids } = await begin()
    const [held = '', other = ''] = ids.contacts
    const key = '(portal_id, from_id, to_id, category, type_id)'
    const [link] = (await database.lines('contacts_companies')).filter(
      ({ from_id }) => from_id === held,
    )
    await database.byHand(`CREATE TABLE notes (portal_id varchar(40), from_id varchar(40), to_id varchar(40), category varchar(40), type_id bigint,
  CONSTRAINT notes_link FOREIGN KEY ${key} REFERENCES contacts_companies ${key});
INSERT INTO notes VALUES ('${portal.portalId}', '${held}', '${link?.to_id}', '${link?.category}', ${link?.type_id})`)
    for (const id of [held, other]) {
      const [company = ''] = (await sync.related('contacts', id, 'companies')).map(
        ({ record }) => record.id,
      )
      portal.dissociate('contacts', id, 'companies', company)
      portal.update('contacts', id, { firstname: 'Changed' })
    }
    await clock.advance(HOURS)
    const { jobs } = await sync.run()
    for (const part of [`contacts ${held}`, '"notes"'])
      expect(jobs.contacts?.reason).toContain(part)
    expect(await sync.get('contacts', held)).toMatchObject({ firstName: 'Changed' })
    expect(await sync.related('contacts', other, 'companies')).toEqual([])
    await database.byHand('DELETE FROM notes')
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('a record that is touched and refused is told, and read again by the next run', async () => {
    const { database, portal, sync, store, ids } = await begin()
    await database.byHand(uniqueEmail)
    const [one = '', two = '', three = ''] = ids.contacts
    portal.update('contacts', two, { email: 'person.0@example.com' })
    portal.update('contacts', three, { firstname: 'Written' })
    expect(await sync.syncRecords('contacts', [two, three])).toMatchObject({
      updated: 1,
      unanswered: [two],
    })
    const { jobs } = await sync.run({})
    expect(jobs.queue?.reason).toContain(`contacts ${two}`)
    portal.update('contacts', one, { email: 'free@example.com' })
    await sync.syncRecords('contacts', [one])
    await sync.run()
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('a constraint that is looked at at the end of the transaction holds up one record as well', async () => {
    const { database, portal, clock, again, ids } = await begin()
    const [held = '', other = ''] = ids.contacts
    const deferred = orders(portal.portalId, held).replace(
      '(portal_id, source_id))',
      '(portal_id, source_id) DEFERRABLE INITIALLY DEFERRED)',
    )
    await database.byHand(deferred)
    portal.purge('contacts', held)
    portal.purge('contacts', other)
    await clock.advance(HOURS)
    const sync = again({ census: 0 })
    const { jobs } = await sync.run()
    expect(jobs['contacts:census']?.reason).toContain(`contacts ${held}`)
    expect(await sync.get('contacts', held)).not.toBeNull()
    expect(await sync.get('contacts', other)).toBeNull()
  })

  test.each([
    ['before it lands', false],
    ['once it has landed', true],
  ])(
    'a run that dies at any commit while a row is refused is gone on with, %s',
    async (_, landed) => {
      const { database, portal, store, again, ids, update } = await begin()
      await database.byHand(uniqueEmail)
      const [one = '', two = '', three = ''] = ids.contacts
      for (let at = 1, survived = false; !survived; at++) {
        const taken = {
          [one]: { email: 'taken@example.com' },
          [two]: { email: 'taken@example.com' },
        }
        await update({ ...taken, [three]: { firstname: `Change ${at}` } })
        const dying = again({ store: breakingStore(store, { at, landed }) })
        survived = await dying.run({ jobs: ['contacts'] }).then(
          ({ jobs }) => jobs.contacts?.error === undefined,
          () => false,
        )
        await update({ [one]: { email: 'one@example.com' }, [two]: { email: 'two@example.com' } })
        const sync = again()
        await sync.run()
        expect((await sync.run()).status).toBe('complete')
        await expectEqual(portal, store)
      }
    },
  )
})
