import type { Store } from '@hubsync/core'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { postgresStore } from '../src/index.js'
import { selectVersion } from '../src/postgres-schema-sql.js'
import { openTestPlace, type TestPlace, testPool } from './place.js'
import { databaseUrl, watched } from './postgres-harness.js'
import { batch, companiesOf, group, minute, portalId, row, schema, wholeSchema } from './samples.js'

/** Every read of a store, and a table that it always reads. */
const reads: Record<string, [table: string, read: (store: Store) => Promise<unknown>]> = {
  missing: ['sync_schema', (store) => store.missing(wholeSchema)],
  portals: ['sync_portals', (store) => store.portals()],
  readCheckpoint: ['sync_checkpoints', (store) => store.readCheckpoint(portalId, 's')],
  checkpoints: ['sync_checkpoints', (store) => store.checkpoints(portalId)],
  get: ['contacts', (store) => store.get(portalId, 'contacts', '1')],
  list: ['contacts', (store) => store.list(portalId, 'contacts', { limit: 9 })],
  related: [
    'contacts_companies',
    (store) => store.related(portalId, 'contacts_companies', { fromId: '1' }),
  ],
  sets: ['contacts_companies', (store) => store.sets(portalId, 'contacts_companies', ['1'])],
  ids: ['contacts', (store) => store.ids(portalId, 'contacts', { limit: 9 })],
  differing: [
    'contacts',
    (store) => store.differing(portalId, 'contacts', [{ id: '1', updatedAt: minute(1) }]),
  ],
  tombstone: ['sync_tombstones', (store) => store.tombstone(portalId, 'contacts', '2')],
  changes: ['sync_changes', (store) => store.changes(portalId, { limit: 9 })],
  leases: ['sync_leases', (store) => store.leases(portalId, minute(1))],
  runs: ['sync_runs', (store) => store.runs(portalId, { limit: 9 })],
  reference: ['owners', (store) => store.reference(portalId, 'owners', [])],
  history: ['contacts_history', (store) => store.history(portalId, 'contacts', '1', { limit: 9 })],
  historyGaps: [
    'contacts_history_gaps',
    (store) => store.historyGaps(portalId, 'contacts', '1', { limit: 9 }),
  ],
  gapsOf: ['contacts_history_gaps', (store) => store.gapsOf(portalId, 'contacts', 9)],
  counts: ['contacts', (store) => store.counts(portalId)],
  prune: [
    'sync_pairs',
    (store) => store.prune(portalId, [{ table: 'contacts', shared: false }], { dryRun: true }),
  ],
}

/** Ways to connect to the server. PgBouncer is left out if the test run has none. */
const ways: Record<string, (schema: string) => Store> = {
  'a pool of its own': (schema) => postgresStore({ connectionString: databaseUrl, schema }),
  'a lent pool': (schema) => postgresStore({ pool: testPool({}), schema }),
  'a lent pool that is pipelined': (schema) =>
    postgresStore({ pool: testPool({ pipeline: true }), schema }),
}
const pooler = inject('poolerUrl')
if (pooler) ways.PgBouncer = (schema) => postgresStore({ connectionString: pooler, schema })

/** Replaces a table by a view with a function that writes, so that a read of it would write too. */
async function writeWhenRead({ pool, at }: TestPlace, table: string): Promise<void> {
  await pool.query(`ALTER TABLE ${at(table)} RENAME TO hidden;
CREATE TABLE ${at('written')} (note text);
CREATE FUNCTION ${at('write')}() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN INSERT INTO ${at('written')} VALUES ('read'); RETURN true; END $$;
CREATE VIEW ${at(table)} AS SELECT hidden.* FROM ${at('write')}(), ${at('hidden')}`)
}

const owner = { key: ['1'], status: 'ACTIVE' as const, values: {}, raw: {} }

async function filledPlace(): Promise<TestPlace> {
  const place = await openTestPlace()
  const store = await place.store()
  await store.migrate(wholeSchema)
  await store.commit(
    batch({
      portal: {
        portalId,
        uiDomain: 'app.hubspot.com',
        timeZone: 'UTC',
        firstRunAt: minute(1),
        lastRunAt: minute(2),
      },
      run: {
        id: 'r',
        jobs: [],
        status: 'complete',
        counts: null,
        error: null,
        startedAt: minute(1),
        finishedAt: minute(2),
      },
      checkpoint: { stream: 's', expected: null, next: { page: 1 } },
      rows: [group('contacts', row('1'), row('2')), group('companies', row('9'))],
      associations: [companiesOf('1', '9')],
      tombstones: [{ object: 'contacts', id: '2', reason: 'purged', intoId: null }],
      reference: [{ table: 'owners', scope: [], rows: [owner], feed: false }],
    }),
  )
  return place
}

describe.each(Object.keys(ways))('over %s', (way) => {
  test.each(Object.keys(reads))('%s can write nothing', async (name) => {
    const [table, read] = reads[name] as (typeof reads)[string]
    const place = await filledPlace()
    const store = ways[way]?.(place.schema) as Store
    onTestFinished(() => store.close())
    await store.missing(wholeSchema)
    await writeWhenRead(place, table)
    await expect(read(store)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      cause: { code: '25006' },
    })
    expect((await place.pool.query(`SELECT * FROM ${place.at('written')}`)).rows).toEqual([])
  })
})

test('every read of a store is tested here', async () => {
  const store = await (await openTestPlace()).store()
  const others = ['migrate', 'makeViews', 'commit', 'lease', 'close']
  expect([...Object.keys(reads), ...others].sort()).toEqual(Object.keys(store).sort())
})

test('a connection can write again after a read', async () => {
  const place = await filledPlace()
  const pool = testPool({ max: 1 })
  const store = postgresStore({ pool, schema: place.schema })
  await store.migrate(wholeSchema)
  for (const [, read] of Object.values(reads)) await read(store)
  const { rows } = await pool.query('SHOW transaction_read_only')
  expect(rows).toEqual([{ transaction_read_only: 'off' }])
  const added = [group('contacts', row('3'))]
  expect((await store.commit(batch({ rows: added }))).rows.contacts?.created).toBe(1)
})

test('missing() reads one snapshot, even if another process migrates meanwhile', async () => {
  const place = await openTestPlace()
  await place.store()
  const versions = place.at('sync_schema')
  // As the previous release left it.
  await place.pool.query(
    `DROP TABLE ${place.at('sync_leases')}; DELETE FROM ${versions} WHERE version = 5`,
  )
  let isMigrated = false
  const version = selectVersion(place.schema).text
  const pool = watched(testPool({}), async (text) => {
    if (text !== version || isMigrated) return
    isMigrated = true
    await place.store()
  })
  const store = postgresStore({ pool, schema: place.schema })
  onTestFinished(() => store.close())
  expect(await store.missing(schema)).toEqual({ objects: [], pairs: [], columns: [] })
  expect(isMigrated).toBe(true)
})
