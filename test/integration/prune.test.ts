import {
  column,
  companies,
  contacts,
  deals,
  defineObject,
  type HubspotSyncOptions,
  type ObjectDefinition,
  type Store,
  type SyncEvent,
} from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { answerFor } from '../hubspot-host.js'
import { breakingStore } from './support/breaking-store.js'
import { expectEqual } from './support/equality.js'
import { sharedDatabases } from './support/shared-database.js'
import { createWorld, populate } from './support/world.js'

const rarely = { census: '24h', associationSweep: '24h' } as const
const jobTitle = contacts.extend({ columns: { job: column.text('jobtitle') } })
const tickets = defineObject({
  type: 'tickets',
  name: 'tickets',
  columns: { subject: column.text('subject') },
})
const full = [jobTitle, companies, deals]
const fewer = [contacts, companies]

describe.each(sharedDatabases)('what definitions no longer name, on $name,', ({ name, open }) => {
  /** A portal that is mirrored whole into this database. */
  const mirrorOf = async (database: ReturnType<typeof open>, portalId?: number) => {
    const first = database.store()
    const options = portalId === undefined ? {} : { portalId, portal: { portalId } }
    const world = createWorld(first, { ...rarely, ...options })
    populate(world.portal, { contacts: 6, companies: 3, deals: 3 })
    const id = world.portal.create('contacts', { jobtitle: 'Boss', city: 'Rome' })
    world.portal.associate('contacts', id, 'companies', world.portal.create('companies', {}))
    await world.again({ objects: full as never }).run()
    await world.clock.advance(2 * 3_600_000)
    /** A process that is started anew with these definitions. */
    const anew = (
      objects: readonly ObjectDefinition[],
      more: Partial<HubspotSyncOptions> = {},
      store = database.store(),
    ) => Object.assign(world.again({ store, objects: objects as never, ...more }), { store })
    return { ...world, id, anew }
  }
  const begin = async () => {
    const database = open()
    return { database, ...(await mirrorOf(database)) }
  }
  const tablesGone = async (database: ReturnType<typeof open>, ...names: string[]) => {
    for (const name of names) await expect(database.lines(name), name).rejects.toThrow()
  }

  const parts = [
    { table: 'contacts', column: 'job', rows: 7 },
    { table: 'contacts_deals', column: null, rows: 3 },
    { table: 'deals_companies', column: null, rows: 3 },
    { table: 'deals', column: null, rows: 3 },
  ]

  test('is told by status and plan, with the rows that it has', async () => {
    const { anew } = await begin()
    const sync = anew(fewer)
    const definitions = {
      added: [],
      stale: parts.map((part) => expect.objectContaining({ ...part, shared: false })),
      refused: [],
    }
    expect((await sync.status()).definitions).toEqual(definitions)
    expect((await sync.plan()).definitions).toEqual(definitions)
  })

  test('has been stale since the first run without it', async () => {
    const { anew, clock } = await begin()
    const sync = anew(fewer)
    const before = (await sync.status()).definitions.stale
    expect(before.find(({ column }) => column)?.since).toBeNull()
    const first = new Date(clock.now()).toISOString()
    await sync.run()
    await clock.advance(3_600_000)
    await sync.run()
    const after = (await sync.status()).definitions.stale
    expect(after.map(({ since }) => since)).toEqual([
      first,
      first,
      first,
      '2026-06-01T08:00:00.000Z',
    ])
  })

  test('is listed by a dry run of prune, which deletes nothing', async () => {
    const { anew, database } = await begin()
    const sync = anew(fewer)
    const { stale } = (await sync.status()).definitions
    expect(await sync.prune({ dryRun: true })).toEqual({ status: 'listed', parts: stale })
    expect(await database.lines('deals')).toHaveLength(3)
  })

  test('is dropped by prune, and the mirror is equal', async () => {
    const { anew, database } = await begin()
    const sync = anew(fewer)
    expect(await sync.prune()).toMatchObject({ status: 'dropped', parts })
    await tablesGone(database, 'deals', 'contacts_deals', 'deals_companies')
    expect((await database.lines('contacts'))[0]).not.toHaveProperty('job')
    expect((await sync.status()).definitions).toEqual({ added: [], stale: [], refused: [] })
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.verify()).status).toBe('equal')
    expect(await sync.prune()).toEqual({ status: 'dropped', parts: [] })
  })

  test('can be told to come back, and is read again', async () => {
    const { anew, portal, id } = await begin()
    const less = anew(fewer)
    await less.run()
    portal.update('contacts', id, { jobtitle: 'Chief' })
    await less.prune()
    await less.run()
    const more = anew(full)
    expect((await more.run()).status).toBe('complete')
    expect(await more.get('contacts' as never, id)).toMatchObject({ job: 'Chief' })
    await expectEqual(portal, more.store)
    expect((await more.verify()).status).toBe('equal')
  })

  test('may come back as another kind', async () => {
    const { anew, portal, id } = await begin()
    portal.update('contacts', id, { numemployees: '12' })
    await anew(fewer).prune()
    const asNumber = contacts.extend({ columns: { job: column.integer('numemployees') } })
    for (const sync of [anew([asNumber, companies]), anew([asNumber, companies])]) {
      expect((await sync.run()).status).toBe('complete')
      expect(await sync.get('contacts' as never, id)).toMatchObject({ job: 12 })
    }
  })

  test('includes a column whose kind has changed: the next run makes and fills it', async () => {
    const { anew, id } = await begin()
    const changed = contacts.extend({ columns: { job: column.email('jobtitle') } })
    const sync = anew([changed, companies, deals])
    const refused = [
      expect.objectContaining({ table: 'contacts', column: 'job', was: 'text', kind: 'email' }),
    ]
    expect((await sync.status()).definitions).toMatchObject({ stale: [], refused })
    expect((await sync.plan()).definitions).toMatchObject({ stale: [], refused })
    const { parts } = await sync.prune()
    expect(parts).toMatchObject([{ table: 'contacts', column: 'job', rows: 7 }])
    expect((await sync.run()).status).toBe('complete')
    expect(await sync.get('contacts' as never, id)).toMatchObject({ job: 'boss' })
  })

  test('of another portal stays, until that portal prunes it too', async () => {
    const database = open()
    const one = await mirrorOf(database, 1_001)
    one.close()
    const other = await mirrorOf(database, 1_002)
    const sync = other.anew(fewer)
    expect((await sync.prune()).parts.map(({ shared }) => shared)).toEqual([true, true, true, true])
    const lines = await database.lines('deals')
    expect(new Set(lines.map(({ portal_id }) => portal_id))).toEqual(new Set(['1001']))
    const jobs = (await database.lines('contacts')).filter(({ job }) => job !== null)
    expect(jobs.map(({ portal_id }) => portal_id)).toEqual(['1001'])
    expect((await sync.status()).definitions.stale).toEqual([])
    other.close()
    answerFor(one.portal)
    const last = one.anew(full)
    expect((await last.run()).status).toBe('complete')
    await expectEqual(one.portal, last.store)
    await one.anew(fewer).prune()
    await tablesGone(database, 'deals')
  })

  test('is not what the user has made: a column and a table stay', async () => {
    const { anew, database } = await begin()
    await database.byHand('ALTER TABLE contacts ADD COLUMN mine text; CREATE TABLE notes (id text)')
    await anew(fewer).prune()
    expect((await database.lines('contacts'))[0]).toHaveProperty('mine')
    expect(await database.lines('notes')).toEqual([])
  })

  test('is dropped with none of the rest while a view of the user needs a part of it', async () => {
    const { anew, database } = await begin()
    await database.byHand('CREATE VIEW mine AS SELECT job FROM contacts')
    await expect(anew(fewer).prune()).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining('mine'),
    })
    expect(await database.lines('deals')).toHaveLength(3)
    await database.byHand('DROP VIEW mine')
    expect((await anew(fewer).prune()).parts).toMatchObject(parts)
    expect((await anew(fewer).run()).status).toBe('complete')
  })

  test('is dropped with the indexes that its definition asked for, that of a decimal too', async () => {
    const { anew, database } = await begin()
    const indexed = contacts.extend({
      columns: {
        job: column.text('jobtitle', { index: true }),
        worth: column.decimal('annualrevenue', { index: true }),
      },
    })
    await anew([indexed, companies, deals]).run()
    expect((await anew(fewer).prune()).status).toBe('dropped')
    const [line] = await database.lines('contacts')
    expect(line).not.toHaveProperty('job')
    expect(line).not.toHaveProperty('worth')
  })

  test('is dropped with the indexes that the user has on it', async () => {
    const { anew, database } = await begin()
    await database.byHand('CREATE INDEX mine ON contacts (portal_id, job)')
    expect((await anew(fewer).prune()).parts).toMatchObject(parts)
  })

  test('is dropped although something of the user refuses to change and delete its rows', async () => {
    const { anew, database } = await begin()
    await database.byHand(
      name === 'Postgres'
        ? 'ALTER TABLE contacts ADD CHECK (job IS NOT NULL) NOT VALID'
        : `CREATE TRIGGER kept BEFORE UPDATE ON contacts BEGIN SELECT RAISE(ABORT, 'kept'); END;
CREATE TRIGGER stays BEFORE DELETE ON deals BEGIN SELECT RAISE(ABORT, 'stays'); END`,
    )
    expect((await anew(fewer).prune()).parts).toMatchObject(parts)
    await tablesGone(database, 'deals')
  })

  test('is not a view that the user has in place of a table', async () => {
    const { anew, database } = await begin()
    await database.byHand(
      'DROP TABLE contacts_deals; DROP TABLE deals_companies; ALTER TABLE deals RENAME TO kept; CREATE VIEW deals AS SELECT * FROM kept',
    )
    const { stale } = (await anew(fewer).status()).definitions
    expect(stale.map(({ table }) => table)).toEqual(['contacts'])
    expect((await anew(fewer).prune()).parts).toHaveLength(1)
    expect(await database.lines('deals')).toHaveLength(3)
  })

  test.each([
    ['before it lands', false],
    ['once it has landed', true],
  ])('is dropped by the next prune, whatever commit the first dies at, %s', async (_, landed) => {
    const { anew, portal, id } = await begin()
    for (let at = 1; ; at++) {
      const dying = anew(fewer).store
      const survived = await anew(fewer, { store: breakingStore(dying, { at, landed }) })
        .prune()
        .then(
          () => true,
          () => false,
        )
      const sync = anew(fewer)
      await sync.prune()
      expect((await sync.status()).definitions.stale).toEqual([])
      const more = anew(full)
      expect((await more.run()).status).toBe('complete')
      expect(await more.get('contacts' as never, id)).toMatchObject({ job: 'Boss' })
      await expectEqual(portal, more.store)
      if (survived) break
    }
  })

  test('leaves readers of the change feed their cursors', async () => {
    const { anew, portal, id } = await begin()
    const sync = anew(fewer)
    const { cursor } = await sync.changes({ after: 'now' })
    await sync.prune()
    portal.update('contacts', id, { firstname: 'Changed' })
    await sync.run()
    expect((await sync.changes({ after: cursor })).results).toMatchObject([{ id, kind: 'updated' }])
  })

  test('is told beside what the next run adds, and how that is filled', async () => {
    const { anew } = await begin()
    const more = jobTitle.extend({
      columns: { again: column.text('jobtitle'), town: column.text('city') },
    })
    const same = jobTitle.extend({ columns: { again: column.text('jobtitle') } })
    const added = async (objects: readonly ObjectDefinition[]) =>
      (await anew(objects).status()).definitions.added
    const column_ = { table: 'contacts', isNew: false, properties: [] }
    expect(await added([same, companies, deals])).toEqual([
      { ...column_, columns: ['again'], filledFrom: 'raw', calls: 0 },
    ])
    expect(await added([more, companies, deals])).toEqual([
      { ...column_, columns: ['again', 'town'], filledFrom: 'hubspot', calls: 1 },
    ])
    const renamed = [jobTitle, companies, deals.extend({ name: 'sales' })]
    const table = { isNew: true, columns: [], properties: [], filledFrom: 'hubspot', calls: null }
    expect(await added(renamed)).toEqual([
      { table: 'sales', ...table },
      { table: 'contacts_sales', ...table, calls: 1 },
      { table: 'sales_companies', ...table },
    ])
    const { definitions } = await anew(renamed).plan()
    expect(definitions.added[0]).toMatchObject({ table: 'sales', calls: 2 })
    expect(definitions.stale.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['deals', 'contacts_deals', 'deals_companies']),
    )
  })

  test('is not pruned while a run of another process is under way', async () => {
    const { anew, database } = await begin()
    const sync = anew(fewer)
    let busy: unknown
    const onEvent = async ({ type }: SyncEvent) => {
      if (type === 'job-start') busy ??= sync.prune()
    }
    await anew(full).run({ onEvent })
    expect(await busy).toMatchObject({ status: 'busy', parts: [] })
    expect(await database.lines('deals')).toHaveLength(3)
    expect((await sync.prune()).parts).toHaveLength(4)
  })

  test('is not read by a process with the earlier definitions while it is pruned', async () => {
    const { anew } = await begin()
    const { store } = anew(fewer)
    let report: unknown
    const slow: Store = {
      ...store,
      async prune(portalId, parts, options) {
        if (!options.dryRun) report = await anew(full).run({ jobs: ['deals'] })
        return store.prune(portalId, parts, options)
      },
    }
    expect((await anew(fewer, { store: slow }).prune()).status).toBe('dropped')
    expect(report).toMatchObject({ status: 'busy' })
  })

  test('is not pruned by who was kept out by a run that ended a moment later', async () => {
    const { anew, database, clock } = await begin()
    const { store } = anew(fewer)
    const [portal] = await store.portals()
    const other = {
      portalId: portal?.portalId as string,
      jobs: ['contacts'],
      holder: 'another run',
      at: new Date(clock.now()).toISOString(),
    }
    await store.lease({ ...other, want: 'take' })
    const overtaken: Store = {
      ...store,
      async lease(request) {
        const leases = await store.lease(request)
        if (request.want === 'take all') await store.lease({ ...other, want: 'release' })
        return leases
      },
    }
    const report = await anew(fewer, { store: overtaken }).prune()
    expect(report).toMatchObject({ status: 'busy', parts: [] })
    expect(report.reason).toContain('Run another run has been at the job contacts since')
    expect(await database.lines('deals')).toHaveLength(3)
  })

  test('is dropped exactly as a dry run has listed it', async () => {
    const { anew, database } = await begin()
    const sync = anew(fewer)
    const listed = (await sync.prune({ dryRun: true })).parts
    expect(await sync.prune({ parts: listed })).toEqual({ status: 'dropped', parts: listed })
    await tablesGone(database, 'deals')
  })

  test.each([
    [
      'with another table',
      [contacts, companies, tickets],
      /^contacts_tickets would be dropped too, .+ Nothing /,
    ],
    ['with more rows', full, /^deals had 3 rows when it was listed, and has 4 now\. Nothing /],
  ])('is not dropped if a run %s came after it was listed', async (_, objects, reason) => {
    const { anew, database, portal } = await begin()
    const sync = anew(fewer)
    const listed = (await sync.prune({ dryRun: true })).parts
    portal.create('deals', {})
    await anew(objects).run()
    const report = await sync.prune({ parts: listed })
    expect(report.status).toBe('changed')
    expect(report.reason).toMatch(reason)
    expect((await database.lines('deals')).length).toBeGreaterThan(2)
  })

  test('is dropped as listed although the table of a column has got more rows', async () => {
    const { anew, portal } = await begin()
    const sync = anew(fewer)
    const listed = (await sync.prune({ dryRun: true })).parts
    portal.create('contacts', {})
    await sync.run()
    expect((await sync.prune({ parts: listed })).status).toBe('dropped')
  })

  test('is not dropped if a part of what was listed is gone', async () => {
    const { anew, database } = await begin()
    const sync = anew(fewer)
    const listed = (await sync.prune({ dryRun: true })).parts
    await database.byHand('DROP TABLE contacts_deals')
    expect(await sync.prune({ parts: listed })).toMatchObject({
      status: 'changed',
      reason: expect.stringMatching(/^contacts_deals would no longer be dropped\. Nothing /),
    })
  })

  test('is counted up to ten thousand rows', async () => {
    const { anew, database } = await begin()
    const columns = 'portal_id, source_status, source_updated_at, raw, synced_at'
    const numbers =
      'WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)'
    await database.byHand(
      `INSERT INTO deals (source_id, ${columns}) ${numbers} SELECT CAST(n * 10000 AS text) || source_id, ${columns} FROM deals, numbers`,
    )
    const { stale } = (await anew(fewer).status()).definitions
    expect(stale.at(-1)).toMatchObject({ table: 'deals', rows: 10_000 })
  })

  test('is forgotten by the next prune if the first one died before it could', async () => {
    const { anew, portal } = await begin()
    const { store } = anew(fewer)
    let isPruned = false
    const dying: Store = {
      ...store,
      async prune(portalId, parts, options) {
        isPruned ||= !options.dryRun
        return store.prune(portalId, parts, options)
      },
      commit: async (batch) => {
        if (isPruned) throw new Error('killed')
        return store.commit(batch)
      },
    }
    await expect(anew(fewer, { store: dying }).prune()).rejects.toThrow('killed')
    expect(await anew(fewer).prune()).toEqual({ status: 'dropped', parts: [] })
    // Nothing remembers that the records under this name were deals.
    portal.create('tickets', { subject: 'Help' })
    const sync = anew([contacts, companies, tickets.extend({ name: 'deals' })])
    expect((await sync.run()).status).toBe('complete')
    expect((await sync.list('deals' as never)).results).toMatchObject([{ subject: 'Help' }])
  })

  test('has no values in the change feed any more', async () => {
    const { anew, portal, id } = await begin()
    portal.update('contacts', id, { jobtitle: 'Chief', firstname: 'Ada' })
    await anew(full).run()
    const sync = anew(fewer)
    const columns = async () => (await sync.changes()).results.map((entry) => entry.columns)
    expect((await columns()).at(-1)).toMatchObject({ job: { old: 'Boss', new: 'Chief' } })
    await sync.prune()
    expect((await columns()).at(-1)).toEqual({ firstName: { old: null, new: 'Ada' } })
  })

  test('stays where another process keeps it up to date, if the first run without it was of an earlier version', async () => {
    const { anew, portal } = await begin()
    const sync = anew(fewer)
    await sync.run()
    // That version noted no moments.
    const [portalId, stream] = [String(portal.portalId), 'sync_coverages']
    const expected = await sync.store.readCheckpoint(portalId, stream)
    const text = JSON.stringify(expected, (name, value) =>
      name === 'since' || name === 'ranAt' ? undefined : value,
    )
    const next = { ...JSON.parse(text), revision: Number(expected?.revision) + 1 }
    const at = '2026-06-01T10:00:00.000Z'
    await sync.store.commit({ portalId, at, checkpoint: { stream, expected, next } })
    await anew(full).run()
    expect(await sync.prune()).toMatchObject({ status: 'dropped', parts: [], kept: parts })
  })

  test('stays where another process keeps it up to date, unless all of it is to be dropped', async () => {
    const { anew, database, clock } = await begin()
    const sync = anew(fewer)
    await sync.run()
    await clock.advance(60_000)
    const keptAt = new Date(clock.now()).toISOString()
    await anew(full).run()
    const kept = parts.map((part) => expect.objectContaining({ ...part, keptAt }))
    expect((await sync.status()).definitions.stale).toEqual(kept)
    expect(await sync.prune({ dryRun: true })).toEqual({ status: 'listed', parts: [], kept })
    expect(await sync.prune()).toEqual({ status: 'dropped', parts: [], kept })
    expect(await database.lines('deals')).toHaveLength(3)
    expect(await sync.prune({ all: true })).toEqual({ status: 'dropped', parts: kept })
    await tablesGone(database, 'deals')
  })

  test('no longer stays once the other process has not run for a day', async () => {
    const { anew, clock } = await begin()
    const sync = anew(fewer)
    await sync.run()
    await clock.advance(60_000)
    await anew(full).run()
    await clock.advance(24 * 3_600_000)
    await sync.run()
    expect(await sync.prune()).toMatchObject({ status: 'dropped', parts })
  })
})
