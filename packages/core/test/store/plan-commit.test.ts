import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AssociationEdge, Tombstone } from '../../src/model.js'
import {
  endsOf,
  lookupsOf,
  planCommit,
  type RecordsPlan,
  type StoredState,
} from '../../src/store/plan-commit.js'
import type { Batch } from '../../src/store/store.js'
import { leavesAsMeant } from '../support/any-batches.js'
import { edge, known, minute, row, schema } from '../support/planned-rows.js'

const portalId = '1'
const batch = (content: Partial<Batch>): Batch => ({ portalId, at: minute(10), ...content })
const contactRows = (...rows: ReturnType<typeof row>[]) => [
  { object: 'contacts', rows, feed: true },
]
const purged = (id: string, object = 'contacts'): Tombstone => {
  return { object, id, reason: 'purged', intoId: null }
}
const companiesOf = (fromId: string, ...edges: AssociationEdge[]) => {
  return { pair: 'contacts_companies', fromId, edges }
}

/** The stored state with these contacts, tombstones of contacts, sets and active companies. */
function found(given: {
  contacts?: Record<string, ReturnType<typeof known>>
  tombstones?: Record<string, { reason: 'merged' | 'purged'; intoId: string | null; at: string }>
  sets?: Record<string, AssociationEdge[]>
  companies?: string[]
}): StoredState {
  return {
    rows: new Map([['contacts', new Map(Object.entries(given.contacts ?? {}))]]),
    tombstones: new Map([['contacts', new Map(Object.entries(given.tombstones ?? {}))]]),
    sets: new Map([['contacts_companies', new Map(Object.entries(given.sets ?? {}))]]),
    active: new Map([['companies', new Map(given.companies?.map((id) => [id, true]))]]),
    reference: [],
  }
}

const plan = (content: Partial<Batch>, here: Parameters<typeof found>[0] = {}) => {
  const { records, pairs, entries, result } = planCommit(schema, batch(content), found(here))
  const contacts = records.get('contacts') as RecordsPlan
  const links = pairs.get('contacts_companies')
  return { contacts, links, entries, result }
}

describe('the lookups of a batch', () => {
  const content = batch({
    rows: contactRows(row('1'), row('1'), row('2')),
    tombstones: [purged('3'), purged('9', 'companies')],
    associations: [companiesOf('1', edge('7'), edge('8')), companiesOf('4', edge('9'))],
  })

  test('are its records, and the near ends of its sets', () => {
    expect(lookupsOf(content)).toEqual({
      records: new Map([
        ['contacts', new Set(['1', '2', '3'])],
        ['companies', new Set(['9'])],
      ]),
      sets: new Map([['contacts_companies', new Set(['1', '4'])]]),
      reference: [],
    })
  })

  test('are the parts of its readings', () => {
    const reading = (...scope: string[]) => {
      return { table: 'pipelines' as const, scope, rows: [], feed: true }
    }
    const { reference } = lookupsOf(batch({ reference: [reading('deals'), reading('cut \ud83d')] }))
    expect(reference).toEqual([
      { table: 'pipelines', scope: ['deals'] },
      { table: 'pipelines', scope: ['cut \ufffd'] },
    ])
  })

  test('are then the ends of what is new, but for records of the batch itself', () => {
    expect(endsOf(schema, content, found({ sets: { '1': [edge('7')] } }))).toEqual(
      new Map([
        ['companies', new Set(['8'])],
        ['contacts', new Set(['4'])],
      ]),
    )
  })
})

describe('a planned commit', () => {
  test('writes a row that comes twice once, and tells of both', () => {
    const later = row('1', { updatedAt: minute(2), values: { title: 'two', tags: null } })
    const { contacts, entries, result } = plan({ rows: contactRows(row('1'), later) })
    expect(contacts.rows).toEqual(
      new Map([['1', { action: 'insert', row: later, rawText: JSON.stringify(later.raw) }]]),
    )
    expect(entries.map(({ kind }) => kind)).toEqual(['created', 'updated'])
    expect(result.rows.contacts).toMatchObject({ created: 1, updated: 1 })
  })

  test('tells nothing of rows that the feed is not to tell of', () => {
    const rows = [{ object: 'contacts', rows: [row('1')], feed: false }]
    expect(plan({ rows }).entries).toEqual([])
  })

  test('takes a row out with its associations, its content in the feed, and tells of it', () => {
    const { contacts, entries, result } = plan(
      { tombstones: [purged('1')] },
      { contacts: { '1': known('1') } },
    )
    expect(contacts).toMatchObject({
      removed: new Set(['1']),
      leaving: new Set(['1']),
      buried: new Map([['1', purged('1')]]),
    })
    expect(entries).toEqual([{ object: 'contacts', id: '1', kind: 'removed', columns: {} }])
    expect(result.rows.contacts).toMatchObject({ removed: 1 })
  })

  test('buries a record that is not here, and tells of nothing', () => {
    const { contacts, entries, result } = plan({ tombstones: [purged('1')] })
    expect(contacts).toMatchObject({ removed: new Set(), buried: new Map([['1', purged('1')]]) })
    expect(entries).toEqual([])
    expect(result.rows.contacts).toBeUndefined()
  })

  test('leaves a tombstone that says the same as it is', () => {
    const stone = { reason: 'purged', intoId: null, at: minute(3) } as const
    const { contacts } = plan({ tombstones: [purged('1')] }, { tombstones: { '1': stone } })
    expect(contacts.buried).toEqual(new Map())
  })

  test('takes the tombstone of a record away that came back', () => {
    const stone = { reason: 'purged', intoId: null, at: minute(3) } as const
    const rows = contactRows(row('1', { readAt: minute(4) }))
    const { contacts } = plan({ rows }, { tombstones: { '1': stone } })
    expect(contacts).toMatchObject({ unburied: new Set(['1']), buried: new Map() })
  })

  test('writes another tombstone of a record that came back and goes again', () => {
    const stone = { reason: 'purged', intoId: null, at: minute(3) } as const
    const rows = contactRows(row('1', { readAt: minute(4) }))
    const { contacts } = plan({ rows, tombstones: [purged('1')] }, { tombstones: { '1': stone } })
    expect(contacts).toMatchObject({
      unburied: new Set(),
      buried: new Map([['1', purged('1')]]),
    })
  })

  test('writes nothing of a record that it both makes and buries, but tells that it came and went', () => {
    const { contacts, entries, result } = plan({
      rows: contactRows(row('1')),
      tombstones: [purged('1')],
    })
    expect(contacts).toMatchObject({ rows: new Map(), removed: new Set() })
    expect(entries.map(({ kind, columns }) => [kind, columns])).toEqual([
      ['created', {}],
      ['removed', {}],
    ])
    expect(result.rows.contacts).toMatchObject({ created: 1, removed: 1 })
  })

  test('links what both ends are here of and active, and counts the rest', () => {
    const { links, result } = plan(
      { associations: [companiesOf('1', edge('7'), edge('8'))], rows: contactRows(row('1')) },
      { companies: ['7'] },
    )
    expect(links).toMatchObject({
      added: [{ fromId: '1', ...edge('7') }],
      relabelled: [],
      removed: [],
    })
    expect(result.associations).toEqual({ added: 1, removed: 0, unlinked: 1 })
  })

  test('links nothing to a record that it archives', () => {
    const rows = contactRows(row('1', { status: 'ARCHIVED', updatedAt: minute(2) }))
    const { contacts, links, result } = plan(
      { rows, associations: [companiesOf('1', edge('7'))] },
      { contacts: { '1': known('1') }, sets: { '1': [edge('7')] }, companies: ['7'] },
    )
    expect(contacts.leaving).toEqual(new Set(['1']))
    expect(links).toMatchObject({ added: [], relabelled: [], removed: [] })
    expect(result.associations).toEqual({ added: 0, removed: 0, unlinked: 1 })
  })

  test('counts an association as left out whose far end it archives', () => {
    const rows = [{ object: 'companies', rows: [row('7', { status: 'ARCHIVED' })], feed: true }]
    const { links, result } = plan(
      { rows, associations: [companiesOf('1', edge('7'))] },
      { sets: { '1': [edge('7')] } },
    )
    expect(links).toMatchObject({ added: [], relabelled: [], removed: [] })
    expect(result.associations).toEqual({ added: 0, removed: 0, unlinked: 1 })
  })

  test('is refused where the schema lacks an object or a pair', () => {
    const rows = [{ object: 'tickets', rows: [], feed: false }]
    expect(() => plan({ rows })).toThrow(/The table of "tickets".*Call run\(\)/)
    const associations = [{ pair: 'a_b', fromId: '1', edges: [] }]
    expect(() => plan({ associations })).toThrow(/The table of the pair "a_b".*Call run\(\)/)
  })
})

test('batches leave a store as if each row, tombstone and set had been written by itself', async () => {
  await fc.assert(leavesAsMeant(planCommit), { numRuns: 300 })
})
