import { column, companies, contacts, deals, type ObjectDefinition } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { answerFor } from '../hubspot-host.js'
import { type SharedDatabase, sharedDatabases } from './support/shared-database.js'
import { stores } from './support/stores.js'
import { createWorld } from './support/world.js'

const people = contacts.extend({
  columns: { source: column.text('hs_analytics_source'), topics: column.list('topics') },
})
const full = [people, companies, deals]

/** A portal whose records name owners, stages and choices, mirrored into this database. */
async function mirrored(database: SharedDatabase, portalId = 1_001) {
  const world = createWorld(database.store(), { portalId: String(portalId), portal: { portalId } })
  const { portal } = world
  portal.defineProperty('contacts', {
    name: 'topics',
    type: 'enumeration',
    fieldType: 'checkbox',
    options: [
      { value: 'b', label: 'Boats' },
      { value: 'a', label: `Ana's art` },
    ],
  })
  const ada = portal.createOwner({ email: 'ada@example.com', firstName: 'Ada', lastName: 'Okafor' })
  const ben = portal.createOwner({ email: 'ben@example.com' })
  const gone = portal.createOwner({ email: 'gone@example.com', firstName: 'Gone' })
  portal.archiveOwner(gone)
  const pipeline = portal.createPipeline('deals', {
    label: 'Partners',
    stages: [{ id: 'closedwon', label: 'Signed' }],
  })
  const deal = (properties: Record<string, string>) => portal.create('deals', properties)
  const ids = {
    won: deal({ pipeline: 'default', dealstage: 'closedwon', hubspot_owner_id: ada }),
    signed: deal({ pipeline, dealstage: 'closedwon', hubspot_owner_id: ben }),
    left: deal({ hubspot_owner_id: gone }),
    odd: deal({ pipeline: 'nowhere', dealstage: 'nothing', hubspot_owner_id: '9' }),
    contact: portal.create('contacts', { lifecyclestage: 'lead', topics: 'a;zz;b' }),
    silent: portal.create('contacts', { email: 'silent@example.com' }),
  }
  /** A process that is started anew with these definitions. */
  const anew = (objects: readonly ObjectDefinition[] = full) =>
    world.again({ store: database.store(), objects: objects as never, reference: true })
  expect((await anew().run()).status).toBe('complete')
  const lineOf = async (view: string, id: string) =>
    (await database.lines(view)).find(({ source_id }) => source_id === id)
  return { ...world, ids, pipeline, anew, lineOf }
}

const listOf = (value: unknown) => (typeof value === 'string' ? JSON.parse(value) : value)

describe.each(sharedDatabases)('views with labels on $name', ({ name, open }) => {
  test('spell out pipelines, and stages by their pipeline', async () => {
    const { anew, ids, lineOf } = await mirrored(open())
    await anew().makeViews()
    expect(await lineOf('deals_labelled', ids.won)).toMatchObject({
      ...{ stage: 'closedwon', stage_label: 'Closed won', pipeline_label: 'Sales pipeline' },
    })
    expect(await lineOf('deals_labelled', ids.signed)).toMatchObject({
      ...{ stage: 'closedwon', stage_label: 'Signed', pipeline_label: 'Partners' },
    })
  })

  test('name owners, those too who have left or have no name', async () => {
    const { anew, ids, lineOf } = await mirrored(open())
    await anew().makeViews()
    const ownerOf = async (id: string) => (await lineOf('deals_labelled', id))?.owner_name
    expect(await ownerOf(ids.won)).toBe('Ada Okafor')
    expect(await ownerOf(ids.signed)).toBe('ben@example.com')
    expect(await ownerOf(ids.left)).toBe('Gone')
  })

  test('spell out choices whose values have spaces at their ends', async () => {
    const database = open()
    const { anew, portal, clock, lineOf } = await mirrored(database)
    portal.defineProperty('contacts', {
      ...{ name: 'seats', type: 'enumeration', fieldType: 'checkbox' },
      options: [
        { value: ' window ', label: 'Window' },
        { value: 'aisle\u00a0', label: 'Aisle' },
      ],
    })
    const id = portal.create('contacts', { seats: ' window ;aisle\u00a0; window ' })
    const seated = people.extend({
      columns: { seat: column.text('seats'), seats: column.list('seats') },
    })
    const sync = anew([seated])
    await sync.run({ jobs: ['contacts', 'catalogue'] })
    await sync.makeViews()
    expect(listOf((await lineOf('contacts_labelled', id))?.seats_label)).toEqual([
      ...['Window', 'Aisle', 'Window'],
    ])
    await clock.advance(1_000)
    portal.update('contacts', id, { seats: 'aisle\u00a0' })
    await sync.run({ jobs: ['contacts'] })
    expect(await lineOf('contacts_labelled', id)).toMatchObject({ seat_label: 'Aisle' })
  })

  test('have NULL beside what HubSpot does not list', async () => {
    const { anew, ids, lineOf } = await mirrored(open())
    await anew().makeViews()
    expect(await lineOf('deals_labelled', ids.odd)).toMatchObject({
      ...{ stage_label: null, pipeline_label: null, owner_name: null },
    })
  })

  test('spell out a choice, and several in their order', async () => {
    const { anew, ids, lineOf } = await mirrored(open())
    await anew().makeViews()
    const line = await lineOf('contacts_labelled', ids.contact)
    expect(line).toMatchObject({ lifecycle_stage: 'lead', lifecycle_stage_label: 'Lead' })
    expect(listOf(line?.topics)).toEqual(['a', 'zz', 'b'])
    expect(listOf(line?.topics_label)).toEqual([`Ana's art`, 'zz', 'Boats'])
    const silent = await lineOf('contacts_labelled', ids.silent)
    expect(silent).toMatchObject({ topics_label: null, owner_name: null })
  })

  test('have every line and every column of their tables', async () => {
    const database = open()
    await (await mirrored(database)).anew().makeViews()
    for (const table of ['contacts', 'deals']) {
      const lines = await database.lines(table)
      const labelled = await database.lines(`${table}_labelled`)
      expect(labelled).toHaveLength(lines.length)
      for (const line of lines)
        expect(labelled).toContainEqual(expect.objectContaining({ ...line }))
    }
  })

  test('are told, and those of tables that have no label are not made', async () => {
    const { anew } = await mirrored(open())
    const bare = companies.extend({ name: 'bare' } as never)
    expect(await anew([deals, bare]).makeViews()).toEqual([
      { name: 'deals_labelled', labels: ['stage_label', 'pipeline_label', 'owner_name'] },
    ])
  })

  test('show at once what is renamed', async () => {
    const { anew, portal, clock, ids, lineOf } = await mirrored(open())
    await anew().makeViews()
    portal.updateStage('deals', 'default', 'closedwon', { label: 'Hurrah' })
    await clock.advance(2 * 3_600_000)
    await anew().run()
    expect((await lineOf('deals_labelled', ids.won))?.stage_label).toBe('Hurrah')
  })

  test('can be made again, and then have the columns of the new definitions', async () => {
    const { anew, ids, lineOf } = await mirrored(open())
    await anew().makeViews()
    await anew().makeViews()
    const more = deals.extend({ columns: { kind: column.text('dealtype') } })
    await anew([people, companies, more]).run()
    await anew([people, companies, more]).makeViews()
    const line = await lineOf('deals_labelled', ids.won)
    expect(line).toMatchObject({ kind: null, kind_label: null, stage_label: 'Closed won' })
  })

  test('keep no column from being pruned, and come back without it', async () => {
    const { anew, ids, lineOf } = await mirrored(open())
    await anew().makeViews()
    const less = [contacts, companies, deals]
    expect((await anew(less).prune()).status).toBe('dropped')
    expect((await anew(less).run()).status).toBe('complete')
    await anew(less).makeViews()
    const line = await lineOf('contacts_labelled', ids.contact)
    expect(line).toMatchObject({ lifecycle_stage_label: 'Lead' })
    expect(line).not.toHaveProperty('topics')
  })

  test('stay when a column is pruned that they do not have', async () => {
    const database = open()
    const { anew } = await mirrored(database)
    const less = [contacts, companies, deals]
    await anew(less).makeViews()
    expect((await anew(less).prune()).status).toBe('dropped')
    expect(await database.lines('contacts_labelled')).toHaveLength(2)
  })

  test('go with a table that is pruned', async () => {
    const database = open()
    const { anew } = await mirrored(database)
    await anew().makeViews()
    expect((await anew([people, companies]).prune()).status).toBe('dropped')
    await expect(database.lines('deals_labelled')).rejects.toThrow(/deals_labelled/)
  })

  test('keep no column from coming back as another kind', async () => {
    const { anew, ids, lineOf } = await mirrored(open())
    await anew().makeViews()
    const other = [people.extend({ columns: { topics: column.text('topics') } }), companies, deals]
    expect((await anew(other).prune()).status).toBe('dropped')
    expect((await anew(other).run()).status).toBe('complete')
    await anew(other).makeViews()
    expect(await lineOf('contacts_labelled', ids.contact)).toMatchObject({ topics: 'a;zz;b' })
  })

  test.each([
    ['view', 'CREATE VIEW deals_labelled AS SELECT 1 AS one'],
    ['table', 'CREATE TABLE deals_labelled (one integer)'],
  ])('do not replace a %s of the user, and none is made', async (_, sql) => {
    const database = open()
    const { anew } = await mirrored(database)
    await database.byHand(sql)
    await expect(anew().makeViews()).rejects.toMatchObject({
      code: 'SCHEMA_CONFLICT',
      message: expect.stringMatching(/deals_labelled.* Rename or drop it\./),
    })
    expect(Object.keys((await database.lines('deals_labelled'))[0] ?? { one: 1 })).toEqual(['one'])
    await expect(database.lines('contacts_labelled')).rejects.toThrow(/contacts_labelled/)
    expect((await anew([people, companies]).prune()).status).toBe('dropped')
  })

  test('have the labels of each portal for its own records', async () => {
    const database = open()
    const one = await mirrored(database, 1_001)
    one.close()
    const other = await mirrored(database, 1_002)
    other.portal.updateStage('deals', 'default', 'closedwon', { label: 'Otherwise' })
    await other.clock.advance(2 * 3_600_000)
    await other.anew().run()
    await other.anew().makeViews()
    other.close()
    answerFor(one.portal)
    const lines = await database.lines('deals_labelled')
    const labelOf = (portal: string, id: string) =>
      lines.find(({ portal_id, source_id }) => portal_id === portal && source_id === id)
    expect(labelOf('1001', one.ids.won)?.stage_label).toBe('Closed won')
    expect(labelOf('1002', other.ids.won)?.stage_label).toBe('Otherwise')
  })

  test('of a mirror without reference data are not made', async () => {
    const { again } = await mirrored(open())
    const sync = again({ objects: full as never, reference: false })
    expect(await sync.makeViews()).toEqual([])
  })

  test(`are refused before the first run, on ${name}`, async () => {
    const { sync } = createWorld(open().store())
    await expect(sync.makeViews()).rejects.toMatchObject({ code: 'NOT_MIRRORED' })
  })
})

test('the store in memory goes without views', async () => {
  const memory = stores.find(({ name }) => name === 'memory')
  const { sync } = createWorld(memory?.open() as never, { reference: true })
  await sync.run()
  expect(await sync.makeViews()).toEqual([])
})
