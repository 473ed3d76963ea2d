import type { ColumnValue, RunRecord, Store } from '@hubsync/core'
import type { MirrorSchema } from '@hubsync/core/store'
import fc from 'fast-check'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type PostgresPool, postgresStore } from '../src/index.js'
import { databaseUrl, freshSchema, knownSettings, openPool } from './postgres-harness.js'
import { archived, batch, companiesOf, group, minute, portalId, row, schema } from './samples.js'

/**
 * Settings of a server, a role, a database or a connection that change how values are written or SQL is interpreted.
 */
const allSettings = [
  'extra_float_digits=0',
  'extra_float_digits=-15',
  'datestyle=sql,dmy',
  'datestyle=german',
  'intervalstyle=sql_standard',
  'bytea_output=escape',
  // In POSIX form, UTC+5 lies west of Greenwich. The others define abbreviations that mean something else elsewhere.
  'timezone=Asia/Kolkata',
  'timezone=UTC+5',
  'timezone=Z5',
  'timezone=<UTC>-3:30',
  'standard_conforming_strings=off',
  'backslash_quote=off',
  'escape_string_warning=off',
  'quote_all_identifiers=on',
  'array_nulls=off',
  'transform_null_equals=on',
  'xmlbinary=hex',
  'search_path=',
  'search_path=nowhere',
  'search_path=hostile,pg_catalog',
  'default_transaction_isolation=serializable',
  'default_transaction_read_only=on',
  'default_transaction_deferrable=on',
  'exit_on_error=on',
  'session_replication_role=replica',
  'check_function_bodies=off',
  'lo_compat_privileges=on',
  'row_security=off',
  'plan_cache_mode=force_generic_plan',
  'plan_cache_mode=force_custom_plan',
  'enable_indexscan=off',
  'enable_bitmapscan=off',
  'enable_hashagg=off',
  'enable_sort=off',
  'debug_parallel_query=on',
  'gin_fuzzy_search_limit=1',
  'synchronous_commit=off',
  'client_min_messages=debug1',
  'lc_messages=C',
  'lc_monetary=C',
  'lc_numeric=C',
  'lc_time=C',
  'statement_timeout=60s',
  'lock_timeout=60s',
  'idle_in_transaction_session_timeout=60s',
  'transaction_timeout=60s',
  'idle_session_timeout=60s',
  'default_tablespace=pg_default',
]

const nameOf = (setting: string) => setting.split('=')[0] as string
const known = await knownSettings(allSettings.map(nameOf))
const settings = allSettings.filter((setting) => known.has(nameOf(setting)))

/** Ways to connect to a database with these settings. */
const ways: Record<string, (given: readonly string[], place: string) => Store> = {
  'a connection string': (given, place) => {
    const url = new URL(databaseUrl)
    url.searchParams.set('options', optionsOf(given))
    return keep(postgresStore({ connectionString: url.href, schema: place }))
  },
  'a pool': (given, place) => lent({ options: optionsOf(given) }, place),
  'a pipelined pool': (given, place) => lent({ options: optionsOf(given), pipeline: true }, place),
  'a pool whose results are binary': (given, place) =>
    lent({ options: optionsOf(given), binary: true }, place),
  'a pipelined pool whose results are binary': (given, place) =>
    lent({ options: optionsOf(given), binary: true, pipeline: true }, place),
  'a pooler on whose connections another client has left them': (given, place) =>
    keep(postgresStore({ pool: leaking(given), schema: place })),
}

/** The settings in the form of pg's `options`: separated by spaces, with a backslash before a space in a value. */
function optionsOf(given: readonly string[]): string {
  return given.map((setting) => `-c ${setting.replace(/[\\ ]/g, '\\$&')}`).join(' ')
}

function keep(store: Store): Store {
  onTestFinished(() => store.close())
  return store
}

/** @param config - the type adds `binary`, which pg's types lack. */
function lent(config: pg.PoolConfig & { binary?: boolean }, place: string): Store {
  const pool = openPool({ max: 2, ...config })
  onTestFinished(() => pool.end())
  return keep(postgresStore({ pool, schema: place }))
}

/** A pool that hands out connections per transaction, as PgBouncer does, without resetting their settings. */
function leaking(given: readonly string[]): PostgresPool {
  const pool = openPool({ max: 2 })
  onTestFinished(() => pool.end())
  const set = given
    .map((setting) => {
      const [name = '', ...value] = setting.split('=')
      return `SELECT set_config('${name}', '${value.join('=')}', false)`
    })
    .join(';')
  pool.on('connect', (client) => {
    void client.query(set)
  })
  return pool
}

/** A schema that is searched before pg_catalog, with types and functions whose names statements use. */
async function hostileSchema(): Promise<void> {
  const pool = openPool({ max: 1 })
  await pool.query(`CREATE SCHEMA IF NOT EXISTS hostile;
CREATE DOMAIN hostile.date AS pg_catalog.text; CREATE DOMAIN hostile.jsonb AS pg_catalog.text;
CREATE DOMAIN hostile.text AS pg_catalog.bytea; CREATE DOMAIN hostile.timestamptz AS pg_catalog.text;
CREATE FUNCTION hostile.to_char(timestamp, pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql RETURN 'hostile';
CREATE FUNCTION hostile.to_char(pg_catalog.date, pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql RETURN 'hostile';
CREATE FUNCTION hostile.length(pg_catalog.text) RETURNS integer LANGUAGE sql RETURN -1;
CREATE FUNCTION hostile.to_jsonb(pg_catalog.text[]) RETURNS pg_catalog.jsonb LANGUAGE sql RETURN 'null'::pg_catalog.jsonb;
CREATE FUNCTION hostile.encode(pg_catalog.bytea, pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql RETURN '00';
CREATE FUNCTION hostile.float8send(double precision) RETURNS pg_catalog.bytea LANGUAGE sql RETURN ''::pg_catalog.bytea;
CREATE FUNCTION hostile.convert_from(pg_catalog.bytea, name) RETURNS pg_catalog.text LANGUAGE sql RETURN '{}';
CREATE FUNCTION hostile.now() RETURNS timestamp with time zone LANGUAGE sql RETURN 'infinity'::timestamp with time zone;
CREATE FUNCTION hostile.current_setting(pg_catalog.text, boolean) RETURNS pg_catalog.text LANGUAGE sql RETURN 'no'`)
  onTestFinished(async () => {
    await pool.query('DROP SCHEMA hostile CASCADE')
    await pool.end()
  })
}

const values: Record<string, ColumnValue> = {
  email: 'a@example.com',
  phone: '+49',
  name: `o'clock \\ "q" ü 😀 \0`,
  visits: 2 ** 53 - 1,
  score: 0.1 + 0.2,
  amount: '12345678901234567890.10',
  member: true,
  birthday: '2024-02-03',
  seen: '2024-02-03T23:59:59.999Z',
  topics: ['NULL', '', 'a,b', '\\', '"'],
}
const others: Record<string, ColumnValue> = {
  name: '',
  visits: -300,
  score: 5e-324,
  amount: '-0.01',
  member: false,
  birthday: '0000-02-29',
  seen: '0000-12-31T23:59:59.999Z',
  topics: [],
}

const wider: MirrorSchema = {
  ...schema,
  objects: schema.objects.map((table) => ({
    ...table,
    columns: [
      ...table.columns,
      { name: 'added', sqlName: 'added', kind: 'datetime', property: 'added' } as const,
    ],
  })),
}

/**
 * Creates the tables, writes data of every kind twice, and returns everything that can be read and the counts of the
 * commits.
 */
async function story(store: Store): Promise<unknown> {
  await store.migrate(schema)
  const one = { ...row('1', 1, values), createdAt: '0000-01-01T00:00:00.000Z' }
  const rows = [
    group('contacts', one, row('2', 2, others), archived('3', 3)),
    group('companies', row('9')),
  ]
  const links = [companiesOf('1', '9'), companiesOf('2')]
  const run: RunRecord = {
    id: 'r',
    jobs: ['a', 'NULL'],
    status: 'complete',
    counts: { a: [1.5, null] },
    error: `\\'`,
    startedAt: minute(1),
    finishedAt: minute(2),
  }
  const portal = {
    portalId,
    uiDomain: 'app.hubspot.com',
    timeZone: 'UTC',
    firstRunAt: minute(1),
    lastRunAt: minute(2),
  }
  const checkpoint = { stream: 's', expected: null, next: { score: 0.1, at: minute(1) } }
  const counted = [
    await store.commit(batch({ rows, associations: links, run, portal, checkpoint })),
    // The same batch again: nothing may be written.
    await store.commit(batch({ rows, associations: links })),
  ]
  await store.migrate(wider)
  await store.migrate(wider)
  const tombstones = [{ object: 'contacts', id: '2', reason: 'merged', intoId: '1' } as const]
  const changed = row('1', 5, { ...values, score: 1 / 3, added: minute(7) })
  const moved = { stream: 's', expected: checkpoint.next, next: { done: true } }
  counted.push(
    await store.commit(
      batch({ at: minute(101), rows: [group('contacts', changed)], tombstones, checkpoint: moved }),
    ),
    await store.commit(batch({ at: minute(102), rows: [group('companies', archived('9', 9))] })),
  )
  const conflict = await store
    .commit(batch({ checkpoint: { ...moved, next: {} } }))
    .catch((error: { code?: string }) => error.code)
  await store.commit(batch({ at: minute(103), forgetChangesUpTo: 2 }))
  return {
    counted,
    conflict,
    portals: await store.portals(),
    checkpoint: await store.readCheckpoint(portalId, 's'),
    rows: await Promise.all(['1', '2', '3'].map((id) => store.get(portalId, 'contacts', id))),
    listed: await store.list(portalId, 'contacts', { limit: 9, updatedSince: minute(4) }),
    archived: await store.list(portalId, 'contacts', { limit: 9, status: 'ARCHIVED', raw: false }),
    ids: await store.ids(portalId, 'contacts', { limit: 9, upTo: '11' }),
    related: await store.related(portalId, 'contacts_companies', { fromId: '1', limit: 5 }),
    sets: await store.sets(portalId, 'contacts_companies', ['1', '2']),
    differing: await store.differing(portalId, 'contacts', [
      { id: '1', updatedAt: minute(5) },
      { id: '1', updatedAt: minute(6) },
      { id: '8', updatedAt: minute(1) },
    ]),
    tombstone: await store.tombstone(portalId, 'contacts', '2'),
    changes: await store.changes(portalId, { limit: 99 }),
    newest: await store.changes(portalId, { limit: 2, newestFirst: true }),
    runs: await store.runs(portalId, { limit: 9 }),
    counts: await store.counts(portalId),
  }
}

/** Runs the story in a schema of its own. */
async function told(way: string, given: readonly string[]): Promise<unknown> {
  const place = freshSchema()
  try {
    return await story(ways[way]?.(given, place) as Store)
  } finally {
    const pool = openPool({ max: 1 })
    await pool.query(`DROP SCHEMA IF EXISTS "${place}" CASCADE`)
    await pool.end()
  }
}

test('no setting of the server, the role or the connection changes what is written and read', async () => {
  await hostileSchema()
  const plain = await told('a pool', [])
  const way = fc.constantFrom(...Object.keys(ways))
  const some = fc.uniqueArray(fc.constantFrom(...settings), { minLength: 4, selector: nameOf })
  // Combinations: the first value of each setting, then the second, and so on, each by every way.
  const together = Object.keys(ways).map((name, turn): [string, string[]] => {
    const names = [...new Set(settings.map(nameOf))]
    const valuesOf = (each: string) => settings.filter((setting) => nameOf(setting) === each)
    return [name, names.map(valuesOf).map((each) => each[turn % each.length] as string)]
  })
  await fc.assert(
    fc.asyncProperty(way, some, async (how, given) => {
      expect(await told(how, given)).toEqual(plain)
    }),
    { numRuns: together.length + 6, examples: together },
  )
})

test('pg’s own default of binary results changes nothing', async () => {
  const plain = await told('a pool', [])
  pg.defaults.binary = true
  onTestFinished(() => {
    pg.defaults.binary = false
  })
  expect(await told('a connection string', [])).toEqual(plain)
  expect(await told('a pool', [])).toEqual(plain)
})
