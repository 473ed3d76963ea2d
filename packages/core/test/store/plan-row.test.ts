import { describe, expect, test } from 'vitest'
import type { MirrorRow } from '../../src/model.js'
import { changedColumns, planRow } from '../../src/store/plan-row.js'
import { known, minute, row, schema } from '../support/planned-rows.js'

const [table] = schema.objects as [(typeof schema.objects)[0]]
const version = { status: 'ACTIVE', updatedAt: minute(5), archivedAt: null } as const
const at = (count: number, more: Partial<MirrorRow> = {}) => ({ updatedAt: minute(count), ...more })
const archived = { status: 'ARCHIVED' } as const
const two = { values: { title: 'two', tags: null } }

describe.each<
  [what: string, incoming: Partial<MirrorRow>, here: Partial<MirrorRow> | undefined, count: string]
>([
  ['is new', at(1), undefined, 'created'],
  ['is new and lies in the bin', at(1, archived), undefined, 'archived'],
  ['is newer', at(2), at(1), 'updated'],
  ['is older', at(1), at(2), 'stale'],
  ['is the same', at(1), at(1), 'unchanged'],
  ['has another value at the same date', at(1, two), at(1), 'updated'],
  ['is archived at the same date', at(1, archived), at(1), 'archived'],
  ['is active at the same date, and archived here', at(1), at(1, archived), 'stale'],
  ['is active at a later date, and archived here', at(2), at(1, archived), 'restored'],
  [
    'is archived once more, later',
    at(1, { ...archived, archivedAt: minute(3) }),
    at(1, archived),
    'updated',
  ],
  [
    'is older, and replaces the version that is here',
    at(1, { replaces: version }),
    at(5),
    'updated',
  ],
  ['is older, and replaces a version that is gone', at(1, { replaces: version }), at(6), 'stale'],
  ['is a part of the version that is here', at(1, { ...two, partial: true }), at(1), 'updated'],
  ['is a part of another version', at(2, { partial: true }), at(1), 'stale'],
  ['is a part of what is not here', at(1, { partial: true }), undefined, 'stale'],
])('a row that %s', (_, incoming, here, count) => {
  test(`is ${count}`, () => {
    const plan = planRow(table, row('1', incoming), here && known('1', here), undefined)
    expect(plan.count).toBe(count)
    expect(plan.action).toBe(
      ['stale', 'unchanged'].includes(count) ? 'leave' : here ? 'update' : 'insert',
    )
  })
})

describe.each<
  [what: string, incoming: Partial<MirrorRow>, reason: 'merged' | 'purged', count: string]
>([
  ['merged away', at(20, { readAt: minute(30) }), 'merged', 'stale'],
  ['purged, and says nothing later', at(5), 'purged', 'stale'],
  ['purged, and was changed since', at(20), 'purged', 'created'],
  ['purged, and was asked for since', at(5, { readAt: minute(20) }), 'purged', 'created'],
  ['purged, and was asked for before', at(5, { readAt: minute(9) }), 'purged', 'stale'],
])('a row of an id that was %s', (_, incoming, reason, count) => {
  test(`is ${count}`, () => {
    const tombstone = { reason, at: minute(10) }
    expect(planRow(table, row('1', incoming), undefined, tombstone).count).toBe(count)
  })
})

test('a value that did not come is kept, and so is a property', () => {
  const here = known('1', { values: { title: 'one', tags: ['a'] } })
  const incoming = row('1', at(2, { values: { title: 'two' } }))
  incoming.raw.properties = { other: 'new' }
  const plan = planRow(table, incoming, here, undefined)
  expect(plan).toMatchObject({
    action: 'update',
    row: {
      values: { title: 'two', tags: ['a'] },
      raw: { properties: { other: 'new', title: 'one' } },
    },
  })
})

test('a change names only the columns that changed', () => {
  const before = { title: 'one', tags: ['a', 'b'] }
  const after = { title: 'two', tags: ['a', 'b'] }
  expect(changedColumns(table, before, after)).toEqual({ title: { old: 'one', new: 'two' } })
})
