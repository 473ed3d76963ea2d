import { column, companies, contacts, deals, type ObjectDefinition } from '@hubsync/core'
import { describe, expect, test } from 'vitest'
import { databases } from './support/stores.js'
import { caller, createWorld, tokens } from './support/world.js'

const people = contacts.extend({
  columns: {
    score: column.integer('lead_score'),
    ratio: column.number('ratio'),
    vip: column.boolean('is_vip'),
    born: column.date('born'),
    seenAt: column.datetime('seen_at'),
    interests: column.list('interests'),
    limit: column.integer('credit_limit'),
  },
})

const objects = [people, companies, deals] as readonly ObjectDefinition[]
const associations: [string, string][] = [['contacts', 'companies']]

async function openWorld(database?: ReturnType<(typeof databases)[number]['open']>) {
  const world = await createWorld({
    objects,
    associations,
    run: false,
    ...(database ? { database } : {}),
  })
  for (const [name, type] of Object.entries({
    lead_score: 'number',
    ratio: 'number',
    is_vip: 'bool',
    born: 'date',
    seen_at: 'datetime',
    interests: 'enumeration',
    credit_limit: 'number',
  }))
    world.portal.defineProperty('contacts', { name, type: type as never })
  const ada = world.portal.create('contacts', {
    email: 'ada@example.com',
    phone: '+49 30 99',
    lead_score: '42',
    ratio: '0.5',
    is_vip: 'true',
    born: '1815-12-10',
    seen_at: '2026-03-30T12:00:00Z',
    credit_limit: '1',
  })
  await world.sync.run()
  return { ...world, ada, get: caller(world.handler) }
}

describe.each(databases)('a page of records on $name', ({ open }) => {
  test('is filtered by columns, in the form in which they are stored', async () => {
    const { get, ada } = await openWorld(open())
    for (const query of [
      'email=%20ADA@example.com',
      'phone=%2B49(30)99',
      'score=42',
      'ratio=5e-1',
      'vip=TRUE',
      'born=1815-12-10',
      'seenAt=2026-03-30T12:00:00Z&vip=true',
    ]) {
      const { body } = await get(`/contacts?${query}`)
      expect(body.results.map(({ id }: { id: string }) => id)).toEqual([ada])
    }
    expect((await get('/contacts?vip=true&email=bob@example.com')).body.results).toEqual([])
    expect((await get('/deals?amount=10.5')).body.results).toHaveLength(1)
  })

  test('is filtered by columns without a value where the parameter is empty', async () => {
    const { get, ada } = await openWorld(open())
    const { body } = await get('/contacts?interests=&firstName=&email=ada@example.com')
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual([ada])
    expect((await get('/contacts?vip=')).body.results).toHaveLength(30)
  })

  test('continues with the filter from page to page', async () => {
    const { get, portal, sync } = await openWorld(open())
    const more = portal.createMany('contacts', 5, () => ({ firstname: 'Same' }))
    await sync.run()
    const first = (await get('/contacts?firstName=Same&limit=3')).body
    const rest = await get(`/contacts?firstName=Same&limit=3&after=${first.paging.next.after}`)
    expect(rest.body.paging).toEqual({})
    const seen = [...first.results, ...rest.body.results].map(({ id }) => id)
    expect(seen).toEqual([...more].sort())
  })
})

describe('a filter over HTTP', () => {
  test.each([
    ['score=4.5', 'score', 'a whole number'],
    ['score=many', 'score', 'a whole number'],
    ['ratio=Infinity', 'ratio', 'a number'],
    ['vip=1', 'vip', 'true or false'],
    ['born=2026-02-30', 'born', 'a day such as "2026-03-30"'],
    ['seenAt=soon', 'seenAt', 'a moment such as "2026-03-30T12:00:00Z"'],
    ['phone=none', 'phone', 'one telephone number as text such as "+49 30 1234"'],
    ['email=a&email=b', 'email', 'an e-mail address as text'],
  ])('?%s is refused with the name of the parameter', async (query, name, expected) => {
    const { get } = await openWorld()
    const { status, body } = await get(`/contacts?${query}`)
    expect(status).toBe(400)
    const found = {
      in: 'query',
      name,
      expected: `${expected}, or empty for records without a value`,
    }
    expect(body).toMatchObject({ code: 'INVALID_INPUT', errors: [found] })
  })

  test('by a list is only for its absence, and by no column is refused', async () => {
    const { get } = await openWorld()
    const list = await get('/contacts?interests=a')
    expect(list.status).toBe(400)
    expect(list.body.errors).toEqual([
      { in: 'query', name: 'interests', expected: 'empty: lists are only compared with no value' },
    ])
    const unknown = await get('/contacts?emial=a')
    expect(unknown.status).toBe(400)
    expect(unknown.body.detail).toContain('Expected only the query parameters limit, after, status')
    expect(unknown.body.detail).toContain('email')
  })

  test('leaves parameters of the route their meaning', async () => {
    const { get } = await openWorld()
    expect((await get('/contacts?limit=2')).body.results).toHaveLength(2)
  })

  test('is in the OpenAPI document, by the kind of each column', async () => {
    const { handler } = await openWorld()
    const { body } = await caller(handler, tokens.docs)('/api/docs-json')
    const parameters: { name: string; schema: unknown; description?: string }[] =
      body.paths['/contacts'].get.parameters
    const named = (name: string) => parameters.find((each) => each.name === name)
    expect(parameters.filter(({ name }) => name === 'limit')).toHaveLength(1)
    expect(named('email')).toMatchObject({ in: 'query', required: false, allowEmptyValue: true })
    expect(named('email')?.schema).toMatchObject({ type: 'string' })
    expect(named('score')?.schema).toMatchObject({ type: 'integer' })
    expect(named('ratio')?.schema).toMatchObject({ type: 'number' })
    expect(named('vip')?.schema).toMatchObject({ type: 'boolean' })
    expect(named('born')?.schema).toMatchObject({ type: 'string', format: 'date' })
    expect(named('email')?.description).toContain("HubSpot's `email`")
  })
})
