import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { ColumnValue } from '../../src/model.js'
import type { planReference } from '../../src/store/plan-reference.js'
import { noRows } from '../../src/store/plan-row.js'
import {
  type ReferenceName,
  type ReferenceRow,
  type ReferenceTable,
  referenceTables,
} from '../../src/store/reference-tables.js'
import type { ChangeEntry } from '../../src/store/store.js'

/** A reference table by its name. */
export function referenceTable(name: ReferenceName): ReferenceTable {
  return referenceTables.find((table) => table.name === name) as ReferenceTable
}

const anyRows = (object: string) =>
  fc.uniqueArray(
    fc.record<ReferenceRow>({
      key: fc.constantFrom('a', 'b', 'c').map((id) => [object, id]),
      status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ARCHIVED'),
      values: fc.constantFrom<ReferenceRow['values'][]>({ label: 'One' }, { label: 'Two' }, {}),
      raw: fc.constantFrom<ReferenceRow['raw'][]>({ a: 1, b: 2 }, { b: 2, a: 1 }, { a: 2 }),
    }),
    { selector: ({ key }) => key[1], maxLength: 3 },
  )

/** A complete reading of the part of one object, or of the whole table. */
const anyReading = fc.oneof(
  fc.constantFrom('deals', 'tickets').chain((object) => {
    return anyRows(object).map((rows) => ({ scope: [object], rows }))
  }),
  fc.tuple(anyRows('deals'), anyRows('tickets')).map((rows) => ({ scope: [], rows: rows.flat() })),
)

type Scope = ReferenceRow['key']
type Rows = Map<string, ReferenceRow>

const byKey = (rows: readonly ReferenceRow[]): Rows =>
  new Map(rows.map((row) => [row.key.join('/'), row]))
const partOf = (rows: Rows, scope: Scope) =>
  [...rows.values()].filter(({ key }) => scope.every((value, index) => key[index] === value))

/** The table as a reading is meant to leave it: written down as plainly as can be. */
function naively(table: ReferenceTable, before: Rows, scope: Scope, listed: ReferenceRow[]): Rows {
  const after = new Map(before)
  for (const row of partOf(before, scope)) {
    const key = row.key.join('/')
    if (table.keeps) after.set(key, { ...row, status: 'ARCHIVED' })
    else after.delete(key)
  }
  for (const [key, row] of byKey(listed)) {
    const values = table.columns.map(({ name }) => [name, row.values[name] ?? null])
    const raw = table.raw ? row.raw : null
    after.set(key, { ...row, values: Object.fromEntries(values), raw })
  }
  return after
}

/** What somebody knows of the rows who follows the feed. */
type Told = Map<string, { status: string; values: Record<string, ColumnValue> }>

const statuses: Partial<Record<ChangeEntry['kind'], string>> = {
  ...{ created: 'ACTIVE', restored: 'ACTIVE', archived: 'ARCHIVED' },
}

function hear(told: Told, { id, kind, columns }: Omit<ChangeEntry, 'seq' | 'at'>): void {
  const before = told.get(id) ?? { status: '', values: {} }
  const values = { ...before.values }
  for (const [name, { old, new: now }] of Object.entries(columns)) {
    expect(before.values[name] ?? null).toEqual(old)
    values[name] = now
  }
  if (kind === 'removed') told.delete(id)
  else told.set(id, { status: statuses[kind] ?? before.status, values })
}

/** Without values that are null: nobody is told of a value that a new row doesn't have. */
function tellable(rows: ReadonlyMap<string, Pick<ReferenceRow, 'values'> & { status: string }>) {
  return new Map(
    [...rows].map(([key, { status, values }]) => {
      const told = Object.entries(values).filter(([, value]) => value !== null)
      return [key, { status, values: Object.fromEntries(told) }]
    }),
  )
}

/**
 * That readings, planned this way, leave a table as if each had replaced its part, write and count what differs and no
 * more, and tell those who follow the feed what the table has.
 */
export function readingsLeaveAsMeant(plan: typeof planReference) {
  return fc.property(
    fc.constantFrom<ReferenceName[]>('pipelines', 'property_groups', 'owners_teams'),
    fc.array(anyReading, { minLength: 2, maxLength: 5 }),
    (name, readings) => {
      const table = referenceTable(name)
      let meant: Rows = new Map()
      const stored: Rows = new Map()
      const told: Told = new Map()
      for (const { scope, rows: given } of readings) {
        const rows = given.map((row): ReferenceRow => {
          return table.keeps ? row : { ...row, status: 'ACTIVE' }
        })
        const before = meant
        meant = naively(table, before, scope, rows)
        const reading = { table: name, scope, rows, feed: true }
        const { plan: writes, counts, entries } = plan(table, reading, partOf(stored, scope))
        for (const key of writes.removed) stored.delete(key.join('/'))
        for (const [key, row] of byKey(writes.written)) stored.set(key, row)
        expect(stored).toEqual(meant)
        const changed = [...meant].filter(([key, row]) => !isDeepStrictEqual(before.get(key), row))
        const gone = [...before.keys()].filter((key) => !meant.has(key))
        expect([...byKey(writes.written).keys()].sort()).toEqual(changed.map(([key]) => key).sort())
        expect(writes.removed.map((key) => key.join('/')).sort()).toEqual(gone.sort())
        const unchanged = partOf(meant, scope).length - changed.length
        const kinds = { ...noRows(), unchanged }
        for (const { kind } of entries) kinds[kind as 'created']++
        expect(counts).toEqual(kinds)
        for (const entry of entries) hear(told, entry)
        expect(tellable(told)).toEqual(tellable(meant))
      }
    },
  )
}
