import { column, companies, contacts, createMirrorReader, deals } from '@hubsync/core'
import { mirrorSchema } from '@hubsync/core/store'
import { describe, expect, test } from 'vitest'
import { databases, stores } from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const size = { contacts: 30, companies: 2, deals: 3 }

const people = contacts.extend({
  columns: { email: column.email('email', { index: true }), city: column.text('city') },
})
const objects = [people, companies, deals] as const

const schema = mirrorSchema(objects, [])
const withoutIndex = mirrorSchema([contacts, companies, deals], [])

describe.each(databases)('an index of a column on $name', ({ place }) => {
  test('is missing until a handle has migrated to it, in a mirror that exists too', async () => {
    const open = place()
    const [first, second] = [open(), open()]
    expect((await first.missing(schema)).indexes).toBeUndefined()
    await first.migrate(withoutIndex)
    expect((await second.missing(schema)).indexes).toEqual([
      { object: 'contacts', column: 'email' },
    ])
    await second.migrate(schema)
    expect((await first.missing(schema)).indexes).toBeUndefined()
    await first.migrate(schema)
    for (const store of [first, second]) await store.close()
  })

  test('stays when the definition has it no longer', async () => {
    const open = place()
    const store = open()
    await store.migrate(schema)
    await store.migrate(withoutIndex)
    expect((await store.missing(schema)).indexes).toBeUndefined()
    await store.close()
  })

  test('is made for every kind of column', async () => {
    const store = place()()
    const kinds = Object.keys(column) as (keyof typeof column)[]
    const all = contacts.extend({
      columns: Object.fromEntries(
        kinds.map((kind) => [`a${kind}`, column[kind](`p_${kind}`, { index: true })]),
      ),
    })
    const wanted = mirrorSchema([all], [])
    await store.migrate(wanted)
    expect((await store.missing(wanted)).indexes).toBeUndefined()
    await store.close()
  })

  test('is added by the next run to a mirror with rows, which are not read again', async () => {
    const open = place()
    const { portal, sync, again, clock } = createWorld(open(), {
      census: false,
      associationSweep: false,
    })
    populate(portal, size)
    await sync.run()
    await clock.advance(3 * 3_600_000)
    await sync.run()
    const store = open()
    const wider = [
      contacts.extend({ columns: { email: column.email('email', { index: true }) } }),
      companies,
      deals,
    ]
    const reader = createMirrorReader({ store, objects: wider })
    expect((await store.missing(mirrorSchema(wider, []))).indexes).toHaveLength(1)
    const report = await again({ store, objects: wider as never }).run()
    expect(report).toMatchObject({
      status: 'complete',
      jobs: { contacts: { read: 0, updated: 0 } },
    })
    expect((await store.missing(mirrorSchema(wider, []))).indexes).toBeUndefined()
    const { results } = await reader.list('contacts', { where: { email: 'person.3@example.com' } })
    expect(results).toHaveLength(1)
    await store.close()
  })
})

describe.each(stores)('status() on $name', ({ place }) => {
  test('tells by which columns rows were filtered without an index', async () => {
    const open = place()
    const { portal, sync } = createWorld(open(), { objects })
    const { contacts: ids } = populate(portal, size)
    await sync.run()
    expect((await sync.status()).unindexedFilters).toEqual([])
    await sync.list('contacts', { where: { email: 'person.1@example.com' } })
    await sync.list('contacts', { where: { email: 'person.1@example.com', firstName: 'First 1' } })
    expect((await sync.status()).unindexedFilters).toEqual([])
    await sync.list('contacts', { where: { city: null, firstName: 'First 1' } })
    await sync.list('deals', { where: { stage: 'closedwon' } })
    expect((await sync.status()).unindexedFilters).toEqual([
      { object: 'contacts', column: 'firstName', rows: ids.length },
      { object: 'contacts', column: 'city', rows: ids.length },
      { object: 'deals', column: 'stage', rows: 3 },
    ])
  })
})

describe.each(databases)('status() on $name', ({ place }) => {
  test('tells of a filter whose index no run has made yet, until one does', async () => {
    const open = place()
    const { portal, sync, again } = createWorld(open(), { census: false })
    populate(portal, size)
    await sync.run()
    const store = open()
    const next = again({ store, objects: objects as never })
    await next.list('contacts', { where: { email: null } })
    expect((await next.status()).unindexedFilters).toEqual([
      { object: 'contacts', column: 'email', rows: 30 },
    ])
    await next.run()
    expect((await next.status()).unindexedFilters).toEqual([])
    await store.close()
  })
})

describe('a column', () => {
  test.each([
    [{ indx: true }, 'Expected no option named `indx` in column.email(…). The options are index.'],
    [{ index: 'yes' }, 'Expected `index` in column.email(…) to be true or false, got "yes".'],
    [true, 'Expected column.email(…) to be given an object of options, got true.'],
  ])('refuses %j as its options', (given, message) => {
    expect(() => column.email('email', given as never)).toThrow(message)
  })
})
