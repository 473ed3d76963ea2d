import assert from 'node:assert/strict'
import type { MirrorRow, RowVersion, Store } from '@hubsync/core'
import type { RowCounts } from '@hubsync/core/store'
import { type ConformanceCase, migrated, storeCase } from '../conformance-case.js'
import { lineOf } from '../read-back.js'
import { batch, group, minute, portalId, row, type SampleRow } from '../sample-rows.js'

const version = (firstName: string, sample: SampleRow = {}): MirrorRow =>
  row('1', { ...sample, values: { firstName } })

/** A row that was read by id and replaces this stored version. */
const replacing = (seen: RowVersion, by: MirrorRow): MirrorRow => {
  const { status, updatedAt, archivedAt } = seen
  return { ...by, replaces: { status, updatedAt, archivedAt } }
}

/** Commits each row in its own commit, and returns the counts of each. */
async function commitEach(store: Store, ...rows: MirrorRow[]): Promise<(keyof RowCounts)[]> {
  const counted: (keyof RowCounts)[] = []
  for (const [index, each] of rows.entries()) {
    const result = await store.commit(
      batch({ at: minute(100 + index), rows: [group('contacts', each)] }),
    )
    const counts = Object.entries(result.rows.contacts ?? {}).filter(([, count]) => count > 0)
    assert.equal(counts.length, 1)
    counted.push(counts[0]?.[0] as keyof RowCounts)
  }
  return counted
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}

export const versionCases: readonly ConformanceCase[] = [
  storeCase(3, 'An older version is left out and counted as stale', async (store, place) => {
    assert.deepEqual(await commitEach(store, version('new', { at: 5 })), ['created'])
    const before = await lineOf(place, 'contacts', '1')
    assert.deepEqual(await commitEach(store, version('old', { at: 4 })), ['stale'])
    assert.deepEqual(await lineOf(place, 'contacts', '1'), before)
    assert.equal(before.first_name, 'new')
    assert.equal((await store.changes(portalId, { limit: 10 })).length, 1)
  }),

  storeCase(
    3,
    'A newer version overwrites, even if it is newer by one millisecond',
    async (store, place) => {
      const later = {
        ...version('later', { at: 5 }),
        updatedAt: minute(5).replace('.000Z', '.001Z'),
      }
      const counted = await commitEach(
        store,
        version('first', { at: 4 }),
        version('second', { at: 5 }),
        later,
      )
      assert.deepEqual(counted, ['created', 'updated', 'updated'])
      const line = await lineOf(place, 'contacts', '1')
      assert.equal(line.first_name, 'later')
      assert.equal(line.source_updated_at, later.updatedAt)
      assert.equal(line.synced_at, minute(102))
    },
  ),

  storeCase(
    3,
    'If two versions have the same date, the one that comes later wins',
    async (store, place) => {
      const counted = await commitEach(store, version('first'), version('second'))
      assert.deepEqual(counted, ['created', 'updated'])
      assert.equal((await lineOf(place, 'contacts', '1')).first_name, 'second')
    },
  ),

  storeCase(
    3,
    'At the same date an archived version is newer than an active one',
    async (store, place) => {
      const counted = await commitEach(
        store,
        version('a', { at: 5 }),
        version('a', { at: 5, archived: 9 }),
      )
      assert.deepEqual(counted, ['created', 'archived'])
      const line = await lineOf(place, 'contacts', '1')
      assert.equal(line.source_status, 'ARCHIVED')
      assert.equal(line.source_archived_at, minute(9))
    },
  ),

  storeCase(
    3,
    'An active version of the same date does not restore an archived row',
    async (store, place) => {
      const counted = await commitEach(
        store,
        version('a', { at: 5, archived: 9 }),
        version('b', { at: 5 }),
      )
      assert.deepEqual(counted, ['archived', 'stale'])
      const line = await lineOf(place, 'contacts', '1')
      assert.deepEqual([line.source_status, line.first_name], ['ARCHIVED', 'a'])
    },
  ),

  storeCase(3, 'A version modified later restores an archived row', async (store, place) => {
    const counted = await commitEach(
      store,
      version('a', { at: 5, archived: 9 }),
      version('b', { at: 6 }),
    )
    assert.deepEqual(counted, ['archived', 'restored'])
    const line = await lineOf(place, 'contacts', '1')
    assert.deepEqual([line.source_status, line.source_archived_at], ['ACTIVE', null])
    assert.equal((await store.changes(portalId, { limit: 10 })).at(-1)?.kind, 'restored')
  }),

  storeCase(3, 'An older archived version does not archive a newer active row', async (store) => {
    const counted = await commitEach(
      store,
      version('new', { at: 5 }),
      version('old', { at: 4, archived: 9 }),
    )
    assert.deepEqual(counted, ['created', 'stale'])
    assert.equal((await store.get(portalId, 'contacts', '1'))?.status, 'ACTIVE')
  }),

  storeCase(
    3,
    'If two archived versions have the same date, the one archived later wins',
    async (store) => {
      const [early, late] = [
        version('a', { at: 5, archived: 8 }),
        version('a', { at: 5, archived: 9 }),
      ]
      assert.deepEqual(await commitEach(store, early, late, early), [
        'archived',
        'updated',
        'stale',
      ])
      assert.equal((await store.get(portalId, 'contacts', '1'))?.archivedAt, minute(9))
    },
  ),

  storeCase(3, 'The versions of a record result in the same row, in any order', async (store) => {
    const versions = [
      version('first', { at: 4 }),
      version('first', { at: 4, archived: 5 }),
      version('second', { at: 6 }),
      version('second', { at: 6, archived: 7 }),
    ]
    for (const [index, order] of permutations(versions).entries()) {
      const id = `${index + 1}`
      for (const each of order)
        await store.commit(batch({ rows: [group('contacts', { ...each, id })] }))
      const stored = await store.get(portalId, 'contacts', id)
      assert.deepEqual(
        [stored?.status, stored?.values.firstName, stored?.updatedAt, stored?.archivedAt],
        ['ARCHIVED', 'second', minute(6), minute(7)],
        `In the order ${order.map(({ raw }) => JSON.stringify(raw)).join()}`,
      )
    }
  }),

  storeCase(3, 'Versions of a record within one batch are compared too', async (store) => {
    const versions = [
      version('first', { at: 4 }),
      version('third', { at: 6 }),
      version('second', { at: 5 }),
    ]
    const { rows } = await store.commit(batch({ rows: [group('contacts', ...versions)] }))
    assert.deepEqual(
      [rows.contacts?.created, rows.contacts?.updated, rows.contacts?.stale],
      [1, 1, 1],
    )
    assert.equal((await store.get(portalId, 'contacts', '1'))?.values.firstName, 'third')
  }),

  storeCase(
    3,
    'An older version takes the place of the newer one that it replaces',
    async (store, place) => {
      const wrong = version('wrong', { at: 500_000 })
      const right = replacing(wrong, version('right', { at: 6 }))
      assert.deepEqual(await commitEach(store, wrong, right), ['created', 'updated'])
      const line = await lineOf(place, 'contacts', '1')
      assert.deepEqual(
        [line.first_name, line.source_updated_at, line.synced_at],
        ['right', minute(6), minute(101)],
      )
      assert.deepEqual((await store.get(portalId, 'contacts', '1'))?.raw, right.raw)
      const [, told] = await store.changes(portalId, { limit: 10 })
      assert.deepEqual(told?.columns, { firstName: { old: 'wrong', new: 'right' } })
      assert.deepEqual(await commitEach(store, version('next', { at: 7 }), wrong), [
        'updated',
        'updated',
      ])
    },
  ),

  storeCase(3, 'An older version replaces no version but the one that it names', async (store) => {
    const seen = version('seen', { at: 7 })
    const came = version('came', { at: 8 })
    const older = replacing(seen, version('older', { at: 6 }))
    assert.deepEqual(await commitEach(store, seen, came, older), ['created', 'updated', 'stale'])
    assert.equal((await store.get(portalId, 'contacts', '1'))?.values.firstName, 'came')
    const newer = replacing(seen, version('newer', { at: 9 }))
    assert.deepEqual(await commitEach(store, newer), ['updated'])
  }),

  storeCase(
    3,
    'A version to be replaced is also identified by its status and its time of archiving',
    async (store) => {
      const active = version('a', { at: 7 })
      const archived = version('a', { at: 7, archived: 8 })
      const later = version('a', { at: 7, archived: 9 })
      const older = version('older', { at: 6 })
      assert.deepEqual(await commitEach(store, active, archived, replacing(active, older)), [
        'created',
        'archived',
        'stale',
      ])
      assert.deepEqual(await commitEach(store, later, replacing(archived, older)), [
        'updated',
        'stale',
      ])
      assert.deepEqual(await commitEach(store, replacing(later, older)), ['restored'])
      const binned = version('older', { at: 5, archived: 9 })
      assert.deepEqual(await commitEach(store, replacing(older, binned)), ['archived'])
      assert.equal((await store.get(portalId, 'contacts', '1'))?.status, 'ARCHIVED')
    },
  ),

  storeCase(3, 'A version is replaced once within a batch', async (store) => {
    const wrong = version('wrong', { at: 500_000 })
    await store.commit(batch({ rows: [group('contacts', wrong)] }))
    const [later, earlier] = [6, 5].map((at) => replacing(wrong, version(`${at}`, { at })))
    const { rows } = await store.commit(
      batch({ rows: [group('contacts', later as MirrorRow, earlier as MirrorRow)] }),
    )
    assert.deepEqual([rows.contacts?.updated, rows.contacts?.stale], [1, 1])
    assert.equal((await store.get(portalId, 'contacts', '1'))?.updatedAt, minute(6))
  }),

  storeCase(
    3,
    'If two writers race, the newer version stays, whichever comes first',
    async (store, place) => {
      const other = await migrated(place)
      for (let turn = 1; turn <= 20; turn++) {
        const id = String(turn)
        const old = row(id, { at: 4, values: { firstName: 'old' } })
        const recent = row(id, { at: 5, values: { firstName: 'new' } })
        const pair = turn % 2 === 0 ? [old, recent] : [recent, old]
        await Promise.all(
          [store, other].map((writer, index) =>
            writer.commit(batch({ rows: [group('contacts', pair[index] as MirrorRow)] })),
          ),
        )
        const stored = await store.get(portalId, 'contacts', id)
        assert.deepEqual([stored?.values.firstName, stored?.updatedAt], ['new', minute(5)])
      }
    },
  ),
]
