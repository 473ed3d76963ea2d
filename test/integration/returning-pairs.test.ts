import {
  column,
  companies,
  contacts,
  deals,
  defineObject,
  type HubspotSyncOptions,
  type JobReport,
  type Store,
} from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { breakingStore } from './support/breaking-store.js'
import { expectEqual } from './support/equality.js'
import { overtakenStore } from './support/overtaken-store.js'
import { openStores, stores, storesWithoutSqlJs } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

/** Without `contacts_companies`. */
const fewerPairs = {
  associations: [
    ['contacts', 'deals'],
    ['deals', 'companies'],
  ],
} as const satisfies Partial<HubspotSyncOptions>
const contactsAlone = { objects: [contacts] as never, associations: [] }
const withoutDeals = { objects: [contacts, companies] as never }

const HOUR = 3_600_000
/** The default values, so that no sweep is due. */
const rarely = { census: '24h', associationSweep: '24h' } as const

/** A complete mirror, an hour later. */
async function begin(store: Store, options: Partial<HubspotSyncOptions> = rarely) {
  const world = createWorld(store, options)
  const { portal, sync, clock } = world
  const ids = populate(portal, { contacts: 12, companies: 4, deals: 4 })
  await sync.run()
  await clock.advance(HOUR)
  return {
    ...world,
    ids,
    /** Changes a contact, and associates it with a company that is already in the mirror. */
    link() {
      const id = ids.contacts[3] as string
      portal.associate('contacts', id, 'companies', ids.companies[0] as string)
      portal.update('contacts', id, { firstname: 'Changed' })
      return id
    },
    /** Removes an association, which changes no date. */
    unlink() {
      const [contact, company] = [ids.contacts[0], ids.companies[0]] as [string, string]
      portal.dissociate('contacts', contact, 'companies', company)
    },
  }
}

describe.each(stores)('a pair that is owed a sweep, on $name', ({ open }) => {
  test.each([
    ['24h', rarely],
    ['false', { census: false, associationSweep: false }],
  ] as const)(
    'has left the definition and come back, with associationSweep: %s',
    async (_, due) => {
      const { portal, store, sync, again, clock, ids, unlink } = await begin(open(), due)
      const fresh = portal.create('contacts', { firstname: 'New' })
      portal.associate('contacts', fresh, 'companies', ids.companies[0] as string)
      unlink()
      await clock.advance(60_000)
      expect((await again(fewerPairs).run()).status).toBe('complete')
      await clock.advance(HOUR)
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    },
  )

  test('was away for a run that wrote nothing', async () => {
    const { portal, store, sync, again, clock, unlink } = await begin(open())
    await again(fewerPairs).run()
    unlink()
    await clock.advance(60_000)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test('is not in the mirror that touched a record', async () => {
    const { portal, store, sync, again, clock, link } = await begin(open())
    const id = link()
    await clock.advance(60_000)
    await again(contactsAlone).syncRecords('contacts', [id])
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
  })

  test.each(['run', 'syncQueued', 'census', 'bin', 'verify', 'refresh'])(
    'is not in the mirror that wrote a record, by way of %s',
    async (way) => {
      const { portal, store, sync, again, clock, link } = await begin(open())
      const id = link()
      if (way === 'bin') portal.archive('contacts', id)
      await clock.advance(60_000)
      const less = again(contactsAlone)
      if (way === 'syncQueued') {
        await less.enqueue([{ object: 'contacts', id }])
        await less.syncQueued()
      } else if (way === 'run') await less.run({ jobs: ['contacts'] })
      else if (way === 'census') await less.run({ jobs: ['contacts:census'] })
      else if (way === 'bin') await less.run({ jobs: ['contacts:archived'] })
      else if (way === 'verify') await less.verify({ repair: true })
      else await less.refreshProperties({ properties: ['firstname'] })
      if (way === 'bin') {
        portal.restore('contacts', id)
        await less.syncRecords('contacts', [id])
      }
      await clock.advance(HOUR)
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    },
  )

  test('has no sweptAt until it is swept again', async () => {
    const { sync, again } = await begin(open())
    const before = (await sync.status()).associations
    await again(fewerPairs).run()
    const owed = (await sync.status()).associations
    expect(owed.contacts_companies?.sweptAt).toBeNull()
    expect(owed.contacts_deals).toEqual(before.contacts_deals)
    await sync.run()
    expect((await sync.status()).associations.contacts_companies?.sweptAt).toBe(
      '2026-06-01T09:00:00.000Z',
    )
  })

  test('is swept once, and not again', async () => {
    const { portal, sync, again } = await begin(open())
    await again(fewerPairs).run()
    await sync.run()
    portal.clearCalls()
    await sync.run()
    expect(portal.calls.filter(({ operation }) => operation === 'associations')).toEqual([])
  })

  test('leaves a run partial that does not come to its sweep', async () => {
    const { sync, again } = await begin(open())
    await again(fewerPairs).run()
    const calls = (await sync.run()).calls
    await again(fewerPairs).run()
    const slice = await sync.run({ maxCalls: calls - 1 })
    expect(slice.status).toBe('partial')
    expect(slice.jobs.associations).toMatchObject({ status: 'partial' })
    expect((await sync.status()).associations.contacts_companies?.sweptAt).toBeNull()
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.status()).associations.contacts_companies?.sweptAt).not.toBeNull()
  })

  test('leaves a run of the records alone partial, which says what to run', async () => {
    const { sync, again } = await begin(open())
    await again(fewerPairs).run()
    const report = await sync.run({ jobs: ['contacts', 'deals'] })
    expect(report.jobs.deals?.status).toBe('complete')
    expect(report.jobs.contacts).toMatchObject({
      status: 'partial',
      reason: expect.stringMatching(/contacts_companies.*associations/s),
    })
    expect((await sync.run({ jobs: ['contacts', 'associations'] })).status).toBe('complete')
  })

  test('is paid by a run of everything, though the run before came to no job', async () => {
    const { sync, again } = await begin(open())
    await again(fewerPairs).run()
    expect((await sync.run({ maxCalls: 1 })).jobs.contacts).toMatchObject({ status: 'partial' })
    expect((await sync.run()).status).toBe('complete')
  })

  test('was backfilled along with its records, while another wrote without it', async () => {
    const { portal, store, sync, again, clock } = createWorld(open(), rarely)
    const {
      contacts: ids,
      companies: [company],
    } = populate(portal, { contacts: 250, companies: 4, deals: 4 })
    await sync.run({ jobs: ['companies', 'deals'] })
    await sync.run({ jobs: ['contacts'], maxCalls: 6 })
    await clock.advance(60_000)
    portal.associate('contacts', ids[249] as string, 'companies', company as string)
    await again(contactsAlone).syncRecords('contacts', [ids[249] as string, ids[0] as string])
    portal.dissociate('contacts', ids[0] as string, 'companies', company as string)
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.status()).associations.contacts_companies?.sweptAt).not.toBeNull()
    await expectEqual(portal, store)
  })
})

describe.each(storesWithoutSqlJs)(
  'a pair that another process writes without meanwhile, on $name',
  ({ place }) => {
    test('is not paid by a sweep that began before', async () => {
      const [store, other, mine] = openStores(place)
      const { portal, again, link } = await begin(store)
      await again(fewerPairs).run()
      const touched = overtakenStore(
        mine,
        { stream: 'associations:contacts_companies' },
        async () => {
          await again({ ...fewerPairs, store: other }).syncRecords('contacts', [link()])
        },
      )
      const sync = again({ store: touched })
      const report = await sync.run({ jobs: ['associations'] })
      expect(report.jobs.associations).toMatchObject({ status: 'complete' })
      await expectEqual(portal, mine)
    })

    test('leaves a run partial in which it comes to be owed again and again', async () => {
      const [store, other, mine] = openStores(place)
      const { portal, sync, again, clock, ids } = await begin(store)
      const touched = overtakenStore(
        mine,
        { stream: 'associations:contacts_companies', times: 9 },
        async () => {
          await again({ ...fewerPairs, store: other }).syncRecords('contacts', [
            ids.contacts[0] as string,
          ])
        },
      )
      const report = await again({ store: touched }).run({ jobs: ['associations'] })
      expect(report.jobs.associations).toMatchObject({
        status: 'partial',
        reason: expect.stringContaining('contacts_companies'),
      })
      expect((await sync.status()).associations.contacts_companies?.sweptAt).toBeNull()
      await clock.advance(60_000)
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    })

    test.each(['contacts', 'contacts:census'])(
      'was configured while a run without it was at %s',
      async (stream) => {
        const [store, other, mine] = openStores(place)
        const { portal, again, clock, ids } = await begin(store, { ...rarely, ...fewerPairs })
        const all = again({ associations: undefined, store: other } as never)
        const fresh = portal.create('contacts', { firstname: 'New' })
        portal.associate('contacts', fresh, 'companies', ids.companies[0] as string)
        await clock.advance(60_000)
        const before = overtakenStore(mine, { stream }, () => all.run({ jobs: ['associations'] }))
        await again({ store: before }).run({ jobs: [stream as 'contacts'] })
        await clock.advance(HOUR)
        expect((await all.run()).status).toBe('complete')
        await expectEqual(portal, other)
      },
    )
  },
)

describe.each(storesWithoutSqlJs)(
  'a pair whose far end is backfilled and swept while records are being written without it, on $name',
  ({ place }) => {
    /**
     * A mirror of contacts alone, one of them new, and a mirror that is overtaken in one stream by everything that is
     * left to read.
     */
    async function overtakenAt(stream: string) {
      const [store, other, mine] = openStores(place)
      const never = { census: false, associationSweep: false } as const
      const world = createWorld(store, never)
      const { portal, sync, again, clock } = world
      const ids = populate(portal, { contacts: 10, companies: 4, deals: 4 })
      await sync.run({ jobs: ['contacts'] })
      const contact = portal.create('contacts', { firstname: 'New' })
      await clock.advance(60_000)
      const rest = again({ store: other })
      const overtaken = overtakenStore(mine, { stream }, async () => {
        await rest.run({ jobs: ['companies', 'deals'] })
        await rest.run({ jobs: ['associations'] })
      })
      return { ...world, ids, contact, late: again({ store: overtaken }) }
    }

    test.each(['run', 'touch'])('is owed another sweep, after a %s', async (way) => {
      const { portal, store, sync, late, contact, ids } = await overtakenAt(
        way === 'touch' ? 'sync_aside' : 'contacts',
      )
      portal.associate('contacts', contact, 'companies', ids.companies[0] as string)
      if (way === 'touch') await late.syncRecords('contacts', [contact])
      else await late.run({ jobs: ['contacts'] })
      expect((await sync.status()).associations.contacts_companies?.sweptAt).toBeNull()
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    })

    test('is owed another sweep where the record came along as a far end', async () => {
      const [store, other, mine] = openStores(place)
      const never = { census: false, associationSweep: false } as const
      const { portal, sync, again, clock } = createWorld(store, never)
      const ids = populate(portal, { contacts: 10, companies: 4, deals: 4 })
      await sync.run({ jobs: ['deals'] })
      await sync.run({ jobs: ['contacts'] })
      const deal = portal.create('deals', { dealname: 'New' })
      portal.associate('contacts', ids.contacts[0] as string, 'deals', deal)
      portal.associate('deals', deal, 'companies', ids.companies[0] as string)
      await clock.advance(60_000)
      // It writes no associations of contacts, so it doesn't overtake those that are written below.
      const withoutContacts = {
        objects: [companies, deals] as never,
        associations: [['deals', 'companies']] as never,
      }
      const rest = again({ ...withoutContacts, store: other })
      const overtaken = overtakenStore(mine, { stream: 'sync_aside' }, async () => {
        await rest.run({ jobs: ['companies'] })
        await rest.run({ jobs: ['associations'] })
      })
      await again({ store: overtaken }).syncRecords('contacts', [ids.contacts[0] as string])
      expect((await sync.status()).associations.deals_companies?.sweptAt).toBeNull()
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
    })
  },
)

describe.each(stores.slice(0, 2))('a pair that another process lacks, on $name', ({ open }) => {
  test.each([
    ['before it lands', false],
    ['once it has landed', true],
  ])('is owed whatever commit the other dies at, %s', async (_, landed) => {
    for (let at = 1; ; at++) {
      const { portal, store, sync, again, clock, close } = createWorld(open(), rarely)
      const ids = populate(portal, { contacts: 4, companies: 1, deals: 0 })
      await sync.run()
      const fresh = portal.create('contacts', { firstname: 'New' })
      portal.associate('contacts', fresh, 'companies', ids.companies[0] as string)
      await clock.advance(60_000)
      const mortal = breakingStore(store, { at, landed })
      const less = again({ ...contactsAlone, store: mortal })
      const survived = await less.run({ jobs: ['contacts', 'contacts:census'] }).then(
        ({ status }) => status === 'complete',
        () => false,
      )
      await clock.advance(HOUR)
      expect((await sync.run()).status).toBe('complete')
      await expectEqual(portal, store)
      close()
      if (survived) break
    }
  })
})

describe.each(stores)('an object that left the definition and came back, on $name', ({ open }) => {
  test('catches up with what was made, linked, archived, merged and restored meanwhile', async () => {
    const { portal, store, sync, again, clock } = createWorld(open(), rarely)
    const ids = populate(portal, { contacts: 12, companies: 4, deals: 8 })
    const [inBin, archived, one, other, linked, unlinked] = ids.deals as [
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    portal.archive('deals', inBin)
    await sync.run()
    await clock.advance(HOUR)
    const fresh = portal.create('deals', { dealname: 'New' })
    const company = portal.create('companies', { name: 'New' })
    portal.associate('contacts', ids.contacts[0] as string, 'deals', fresh)
    portal.associate('deals', linked, 'companies', company)
    portal.dissociate('deals', unlinked, 'companies', ids.companies[15 % 4] as string)
    portal.archive('deals', archived)
    portal.restore('deals', inBin)
    portal.merge('deals', one, other)
    await clock.advance(60_000)
    expect((await again(withoutDeals).run()).status).toBe('complete')
    await clock.advance(HOUR)
    expect((await sync.run()).status).toBe('complete')
    await expectEqual(portal, store)
    expect((await sync.verify()).status).toBe('equal')
  })

  test('is owed the sweeps of its pairs, and no other is', async () => {
    const { portal, sync, again, clock } = createWorld(open(), rarely)
    populate(portal, { contacts: 12, companies: 4, deals: 8 })
    await sync.run()
    await again(withoutDeals).run()
    await clock.advance(60_000)
    const { associations } = await sync.status()
    const owed = Object.entries(associations).filter(([, { sweptAt }]) => sweptAt === null)
    expect(owed.map(([name]) => name).sort()).toEqual(['contacts_deals', 'deals_companies'])
  })
})

describe.each(stores)('an object of another type under the same name, on $name', ({ open }) => {
  test('is refused before a record is written', async () => {
    const { portal, store, again } = createWorld(open(), rarely)
    populate(portal, { contacts: 2, companies: 1, deals: 1 })
    const peopleOf = (type: string) =>
      defineObject({ type, name: 'people', columns: { email: column.text('email') } })
    await again({ objects: [peopleOf('contacts')] as never }).run()
    const other = again({ objects: [peopleOf('companies')] as never })
    const report = await other.run()
    const { people } = report.jobs as Record<string, JobReport>
    expect(people?.error).toMatchObject({
      code: 'SCHEMA_CONFLICT',
      message: expect.stringMatching(/0-1.*0-2.*another `name`/s),
    })
    await expect(other.syncRecords('people' as never, ['1'])).rejects.toMatchObject({
      code: 'SCHEMA_CONFLICT',
    })
    expect(await store.list(String(portal.portalId), 'people', { limit: 9 })).toHaveLength(2)
    expect((await again({ objects: [peopleOf('0-1')] as never }).run()).status).toBe('complete')
  })
})

describe.each(stores)('the mirrors of different objects in one store, on $name', ({ open }) => {
  test('owe each other nothing', async () => {
    const { portal, again, clock } = createWorld(open(), rarely)
    populate(portal, { contacts: 12, companies: 4, deals: 8 })
    const [one, other] = [
      again(withoutDeals),
      again({ objects: [deals] as never, associations: [] }),
    ]
    for (const sync of [one, other, one, other]) {
      await clock.advance(60_000)
      expect((await sync.run()).status).toBe('complete')
    }
    portal.clearCalls()
    await one.run()
    await other.run()
    const operations = new Set(portal.calls.map(({ operation }) => operation))
    expect(operations).not.toContain('associations')
    expect(operations).not.toContain('batch-read')
  })
})
