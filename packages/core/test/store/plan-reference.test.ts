import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planReference } from '../../src/store/plan-reference.js'
import type { ReferenceName, ReferenceRow } from '../../src/store/reference-tables.js'
import { readingsLeaveAsMeant, referenceTable } from '../support/any-readings.js'

const raw = { name: 'p' }

/** A pipeline with a label, as a reader gives it. */
const pipeline = (given: Partial<ReferenceRow> = {}): ReferenceRow => ({
  ...{ key: ['deals', 'p'], status: 'ACTIVE', values: { label: 'One', displayOrder: 1 }, raw },
  ...given,
})

/** The same as a store gives it: with all columns. */
function stored(given: Partial<ReferenceRow> = {}): ReferenceRow {
  const row = pipeline(given)
  const nulls = referenceTable('pipelines').columns.map(({ name }) => [name, null])
  return { ...row, values: { ...Object.fromEntries(nulls), ...row.values } }
}

const plan = (
  rows: ReferenceRow[],
  here: ReferenceRow[],
  { table = 'pipelines' as ReferenceName, feed = true } = {},
) => planReference(referenceTable(table), { table, scope: ['deals'], rows, feed }, here)

const left = { status: 'ARCHIVED' } as const
const renamed = { values: { label: 'Two', displayOrder: 1 } }

describe.each<
  [what: string, listed: Partial<ReferenceRow>, here: Partial<ReferenceRow> | undefined, is: string]
>([
  ['is new', {}, undefined, 'created'],
  ['is new, and archived', left, undefined, 'archived'],
  ['is as it was', {}, {}, 'unchanged'],
  [
    'has its raw keys in another order',
    { raw: { a: 1, b: 2 } },
    { raw: { b: 2, a: 1 } },
    'unchanged',
  ],
  ['has another label', renamed, {}, 'updated'],
  ['lost a value', { values: { label: 'One' } }, {}, 'updated'],
  ['has another raw object', { raw: { name: 'q' } }, {}, 'updated'],
  ['has an unknown value', { values: { ...pipeline().values, other: 'x' } }, {}, 'unchanged'],
  ['is archived now', left, {}, 'archived'],
  ['is archived still', left, left, 'unchanged'],
  ['is archived still, under another label', { ...left, ...renamed }, left, 'updated'],
  ['is active again', {}, left, 'restored'],
  ['is active again, under another label', renamed, left, 'restored'],
])('a listed row that %s', (_, listed, here, is) => {
  const { plan: writes, counts, entries } = plan([pipeline(listed)], here ? [stored(here)] : [])

  test(`is ${is}`, () => {
    expect(counts[is as keyof typeof counts]).toBe(1)
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(1)
    expect(writes.written).toHaveLength(is === 'unchanged' ? 0 : 1)
    expect(writes.removed).toEqual([])
  })

  test(is === 'unchanged' ? 'is not told' : 'is told with what changed', () => {
    expect(entries.map(({ object, id, kind }) => ({ object, id, kind }))).toEqual(
      is === 'unchanged' ? [] : [{ object: 'pipelines', id: 'deals/p', kind: is }],
    )
  })
})

test('a new row is told with the values that it has', () => {
  expect(plan([pipeline()], []).entries[0]?.columns).toEqual({
    label: { old: null, new: 'One' },
    displayOrder: { old: null, new: 1 },
  })
})

test('a row that is no longer listed becomes ARCHIVED and keeps its values', () => {
  const { plan: writes, counts, entries } = plan([], [stored()])
  expect(writes.written).toEqual([stored(left)])
  expect(counts.archived).toBe(1)
  expect(entries).toEqual([{ object: 'pipelines', id: 'deals/p', kind: 'archived', columns: {} }])
})

test('a row that is no longer listed and was archived before is left as it is', () => {
  const { plan: writes, counts, entries } = plan([], [stored(left)])
  expect([writes.written, entries]).toEqual([[], []])
  expect(counts.unchanged).toBe(1)
})

test('a row that is no longer listed is deleted from a table that keeps none', () => {
  const row: ReferenceRow = { key: ['1', '5'], status: 'ACTIVE', values: {}, raw: null }
  const { plan: writes, counts, entries } = plan([], [row], { table: 'owners_teams' })
  expect([writes.written, writes.removed]).toEqual([[], [['1', '5']]])
  expect(counts.removed).toBe(1)
  expect(entries).toEqual([{ object: 'owners_teams', id: '1/5', kind: 'removed', columns: {} }])
})

test('of a row that is listed twice the later one counts', () => {
  const { plan: writes, counts } = plan([pipeline(), pipeline(renamed)], [])
  expect(writes.written).toEqual([stored(renamed)])
  expect(counts.created).toBe(1)
})

test('keys with the same text and another type are two', () => {
  const type = (typeId: string | number): ReferenceRow => {
    const key = ['contacts', 'deals', 'USER_DEFINED', typeId]
    return { key, status: 'ACTIVE', values: {}, raw: null }
  }
  expect(plan([type(1), type('1')], [], { table: 'association_types' }).counts.created).toBe(2)
})

test('half a surrogate pair becomes U+FFFD in key and values, and is the same row again', () => {
  const half = pipeline({ key: ['deals', '\ud83d'], values: { label: '\ud83d' } })
  const first = plan([half], []).plan.written
  expect(first[0]).toMatchObject({ key: ['deals', '\ufffd'], values: { label: '\ufffd' } })
  expect(plan([half], first).counts).toMatchObject({ unchanged: 1, archived: 0 })
})

test('a reading that the feed is not to hear of is counted and not told', () => {
  const { counts, entries } = plan([pipeline(renamed)], [stored()], { feed: false })
  expect([counts.updated, entries]).toEqual([1, []])
})

test('readings leave a table as if each had replaced its part, and tell what it has', () => {
  fc.assert(readingsLeaveAsMeant(planReference), { numRuns: 500 })
})
