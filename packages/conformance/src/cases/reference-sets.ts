import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import type { ReferenceName, ReferenceSet, RowCounts } from '@hubsync/core/store'
import { type ConformanceCase, referenceCase } from '../conformance-case.js'
import { everything, expectRefusal } from '../read-back.js'
import { member, pipeline, reading, referenceRow } from '../sample-reference.js'
import { batch, group, minute, otherPortalId, portalId, row } from '../sample-rows.js'
import { referenceSchema } from '../sample-schema.js'
import type { Line, Place } from '../store-harness.js'

const write = (store: Store, at: number, ...reference: ReferenceSet[]) =>
  store.commit(batch({ at: minute(at), reference }))

/** The keys of a part with their states: `deals/p ACTIVE One`. */
async function states(store: Store, table: ReferenceName, portal = portalId): Promise<string[]> {
  const rows = await store.reference(portal, table, [])
  return rows.map(({ key, status, values }) =>
    [key.join('/'), status, values.label ?? values.name ?? ''].join(' ').trim(),
  )
}

/** The lines of a table in the database, by a column. */
async function lines(place: Place, table: string, column: string): Promise<Record<string, Line>> {
  const found = await place.rows(table)
  return Object.fromEntries(found.map((line) => [String(line[column]), line]))
}

const counted = (counts: RowCounts | undefined) =>
  Object.fromEntries(Object.entries(counts ?? {}).filter(([, count]) => count > 0))

const one = pipeline('p', 'One')
const two = pipeline('q', 'Two')

export const referenceSetCases: readonly ConformanceCase[] = [
  referenceCase(
    'A reference row that is no longer listed becomes ARCHIVED and keeps its values',
    async (store, place) => {
      await write(store, 100, reading('pipelines', ['deals'], one, two))
      const { rows } = await write(store, 200, reading('pipelines', ['deals'], two))
      assert.deepEqual(counted(rows.pipelines), { archived: 1, unchanged: 1 })
      const [left, stayed] = await store.reference(portalId, 'pipelines', ['deals'])
      assert.equal(left?.status, 'ARCHIVED')
      assert.deepEqual([left.values.label, left.raw], ['One', one.raw])
      assert.deepEqual([stayed?.status, stayed?.values.label], ['ACTIVE', 'Two'])
      const { p, q } = await lines(place, 'pipelines', 'source_id')
      assert.deepEqual([p?.source_status, p?.label, p?.raw], ['ARCHIVED', 'One', one.raw])
      assert.deepEqual([q?.source_status, q?.label], ['ACTIVE', 'Two'])
    },
  ),

  referenceCase('A reading without any row archives all of its part', async (store) => {
    await write(store, 100, reading('pipelines', ['deals'], one, two))
    await write(store, 200, reading('pipelines', ['deals']))
    assert.deepEqual(await states(store, 'pipelines'), [
      'deals/p ARCHIVED One',
      'deals/q ARCHIVED Two',
    ])
  }),

  referenceCase('A reference row that is listed again becomes ACTIVE', async (store) => {
    await write(store, 100, reading('pipelines', ['deals'], one))
    await write(store, 200, reading('pipelines', ['deals']))
    const again = await write(store, 300, reading('pipelines', ['deals'], one))
    assert.deepEqual(counted(again.rows.pipelines), { restored: 1 })
    assert.deepEqual(await states(store, 'pipelines'), ['deals/p ACTIVE One'])
  }),

  referenceCase('A reference row that HubSpot lists as archived is stored so', async (store) => {
    const left = referenceRow(['7'], { status: 'ARCHIVED', values: { email: 'a@example.com' } })
    const { rows } = await write(store, 100, reading('owners', [], left))
    assert.deepEqual(counted(rows.owners), { archived: 1 })
    const [owner] = await store.reference(portalId, 'owners', [])
    assert.deepEqual([owner?.status, owner?.values.email], ['ARCHIVED', 'a@example.com'])
  }),

  referenceCase(
    'A reference row that did not change is not written, and one that did is',
    async (store, place) => {
      await write(store, 100, reading('pipelines', ['deals'], one, two))
      const changed = pipeline('q', 'Renamed')
      const { rows } = await write(store, 200, reading('pipelines', ['deals'], one, changed))
      assert.deepEqual(counted(rows.pipelines), { updated: 1, unchanged: 1 })
      const found = await store.reference(portalId, 'pipelines', [])
      assert.deepEqual(
        found.map(({ syncedAt }) => syncedAt),
        [minute(100), minute(200)],
      )
      const { p, q } = await lines(place, 'pipelines', 'source_id')
      assert.deepEqual([p?.synced_at, q?.synced_at], [minute(100), minute(200)])
      assert.equal(q?.label, 'Renamed')
    },
  ),

  referenceCase('A value that a reference row no longer has becomes null', async (store) => {
    await write(store, 100, reading('pipelines', ['deals'], one))
    const bare = { ...one, values: { label: 'One' } }
    await write(store, 200, reading('pipelines', ['deals'], bare))
    const [found] = await store.reference(portalId, 'pipelines', [])
    assert.equal(found?.values.displayOrder, null)
  }),

  referenceCase('A raw object that changes alone is written', async (store) => {
    await write(store, 100, reading('pipelines', ['deals'], one))
    const changed = { ...one, raw: { new: true } }
    const { rows } = await write(store, 200, reading('pipelines', ['deals'], changed))
    assert.deepEqual(counted(rows.pipelines), { updated: 1 })
    const [found] = await store.reference(portalId, 'pipelines', [])
    assert.deepEqual(found?.raw, { new: true })
  }),

  referenceCase(
    'In a table that keeps no rows, one that is no longer listed is deleted',
    async (store, place) => {
      await write(store, 100, reading('owners_teams', [], member('1', '5'), member('2', '5')))
      const { rows } = await write(store, 200, reading('owners_teams', [], member('2', '5')))
      assert.deepEqual(counted(rows.owners_teams), { removed: 1, unchanged: 1 })
      assert.deepEqual(await states(store, 'owners_teams'), ['2/5 ACTIVE'])
      assert.deepEqual(
        (await place.rows('owners_teams')).map((line) => line.owner_id),
        ['2'],
      )
    },
  ),

  referenceCase('A reading of one part leaves all others as they are', async (store) => {
    const ticket = pipeline('p', 'Ticket', 'tickets')
    await write(
      store,
      100,
      reading('pipelines', ['deals'], one, two),
      reading('pipelines', ['tickets'], ticket),
    )
    await write(store, 200, reading('pipelines', ['deals'], two))
    assert.deepEqual(await states(store, 'pipelines'), [
      'deals/p ARCHIVED One',
      'deals/q ACTIVE Two',
      'tickets/p ACTIVE Ticket',
    ])
    await write(store, 300, reading('pipelines', ['tickets']))
    assert.deepEqual(await states(store, 'pipelines'), [
      'deals/p ARCHIVED One',
      'deals/q ACTIVE Two',
      'tickets/p ARCHIVED Ticket',
    ])
  }),

  referenceCase('Parts whose names begin alike are separate', async (store) => {
    const part = (object: string) => reading('pipelines', [object], pipeline('p', object, object))
    await write(store, 100, ...['deal', 'deals', 'deals2'].map(part))
    await write(store, 200, reading('pipelines', ['deals']))
    assert.deepEqual(await states(store, 'pipelines'), [
      'deal/p ACTIVE deal',
      'deals/p ARCHIVED deals',
      'deals2/p ACTIVE deals2',
    ])
  }),

  referenceCase('Reference rows of portals are separate', async (store, place) => {
    const of = (id: string, ...labels: string[]) => {
      const rows = labels.map((label) => pipeline('p', label))
      return batch({ portalId: id, reference: [reading('pipelines', ['deals'], ...rows)] })
    }
    await store.commit(of(portalId, 'One'))
    await store.commit(of(otherPortalId, 'Other'))
    assert.deepEqual(await states(store, 'pipelines'), ['deals/p ACTIVE One'])
    assert.deepEqual(await states(store, 'pipelines', otherPortalId), ['deals/p ACTIVE Other'])
    await store.commit(of(otherPortalId))
    assert.deepEqual(await states(store, 'pipelines'), ['deals/p ACTIVE One'])
    const { length } = await place.rows('pipelines')
    assert.equal(length, 2)
    assert.deepEqual((await store.changes(portalId, { limit: 10 })).length, 1)
  }),

  referenceCase(
    'Changes of reference rows are in the feed, by their key, if the reading is to be told',
    async (store) => {
      const untold = { ...reading('pipelines', ['deals'], one, two), feed: false }
      await write(store, 100, untold)
      assert.deepEqual(await store.changes(portalId, { limit: 10 }), [])
      await write(store, 200, reading('pipelines', ['deals'], pipeline('p', 'New')))
      await write(store, 300, reading('owners_teams', [], member('1', '5')))
      await write(store, 400, reading('owners_teams', []))
      const entries = await store.changes(portalId, { limit: 10 })
      assert.deepEqual(
        entries.map(({ object, id, kind, columns, at }) => ({ object, id, kind, columns, at })),
        [
          {
            object: 'pipelines',
            id: 'deals/p',
            kind: 'updated',
            at: minute(200),
            columns: { label: { old: 'One', new: 'New' } },
          },
          { object: 'pipelines', id: 'deals/q', kind: 'archived', columns: {}, at: minute(200) },
          {
            object: 'owners_teams',
            id: '1/5',
            kind: 'created',
            at: minute(300),
            columns: { isPrimary: { old: null, new: true } },
          },
          { object: 'owners_teams', id: '1/5', kind: 'removed', columns: {}, at: minute(400) },
        ],
      )
    },
  ),

  referenceCase('A reading is written with its checkpoint, or not at all', async (store, place) => {
    const stream = 'pipelines'
    const next = { version: 1, at: minute(100) }
    await store.commit(
      batch({
        checkpoint: { stream, expected: null, next },
        reference: [reading('pipelines', ['deals'], one)],
      }),
    )
    assert.deepEqual(await store.readCheckpoint(portalId, stream), next)
    const before = await everything(place)
    const late = store.commit(
      batch({
        checkpoint: { stream, expected: null, next },
        reference: [reading('pipelines', ['deals'])],
      }),
    )
    await expectRefusal(late, 'CHECKPOINT_CONFLICT')
    assert.deepEqual(await everything(place), before)
  }),

  referenceCase(
    'Two handles that write the same reading at once write each row once',
    async (store, place) => {
      const other = place.store()
      await other.migrate(referenceSchema)
      const rows = Array.from({ length: 20 }, (_, index) => pipeline(`${index}`, 'One'))
      const results = await Promise.all(
        [store, other].map((handle) =>
          write(handle, 100, reading('pipelines', ['deals'], ...rows)),
        ),
      )
      const counts = results.map((result) => counted(result.rows.pipelines))
      assert.deepEqual(
        counts.toSorted((a, b) => Number(a.created ?? 0) - Number(b.created ?? 0)),
        [{ unchanged: 20 }, { created: 20 }],
      )
      assert.equal((await store.changes(portalId, { limit: 100 })).length, 20)
    },
  ),

  referenceCase(
    'A commit with readings that fails at any of its statements changes nothing, and can be repeated',
    async (store, place) => {
      const content = batch({
        rows: [group('contacts', row('1'))],
        reference: [
          reading('owners_teams', [], member('2', '5')),
          reading('pipelines', ['deals'], pipeline('p', 'New'), two),
        ],
      })
      await write(
        store,
        100,
        reading('owners_teams', [], member('1', '5')),
        reading('pipelines', ['deals'], one),
      )
      const before = await everything(place)
      const { store: failing, failAt, failed } = place.failing()
      await failing.migrate(referenceSchema)
      let statement = 1
      for (; statement < 1000; statement++) {
        failAt(statement)
        const done = await failing.commit(content).then(
          () => true,
          () => false,
        )
        assert.equal(done, !failed(), `Statement ${statement} failed, but the commit continued`)
        if (done) break
        assert.deepEqual(await everything(place), before, `After statement ${statement} failed`)
      }
      assert.ok(statement > 4, `Expected a statement for each part, counted ${statement - 1}`)
      assert.deepEqual(await states(store, 'pipelines'), [
        'deals/p ACTIVE New',
        'deals/q ACTIVE Two',
      ])
      assert.deepEqual(await states(store, 'owners_teams'), ['2/5 ACTIVE'])
    },
  ),
]
