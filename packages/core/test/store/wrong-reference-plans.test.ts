import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planReference } from '../../src/store/plan-reference.js'
import type { ReferenceRow } from '../../src/store/reference-tables.js'
import { readingsLeaveAsMeant } from '../support/any-readings.js'

type Given = Parameters<typeof planReference>
type Plan = ReturnType<typeof planReference>

/** A plan of something else than what is given. */
const given =
  (change: (...given: Given) => Given): typeof planReference =>
  (...args) =>
    planReference(...change(...args))

/** A plan that is changed. */
const planning =
  (change: (plan: Plan, ...given: Given) => void): typeof planReference =>
  (...args) => {
    const plan = planReference(...args)
    change(plan, ...args)
    return plan
  }

const stored = (change: (row: ReferenceRow) => Partial<ReferenceRow> | undefined) =>
  given((table, set, rows) => [
    table,
    set,
    rows.flatMap((row) => {
      const changed = change(row)
      return changed ? [{ ...row, ...changed }] : []
    }),
  ])

/** Plans that are wrong in one way each: what no store that goes by `planReference` can do wrong any more. */
const wrongPlans: Record<string, typeof planReference> = {
  'only adds rows': given((table, set, rows) => {
    const listed = new Set(set.rows.map(({ key }) => key.join('/')))
    return [table, set, rows.filter(({ key }) => listed.has(key.join('/')))]
  }),
  'drops what is no longer listed': planning(({ plan }, table, set) => {
    const listed = new Set(set.rows.map(({ key }) => key.join('/')))
    if (table.keeps) plan.written = plan.written.filter(({ key }) => listed.has(key.join('/')))
  }),
  'deletes what is no longer listed': given((table, set, rows) => [
    { ...table, keeps: false },
    set,
    rows,
  ]),
  'archives in a table that keeps none': given((table, set, rows) => [
    { ...table, keeps: true },
    set,
    rows,
  ]),
  'empties what it archives': planning(({ plan }) => {
    plan.written = plan.written.map((row) =>
      row.status === 'ARCHIVED' ? { ...row, values: { label: null } } : row,
    )
  }),
  'takes all that is listed for active': given((table, set, rows) => [
    table,
    { ...set, rows: set.rows.map((row) => ({ ...row, status: 'ACTIVE' })) },
    rows,
  ]),
  'leaves archived what is listed again': given((table, set, rows) => {
    const left = new Set(
      rows.filter(({ status }) => status === 'ARCHIVED').map(({ key }) => key.join('/')),
    )
    const listed = set.rows.filter(({ key }) => !left.has(key.join('/')))
    return [table, { ...set, rows: listed }, rows]
  }),
  'archives again what is archived': planning(({ plan }, table, set, rows) => {
    const listed = new Set(set.rows.map(({ key }) => key.join('/')))
    const left = rows.filter(({ status }) => status === 'ARCHIVED')
    if (table.keeps) plan.written.push(...left.filter(({ key }) => !listed.has(key.join('/'))))
  }),
  'writes what has not changed': stored(() => ({ raw: 'other' })),
  'knows nothing of what is stored': stored(() => undefined),
  'does not look at raw objects': given((table, set, rows) => {
    const before = new Map(rows.map(({ key, raw }) => [key.join('/'), raw]))
    const kept = set.rows.map((row) => ({ ...row, raw: before.get(row.key.join('/')) ?? row.raw }))
    return [table, { ...set, rows: kept }, rows]
  }),
  'keeps values that a row no longer has': given((table, set, rows) => {
    const before = new Map(rows.map(({ key, values }) => [key.join('/'), values]))
    const merged = set.rows.map((row) => ({
      ...row,
      values: { ...before.get(row.key.join('/')), ...row.values },
    }))
    return [table, { ...set, rows: merged }, rows]
  }),
  'keeps raw objects where the table has none': given((table, set, rows) => [
    { ...table, raw: true },
    set,
    rows,
  ]),
  'tells nothing': given((table, set, rows) => [table, { ...set, feed: false }, rows]),
  'tells no deletion': planning((plan) => {
    plan.entries = plan.entries.filter(({ kind }) => kind !== 'removed')
  }),
  'tells a restored row as updated': planning(({ entries }) => {
    for (const entry of entries) if (entry.kind === 'restored') entry.kind = 'updated'
  }),
  'tells no values': planning(({ entries }) => {
    for (const entry of entries) entry.columns = {}
  }),
  'counts nothing as unchanged': planning(({ counts }) => {
    counts.unchanged = 0
  }),
}

test.each(Object.entries(wrongPlans))('a plan that %s is caught', (_, plan) => {
  const { failed, errorInstance } = fc.check(readingsLeaveAsMeant(plan), {
    seed: 1,
    numRuns: 500,
    endOnFailure: true,
  })
  expect(failed).toBe(true)
  expect(errorInstance).toMatchObject({ name: 'AssertionError' })
})
