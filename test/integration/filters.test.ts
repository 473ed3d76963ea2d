import {
  column,
  companies,
  contacts,
  createHubspotSync,
  createMirrorReader,
  deals,
  type ObjectDefinition,
} from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { stores } from './support/stores.js'
import { createWorld } from './support/world.js'

const people = contacts.extend({
  columns: {
    vip: column.boolean('is_vip'),
    score: column.integer('lead_score'),
    ratio: column.number('ratio'),
    born: column.date('born'),
    seenAt: column.datetime('seen_at'),
    interests: column.list('interests'),
  },
})

const objects = [people, companies, deals] as const

function openWorld(store: Parameters<typeof createWorld>[0]) {
  const world = createWorld(store, { objects: objects as readonly ObjectDefinition[] as never })
  for (const [name, type] of Object.entries({
    is_vip: 'bool',
    lead_score: 'number',
    ratio: 'number',
    born: 'date',
    seen_at: 'datetime',
    interests: 'enumeration',
  }))
    world.portal.defineProperty('contacts', { name, type: type as never })
  const ada = world.portal.create('contacts', {
    email: ' Ada@Example.com ',
    phone: '+49 (30) 1234-5',
    firstname: 'Ada',
    is_vip: 'true',
    lead_score: '42',
    ratio: '0.5',
    born: '1815-12-10',
    seen_at: '2026-03-30T12:00:00Z',
    interests: 'a;b',
  })
  const bob = world.portal.create('contacts', { email: 'bob@example.com', firstname: 'Ada' })
  const deal = world.portal.create('deals', { dealname: 'Big', amount: '5000.00' })
  return { ...world, ada, bob, deal }
}

describe.each(stores)('a filtered list on $name', ({ place }) => {
  test('finds what a person types, in the form of the column', async () => {
    const store = place()()
    const { ada, deal, sync } = openWorld(store)
    await sync.run()
    const reader = createMirrorReader({ store, objects })
    const ids = async (where: Parameters<typeof reader.list<'contacts'>>[1]) =>
      (await reader.list('contacts', where)).results.map(({ id }) => id)
    for (const where of [
      { email: '  ADA@example.COM ' },
      { phone: '+49 30 12345' },
      { firstName: ' Ada ', vip: true },
      { score: 42 },
      { ratio: 0.5 },
      { born: '1815-12-10' },
      { seenAt: '2026-03-30T14:00:00+02:00' },
    ])
      expect(await ids({ where })).toEqual([ada])
    const found = await reader.list('deals', { where: { amount: '5000' } })
    expect(found.results.map(({ id }) => id)).toEqual([deal])
  })

  test('finds rows without a value', async () => {
    const store = place()()
    const { bob, sync } = openWorld(store)
    await sync.run()
    const reader = createMirrorReader({ store, objects })
    for (const where of [{ vip: null }, { interests: null }, { firstName: 'Ada', phone: null }])
      expect((await reader.list('contacts', { where })).results.map(({ id }) => id)).toEqual([bob])
  })

  test('continues from page to page', async () => {
    const store = place()()
    const { portal, sync, ada, bob } = openWorld(store)
    const more = portal.createMany('contacts', 5, () => ({ firstname: 'Ada' }))
    await sync.run()
    const reader = createMirrorReader({ store, objects })
    const seen: string[] = []
    for (let after: string | undefined; ; ) {
      const { results, paging } = await reader.list('contacts', {
        where: { firstName: 'Ada' },
        limit: 3,
        after,
      })
      seen.push(...results.map(({ id }) => id))
      if (!paging.next) break
      after = paging.next.after
    }
    expect(seen).toEqual([ada, bob, ...more].sort())
  })

  test('finds nothing by a column that no run has made yet, and everything without it', async () => {
    const open = place()
    const { sync, portal } = openWorld(open())
    await sync.run()
    const wider = people.extend({ columns: { city: column.text('city') } })
    const reader = createMirrorReader({ store: open(), objects: [wider, companies, deals] })
    const found = async (city: string | null) =>
      (await reader.list('contacts', { where: { city } })).results.length
    expect(await found('Rome')).toBe(0)
    expect(await found(null)).toBe(portal.count('contacts'))
    await sync.close()
  })
})

describe('a filter that fits no column', () => {
  const reader = createHubspotSync({
    accessToken: 'pat-na1-0',
    store: stores[0]?.open() as never,
    objects,
  })
  const asking = (object: string, where: unknown) =>
    reader.list(object as 'contacts', { where: where as never })

  test.each([
    [{ emial: 'x' }, '`where.emial` in list(…) to be a column of "contacts" (email, '],
    [{ constructor: 'x' }, '`where.constructor`'],
    [{ status: 'ACTIVE' }, '`where.status` in list(…) to be a column of "contacts"'],
    [
      { email: 5 },
      '`where.email` in list(…) to be an e-mail address as text, or null for rows without a value, got 5.',
    ],
    [{ email: '' }, 'or null for rows without a value, got an empty string.'],
    [{ email: '  ' }, 'or null for rows without a value, got "  ".'],
    [{ email: undefined }, 'got nothing. Leave the column out to get all rows.'],
    [{ phone: 'none' }, 'to be one telephone number as text'],
    [{ score: '42' }, 'to be a whole number, or null for rows without a value, got "42".'],
    [{ score: 1.5 }, 'to be a whole number'],
    [{ ratio: Number.NaN }, 'to be a number'],
    [{ vip: 'true' }, 'to be true or false'],
    [{ born: '2026-02-30' }, 'to be a day such as "2026-03-30"'],
    [{ born: new Date(0) }, 'got an object'],
    [{ seenAt: 'soon' }, 'to be a moment such as "2026-03-30T12:00:00Z"'],
    [
      { interests: ['a'] },
      '`where.interests` in list(…) to be null, got a list. Lists are not compared: use SQL.',
    ],
    [
      'email',
      '`where` in list(…) to be an object such as { email: "a@example.com" }, got "email".',
    ],
    [null, 'got null'],
    [[], 'got a list'],
  ])('%j is refused with what was expected', async (where, message) => {
    const refusal = asking('contacts', where)
    await expect(refusal).rejects.toMatchObject({ code: 'INVALID_OPTION' })
    await expect(refusal).rejects.toThrow(message)
  })

  test('a number for a decimal is refused', async () => {
    await expect(asking('deals', { amount: 5000 })).rejects.toThrow(
      'to be a decimal number as text such as "5000.00", or null for rows without a value, got 5000.',
    )
  })
})
