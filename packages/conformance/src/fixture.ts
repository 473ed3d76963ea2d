import assert from 'node:assert/strict'
import type { MirrorRow, Store, StoredRow } from '@hubsync/core'
import { batch, companiesOf, edge, group, minute, portalId, row } from './sample-rows.js'
import { sampleSchema } from './sample-schema.js'

const ada = row('1', { at: 5, values: { email: 'ada@example.com', budget: '1234567890.50' } })
const bob = row('2', { at: 6, values: { firstName: 'Bob 😀' }, archived: 7 })
const acme = row('9', { at: 5, values: { name: "Acme's", domain: 'acme.example' } })
const item = row('1000000000000', {
  at: 5,
  values: {
    text: 'a',
    email: 'a@b.example',
    phone: '+49301234',
    integer: 9007199254740991,
    number: 0.1,
    decimal: '5000.00',
    boolean: true,
    date: '2026-02-28',
    datetime: '2026-02-28T23:59:59.999Z',
    list: ['one', 'two'],
  },
})

const checkpoint = { version: 1, state: { after: '2', pending: { contacts: ['3'] } } }
const pinned = {
  portalId,
  uiDomain: 'app.hubspot.com',
  timeZone: 'Europe/Berlin',
  firstRunAt: minute(1),
  lastRunAt: minute(2),
}
const run = {
  id: 'run-1',
  jobs: ['contacts'],
  status: 'complete' as const,
  error: null,
  startedAt: minute(1),
  finishedAt: minute(2),
  counts: { contacts: { created: 2 } },
}

/** Writes the content of a fixture. Create the fixture of a schema version with it once, and keep that. */
export async function fillFixture(store: Store): Promise<void> {
  await store.migrate(sampleSchema)
  await store.commit(
    batch({
      portal: pinned,
      run,
      checkpoint: { stream: 'contacts', expected: null, next: checkpoint },
      rows: [group('companies', acme), group('contacts', ada, row('3')), group('items', item)],
      associations: [companiesOf('1', edge('9', 279), edge('9', 1, 'Owner', 'USER_DEFINED'))],
    }),
  )
  await store.commit(
    batch({
      rows: [group('contacts', bob)],
      tombstones: [{ object: 'contacts', id: '3', reason: 'merged', intoId: '1' }],
    }),
  )
}

/** Expects the content of a fixture, read through a store, and that the store can continue from there. */
export async function expectFixture(store: Store): Promise<void> {
  const stored = (sample: MirrorRow, columns: readonly string[]): StoredRow => ({
    ...sample,
    values: Object.fromEntries(columns.map((name) => [name, sample.values[name] ?? null])),
    syncedAt: minute(100),
  })
  const contact = ['email', 'firstName', 'budget']
  assert.deepEqual(await store.list(portalId, 'contacts', { limit: 10 }), [
    stored(ada, contact),
    stored(bob, contact),
  ])
  assert.deepEqual(
    await store.get(portalId, 'items', item.id),
    stored(item, Object.keys(item.values)),
  )
  const related = await store.related(portalId, 'contacts_companies', { fromId: '1' })
  assert.deepEqual(related, [
    {
      row: stored(acme, ['name', 'domain']),
      associations: [
        { category: 'HUBSPOT_DEFINED', typeId: 279, label: null },
        { category: 'USER_DEFINED', typeId: 1, label: 'Owner' },
      ],
    },
  ])
  assert.deepEqual(await store.readCheckpoint(portalId, 'contacts'), checkpoint)
  assert.deepEqual(await store.portals(), [pinned])
  assert.deepEqual(await store.runs(portalId, { limit: 10 }), [run])
  const entries = await store.changes(portalId, { limit: 10 })
  const kinds = entries.map(({ object, id, kind }) => `${object} ${id} ${kind}`)
  assert.deepEqual(kinds, [
    'companies 9 created',
    'contacts 1 created',
    'contacts 3 created',
    'items 1000000000000 created',
    'contacts 2 archived',
    'contacts 3 merged',
  ])
  const again = await store.commit(
    batch({
      at: minute(200),
      checkpoint: { stream: 'contacts', expected: checkpoint, next: { version: 1 } },
      rows: [group('contacts', ada, row('3', { at: 150 }), row('4', { at: 150 }))],
    }),
  )
  const { unchanged, stale, created } = again.rows.contacts ?? {}
  assert.deepEqual({ unchanged, stale, created }, { unchanged: 1, stale: 1, created: 1 })
}
