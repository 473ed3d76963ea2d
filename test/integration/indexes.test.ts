import type { MirrorRow, Store } from '@hubsync/core'
import type { Batch, MirrorSchema } from '@hubsync/core/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Plan, type PlannedStore, plannedStores } from './support/planned.js'

const schema: MirrorSchema = {
  objects: ['contacts', 'companies'].map((name) => ({
    ...{ name, type: name },
    columns: [
      { name: 'email', sqlName: 'email', kind: 'email', property: 'email' },
      { name: 'ownerId', sqlName: 'owner_id', kind: 'text', property: 'owner', index: true },
      { name: 'amount', sqlName: 'amount', kind: 'decimal', property: 'amount', index: true },
    ],
  })),
  pairs: [{ name: 'contacts_companies', from: 'contacts', to: 'companies' }],
}
const [portalId, other] = ['1000001', '1000002']
const ROWS = 2_000
const padding = 'x'.repeat(800)

const minute = (count: number) => new Date(Date.UTC(2026, 0, 5) + count * 60_000).toISOString()

function valuesOf(index: number): MirrorRow['values'] {
  const ownerId = index % 50 === 0 ? null : String(index % 50)
  return { email: `${index}@example.com`, ownerId, amount: `${index % 100}.50` }
}

function row(index: number, archived = index % 40 === 0): MirrorRow {
  const [id, updatedAt] = [String(100_000 + index), minute((index * 7) % ROWS)]
  return {
    ...{ id, status: archived ? 'ARCHIVED' : 'ACTIVE', url: null, createdAt: minute(0), updatedAt },
    ...{ archivedAt: archived ? updatedAt : null, values: valuesOf(index) },
    raw: { id, properties: { padding }, createdAt: minute(0), updatedAt, archived },
  }
}

const rows = Array.from({ length: ROWS }, (_, index) => row(index))
const run = (index: number): NonNullable<Batch['run']> => ({
  ...{ id: `run-${index}`, jobs: [], status: 'complete', counts: null, error: null },
  ...{ startedAt: minute(index), finishedAt: minute(index) },
})

async function fill(store: Store): Promise<void> {
  await store.migrate(schema)
  for (const portalId of [other, '1000001'] as string[]) {
    const group = (object: string) => ({ object, rows, feed: true })
    const at = (index: number) => ({ portalId, at: minute(index) })
    await store.commit({ ...at(1), rows: [group('contacts')] })
    await store.commit({ ...at(900), rows: [group('companies')] })
    const associations = rows.map(({ id }, index) => {
      // Half of the contacts are in the same few companies.
      const toIds = [1 + (index % 2 ? index % 5 : index % ROWS), 1 + ((index * 11) % ROWS)]
      const edges = toIds.map((to, typeId) => {
        return { toId: String(100_000 + to), category: 'HUBSPOT_DEFINED', typeId, label: null }
      })
      return { pair: 'contacts_companies', fromId: id, edges }
    })
    await store.commit({ ...at(901), associations })
    const tombstones = Array.from({ length: 400 }, (_, index) => {
      return { object: 'contacts', id: String(index), reason: 'purged' as const, intoId: null }
    })
    await store.commit({ ...at(903), tombstones })
  }
  const next = { page: 1 }
  const streams = ['contacts', ...rows.slice(0, 200).map(({ id }) => id)]
  for (const [index, stream] of streams.entries()) {
    const checkpoint = { stream, expected: null, next }
    await store.commit({ portalId, at: minute(904), checkpoint, run: run(index) })
  }
}

type Work = (store: Store) => Promise<unknown>

const pages: Record<string, Work> = {
  'a page of rows': (store) => store.list(portalId, 'contacts', { after: '100500', limit: 100 }),
  'a page of active rows': (store) =>
    store.list(portalId, 'contacts', { after: '100500', limit: 100, status: 'ACTIVE' }),
  'a page of the bin': (store) =>
    store.list(portalId, 'contacts', { after: '100500', limit: 20, status: 'ARCHIVED' }),
  'the active rows since a moment': (store) =>
    store.list(portalId, 'contacts', { limit: 100, status: 'ACTIVE', updatedSince: minute(1_990) }),
  'a page of the rows with a value': (store) =>
    store.list(portalId, 'contacts', { after: '100500', limit: 20, where: { ownerId: '7' } }),
  'a page of the active rows with a value': (store) =>
    store.list(portalId, 'contacts', { limit: 20, status: 'ACTIVE', where: { ownerId: '7' } }),
  'a page of the rows without a value': (store) =>
    store.list(portalId, 'contacts', { limit: 20, where: { ownerId: null } }),
  'a page of the rows with a decimal': (store) =>
    store.list(portalId, 'contacts', { after: '100500', limit: 5, where: { amount: '7.5' } }),
  'a page of companies with a value': (store) =>
    store.list(portalId, 'companies', { limit: 20, where: { ownerId: '7' } }),
  'a page of companies with a decimal': (store) =>
    store.list(portalId, 'companies', { limit: 5, where: { amount: '7.50' } }),
  'a page of the change feed': (store) => store.changes(portalId, { after: 500, limit: 100 }),
  'the end of the change feed': (store) => store.changes(portalId, { limit: 1, newestFirst: true }),
  'the latest runs': (store) => store.runs(portalId, { limit: 10 }),
  'runs to be forgotten': (store) =>
    store.runs(portalId, { limit: 10, startedBefore: '2026-01-01T00:00:00.000Z' }),
}

const reads: Record<string, Work> = {
  'rows with two values': (store) =>
    store.list(portalId, 'contacts', { limit: 5, where: { ownerId: '7', email: '7@example.com' } }),
  'all rows since a moment': (store) =>
    store.list(portalId, 'contacts', { limit: 100, updatedSince: minute(1_900) }),
  'the entries of a record': (store) =>
    store.changes(portalId, {
      limit: 20,
      newestFirst: true,
      of: { object: 'contacts', id: '100007' },
    }),
  'earlier entries of a record': (store) =>
    store.changes(portalId, {
      before: 900,
      limit: 20,
      newestFirst: true,
      of: { object: 'contacts', id: '100007' },
    }),
  'a row': (store) => store.get(portalId, 'contacts', '100007'),
  'the companies of a contact': (store) =>
    store.related(portalId, 'contacts_companies', { fromId: '100007' }),
  'the contacts of a company': (store) =>
    store.related(portalId, 'contacts_companies', { toId: '100998' }),
  'a page of the contacts of a large company': (store) =>
    store.related(portalId, 'contacts_companies', { toId: '100002', after: '100500', limit: 20 }),
  'association sets': (store) => store.sets(portalId, 'contacts_companies', ['100007', '100008']),
  ids: (store) => store.ids(portalId, 'contacts', { after: '100500', limit: 50 }),
  'ids of the bin': (store) =>
    store.ids(portalId, 'contacts', { after: '100500', limit: 50, status: 'ARCHIVED' }),
  'what differs': (store) =>
    store.differing(portalId, 'contacts', [{ id: '100007', updatedAt: minute(9) }]),
  'a tombstone': (store) => store.tombstone(portalId, 'contacts', '7'),
  'a checkpoint': (store) => store.readCheckpoint(portalId, 'contacts'),
  'the counts': (store) => store.counts(portalId),
}

const at = minute(5_000)
const writes: Record<string, Work> = {
  'the archiving of a record': (store) => {
    const archived = { ...row(77, true), archivedAt: at }
    return store.commit({
      portalId,
      at,
      rows: [{ object: 'contacts', rows: [archived], feed: true }],
    })
  },
  'the purging of a record': (store) => {
    const tombstone = { object: 'companies', id: '100078', reason: 'purged' as const, intoId: null }
    return store.commit({ portalId, at, tombstones: [tombstone] })
  },
  'the forgetting of old changes': (store) => store.commit({ portalId, at, forgetChangesUpTo: 0 }),
  'the end of a run': (store) => store.commit({ portalId, at, run: run(3) }),
  'a move of a checkpoint': (store) => {
    const checkpoint = { stream: 'contacts', expected: { page: 1 }, next: { page: 2 } }
    return store.commit({ portalId, at, checkpoint })
  },
}

describe.each(plannedStores)('on $name', ({ open }) => {
  let place: PlannedStore
  const seen: Plan[] = []

  beforeAll(async () => {
    place = await open()
    await fill(place.store)
    await place.analyze()
  }, 60_000)
  afterAll(() => place.dispose())

  test.each(Object.entries({ ...pages, ...reads, ...writes }))(
    '%s is found by an index',
    async (name, work) => {
      const plans = await place.plansOf(work)
      seen.push(...plans)
      expect(plans.length).toBeGreaterThan(0)
      expect(plans.filter(({ scanned }) => scanned.length > 0)).toEqual([])
      // Runs are stored in that order, and a count has to read everything that it counts.
      if (!['the latest runs', 'the counts'].includes(name))
        expect(plans.filter(({ wide }) => wide.length > 0)).toEqual([])
      if (name in pages) expect(plans.filter(({ sorts }) => sorts)).toEqual([])
    },
  )

  test('no index is there that none of these use', async () => {
    const used = new Set(seen.flatMap(({ indexes }) => indexes))
    const indexes = await place.indexes()
    expect(indexes.length).toBeGreaterThan(4)
    expect(indexes.filter((name) => !used.has(name))).toEqual([])
  })
})
