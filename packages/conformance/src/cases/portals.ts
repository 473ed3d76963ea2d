import assert from 'node:assert/strict'
import type { Batch, RunRecord, Store } from '@hubsync/core/store'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { everything, inOrder } from '../read-back.js'
import {
  batch,
  companiesOf,
  edge,
  group,
  minute,
  otherPortalId,
  portalId,
  row,
} from '../sample-rows.js'

const pinned = (id: string, at: number) => ({
  portalId: id,
  uiDomain: 'app.hubspot.com',
  timeZone: 'UTC',
  firstRunAt: minute(at),
  lastRunAt: minute(at),
})

const runOf = (id: string): RunRecord => ({
  id: 'run-1',
  jobs: [id],
  status: 'complete',
  counts: null,
  error: null,
  startedAt: minute(1),
  finishedAt: minute(2),
})

/** Content with the same ids for every portal. The values contain the portal's id. */
function contentOf(id: string): Batch {
  return batch({
    portalId: id,
    portal: pinned(id, 1),
    checkpoint: { stream: 'contacts', expected: null, next: { of: id } },
    rows: [
      group('companies', row('90', { values: { name: id } })),
      group('contacts', row('1', { values: { firstName: id } }), row('2', { archived: 3 })),
    ],
    associations: [companiesOf('1', edge('90', 1, id))],
    tombstones: [{ object: 'contacts', id: '3', reason: 'merged', intoId: id }],
    run: runOf(id),
  })
}

/** Every read of a portal. */
async function readAll(store: Store, id: string) {
  const claims = [{ id: '1', updatedAt: minute(1) }]
  return {
    checkpoint: await store.readCheckpoint(id, 'contacts'),
    get: await store.get(id, 'contacts', '1'),
    list: await store.list(id, 'contacts', { limit: 10 }),
    related: await store.related(id, 'contacts_companies', { fromId: '1' }),
    relatedBack: await store.related(id, 'contacts_companies', { toId: '90' }),
    sets: await store.sets(id, 'contacts_companies', ['1']),
    ids: await store.ids(id, 'contacts', { limit: 10 }),
    differing: await store.differing(id, 'contacts', claims),
    tombstone: await store.tombstone(id, 'contacts', '3'),
    changes: (await store.changes(id, { limit: 10 })).map(({ seq: _, ...entry }) => entry),
    runs: await store.runs(id, { limit: 10 }),
    counts: await store.counts(id),
  }
}

/** Every line of every table that belongs to a portal. */
async function linesOf(place: Parameters<typeof everything>[0], id: string): Promise<string> {
  const tables = Object.entries(await everything(place))
  return JSON.stringify(
    tables.map(([table, lines]) => [table, lines.filter((line) => line.portal_id === id)]),
  )
}

export const portalCases: readonly ConformanceCase[] = [
  storeCase(11, 'A portal reads as empty while another one is full', async (store) => {
    const empty = await readAll(store, otherPortalId)
    assert.deepEqual(empty.ids, [])
    assert.deepEqual(empty.differing, [{ id: '1', reason: 'missing' }])
    await store.commit(contentOf(portalId))
    assert.deepEqual(await readAll(store, otherPortalId), empty)
  }),

  storeCase(11, 'Every read of a portal is the same if there is another portal', async (store) => {
    await store.commit(contentOf(portalId))
    const before = await readAll(store, portalId)
    assert.equal(before.related[0]?.row.values.name, portalId)
    await store.commit(contentOf(otherPortalId))
    assert.deepEqual(await readAll(store, portalId), before)
    const other = await readAll(store, otherPortalId)
    const renamed = JSON.parse(JSON.stringify(before).replaceAll(portalId, otherPortalId))
    assert.deepEqual(
      { ...other, list: [], get: null, related: [], relatedBack: [] },
      {
        ...renamed,
        list: [],
        get: null,
        related: [],
        relatedBack: [],
      },
    )
    assert.equal(other.get?.values.firstName, otherPortalId)
    assert.equal(other.related[0]?.row.values.name, otherPortalId)
  }),

  storeCase(11, 'Writing in one portal changes no line of another', async (store, place) => {
    await store.commit(contentOf(portalId))
    await store.commit(contentOf(otherPortalId))
    const before = await linesOf(place, otherPortalId)
    const changes: Partial<Batch>[] = [
      { checkpoint: { stream: 'contacts', expected: { of: portalId }, next: { of: 'changed' } } },
      { rows: [group('contacts', row('1', { at: 9, values: { firstName: 'changed' } }))] },
      { associations: [companiesOf('1', edge('90', 1, 'changed'), edge('90', 2))] },
      { associations: [companiesOf('1')] },
      { rows: [group('contacts', row('2', { at: 9 }))] },
      { rows: [group('companies', row('90', { at: 9, archived: 10 }))] },
      { tombstones: [{ object: 'contacts', id: '1', reason: 'purged', intoId: null }] },
      { tombstones: [{ object: 'contacts', id: '3', reason: 'purged', intoId: null }] },
      { rows: [group('contacts', row('3', { at: 999 }))] },
      { portal: pinned(portalId, 9) },
      { forgetChangesUpTo: Number.MAX_SAFE_INTEGER },
      { run: { ...runOf(portalId), status: 'failed' } },
      { forgetRuns: [runOf(portalId).id] },
    ]
    for (const change of changes) {
      await store.commit(batch({ at: minute(200), ...change }))
      assert.equal(await linesOf(place, otherPortalId), before, JSON.stringify(change))
    }
  }),

  storeCase(11, 'An association does not find its end in another portal', async (store, place) => {
    await store.commit(batch({ rows: [group('contacts', row('1'))] }))
    await store.commit(batch({ portalId: otherPortalId, rows: [group('companies', row('90'))] }))
    const { associations } = await store.commit(
      batch({ associations: [companiesOf('1', edge('90'))] }),
    )
    assert.deepEqual(associations, { added: 0, removed: 0, unlinked: 1 })
    assert.deepEqual(await place.rows('contacts_companies'), [])
  }),

  storeCase(11, 'A tombstone only affects its own portal', async (store) => {
    await store.commit(
      batch({ tombstones: [{ object: 'contacts', id: '1', reason: 'merged', intoId: '2' }] }),
    )
    const rows = [group('contacts', row('1'))]
    assert.equal((await store.commit(batch({ rows }))).rows.contacts?.stale, 1)
    const other = await store.commit(batch({ portalId: otherPortalId, rows }))
    assert.equal(other.rows.contacts?.created, 1)
  }),

  storeCase(
    11,
    'Portals are pinned side by side, and each keeps its first run',
    async (store, place) => {
      await store.commit(batch({ portal: pinned(portalId, 1) }))
      await store.commit(batch({ portalId: otherPortalId, portal: pinned(otherPortalId, 2) }))
      const later = {
        ...pinned(portalId, 9),
        uiDomain: 'app-eu1.hubspot.com',
        timeZone: 'Europe/Berlin',
      }
      await store.commit(batch({ portal: later }))
      const expected = inOrder([{ ...later, firstRunAt: minute(1) }, pinned(otherPortalId, 2)])
      assert.deepEqual(inOrder(await store.portals()), expected)
      assert.equal((await place.rows('sync_portals')).length, 2)
    },
  ),

  storeCase(11, 'A portal that was only written to is not pinned', async (store) => {
    await store.commit(batch({ rows: [group('contacts', row('1'))] }))
    assert.deepEqual(await store.portals(), [])
  }),
]
