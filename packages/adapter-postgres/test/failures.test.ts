import { inspect } from 'node:util'
import type { HubsyncError, Store } from '@hubsync/core'
import type pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type PostgresClient, postgresStore } from '../src/index.js'
import {
  atWritesTo,
  failWrites,
  openTestPlace,
  type TestPlace,
  testPool,
  untilBlockedBy,
  writesRows,
} from './place.js'
import { databaseUrl, knownSettings, watched } from './postgres-harness.js'
import { batch, companiesOf, group, minute, portalId, row, schema } from './samples.js'

/** The error of a store that can't connect. Neither it nor its causes may contain the secret. */
async function failureAt(change: (url: URL) => void, secret: string): Promise<HubsyncError> {
  const url = new URL(databaseUrl)
  change(url)
  const store = postgresStore({ connectionString: url.href })
  onTestFinished(() => store.close())
  const error = await store.migrate(schema).catch((error: unknown) => error)
  expect(inspect(error, { depth: 9 })).not.toContain(secret)
  return error as HubsyncError
}

test('a refused connection is reported without the password', async () => {
  const error = await failureAt((url) => {
    url.port = '1'
    url.password = 'open-sesame'
  }, 'open-sesame')
  expect(error).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/No PostgreSQL server answers/),
  })
})

test('a wrong password is reported without repeating it', async () => {
  const error = await failureAt((url) => {
    url.password = 'open-sesame'
  }, 'open-sesame')
  expect(error).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/refused the user or the password/),
  })
})

test('a missing password is reported', async () => {
  const error = await failureAt((url) => {
    url.password = ''
  }, new URL(databaseUrl).password)
  expect(error).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/asks for a password, but none is set/),
  })
})

test('a missing database is reported', async () => {
  const error = await failureAt((url) => {
    url.pathname = '/nowhere'
  }, new URL(databaseUrl).password)
  expect(error).toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/Expected the database to exist/),
  })
})

test('a malformed connection string is reported without repeating it', async () => {
  const store = postgresStore({ connectionString: 'postgres://me:open-sesame@host:port:5432/x' })
  const error = await store.migrate(schema).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'INVALID_OPTION' })
  expect(inspect(error, { depth: 9 })).not.toContain('sesame')
})

/** A batch with writes of every kind. */
const whole = (expected: number | null, page: number) =>
  batch({
    checkpoint: {
      stream: 'contacts',
      expected: expected === null ? null : { page: expected },
      next: { page },
    },
    rows: [group('contacts', row('1', page)), group('companies', row(`9${page}`, page))],
    associations: [companiesOf('1', `9${page}`)],
    tombstones: [{ object: 'contacts', id: `${page}00`, reason: 'purged', intoId: null }],
  })

/** Expects that exactly page 1 is stored, and that the store can commit the next page. */
async function expectPageOne(store: Store): Promise<void> {
  expect(await store.readCheckpoint(portalId, 'contacts')).toEqual({ page: 1 })
  expect((await store.get(portalId, 'contacts', '1'))?.updatedAt).toBe(minute(1))
  expect(await store.tombstone(portalId, 'contacts', '200')).toBeNull()
  expect(await store.changes(portalId, { limit: 9 })).toHaveLength(2)
  await store.commit(whole(1, 2))
  expect((await store.get(portalId, 'contacts', '1'))?.updatedAt).toBe(minute(2))
}

for (const [what, table] of [
  ['rows are', 'contacts'],
  ['associations are', 'contacts_companies'],
  ['the feed is', 'sync_changes'],
] as const) {
  test(`if the server goes away while ${what} written, nothing of the commit stays`, async () => {
    const place = await openTestPlace()
    const store = await place.store(place.pool)
    await store.commit(whole(null, 1))
    // The server handles a termination when it waits, so a wait is added, which ends at once.
    const goAway = 'PERFORM pg_terminate_backend(pg_backend_pid()), pg_sleep(60)'
    await atWritesTo(place, table, `IF turn = 1 THEN ${goAway}; END IF`)
    await expect(store.commit(whole(1, 2))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/Nothing of this commit was written/),
    })
    await expectPageOne(store)
  })
}

test('if the server goes away before it confirms a commit, the error says that it may be written', async () => {
  const place = await openTestPlace()
  let armed = false
  const store = await place.store(
    watched(place.pool, async (text, client) => {
      if (!armed || text !== 'COMMIT') return
      armed = false
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
      await place.pool.query('SELECT pg_terminate_backend($1, 5000)', [rows[0].pid])
    }),
  )
  await store.commit(whole(null, 1))
  armed = true
  await expect(store.commit(whole(1, 2))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/before the server confirmed the commit/),
  })
  await expectPageOne(store)
})

test('if a pipelined connection is lost after COMMIT was sent, the error says so, and the commit is written whole or not at all', async () => {
  const place = await openTestPlace()
  let armed = false
  const store = await place.store(
    watched(testPool({ pipeline: true }), async (text, client) => {
      if (!armed || !writesRows(place, 'contacts', text)) return
      armed = false
      const { processID } = client as PostgresClient
      await place.pool.query('SELECT pg_terminate_backend($1, 5000)', [processID])
    }),
  )
  await store.commit(whole(null, 1))
  armed = true
  const rows = [group('contacts', row('1', 2))]
  const checkpoint = { stream: 'contacts', expected: { page: 1 }, next: { page: 2 } }
  await expect(store.commit(batch({ checkpoint, rows }))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/before the server confirmed the commit/),
  })
  await expectPageOne(store)
})

test('if pg cannot send a statement on a pipelined connection, the whole commit fails', async () => {
  const place = await openTestPlace()
  const pool = testPool({ pipeline: true })
  let armed = false
  const store = await place.store({
    async connect() {
      const client = await pool.connect()
      return {
        pipeline: true,
        // As pg does if it can't serialize the parameters: the statement is never sent.
        query: async (query) => {
          if (armed && writesRows(place, 'contacts', query.text)) throw new Error('too large')
          return client.query(query)
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      }
    },
  })
  await store.commit(whole(null, 1))
  armed = true
  const { tombstones: _, associations: __, ...rows } = whole(1, 2)
  await expect(store.commit(rows)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/too large.*Nothing of this commit was written/),
  })
  armed = false
  await expectPageOne(store)
})

/** Locks every contact, so that a write of one waits. */
async function holdContacts(place: TestPlace) {
  const client = await place.pool.connect()
  onTestFinished(() => client.release())
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  await client.query('BEGIN')
  await client.query(`SELECT 1 FROM ${place.at('contacts')} FOR UPDATE`)
  return { pid: Number(rows[0].pid), letGo: () => client.query('ROLLBACK') }
}

test('if a write exceeds query_timeout of pg after COMMIT was sent, the error says that it may be written', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(whole(null, 1))
  const holder = await holdContacts(place)
  const hasty = await place.store(testPool({ pipeline: true, query_timeout: 500 }))
  const { tombstones: _, associations: __, ...content } = whole(1, 2)
  const commit = hasty.commit(content)
  await Promise.all([
    untilBlockedBy(place.pool, holder.pid),
    expect(commit).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/before the server confirmed the commit/),
    }),
  ])
  await holder.letGo()
})

test('query_timeout of the connection string is used', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(whole(null, 1))
  const holder = await holdContacts(place)
  const address = new URL(databaseUrl)
  address.searchParams.set('query_timeout', '500')
  const hasty = postgresStore({ connectionString: address.href, schema: place.schema })
  onTestFinished(() => hasty.close())
  await hasty.migrate(schema)
  await expect(hasty.commit(whole(1, 2))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/query_timeout in the connection string/),
  })
  await holder.letGo()
})

for (const [set, kept] of [
  ['0', '1min'],
  ['90s', '90s'],
] as const)
  test(`if idle_in_transaction_session_timeout is ${set}, an abandoned transaction ends after ${kept}`, async () => {
    const place = await openTestPlace()
    const seen = new Set<string>()
    const pool = testPool({ options: `-c idle_in_transaction_session_timeout=${set}` })
    const show = async (client: pg.PoolClient) => {
      const { rows } = await client.query('SHOW idle_in_transaction_session_timeout')
      return rows[0].idle_in_transaction_session_timeout
    }
    const store = await place.store(
      watched(pool, async (text, client) => {
        if (text === 'COMMIT') seen.add(await show(client))
      }),
    )
    await store.commit(whole(null, 1))
    expect([...seen]).toEqual([kept])
    const client = await pool.connect()
    expect(await show(client)).toBe(set)
    client.release()
  })

for (const pipeline of [false, true]) {
  const where = pipeline ? 'a pipelined pool' : 'a pool'
  test(`a connection that the server closed while it was idle in ${where} is replaced`, async () => {
    const place = await openTestPlace()
    const pool = testPool({ max: 2, pipeline })
    let closed = 0
    const store = await place.store(
      watched(pool, async (text, client) => {
        if (!text.startsWith('BEGIN') || closed === 2) return
        closed++
        const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
        await place.pool.query('SELECT pg_terminate_backend($1, 5000)', [rows[0].pid])
      }),
    )
    await store.commit(whole(null, 1))
    expect(closed).toBe(2)
    await expectPageOne(store)
  })

  test(`if BEGIN fails on ${where}, nothing is written`, async () => {
    const place = await openTestPlace()
    let fails = false
    const store = await place.store(
      watched(testPool({ pipeline }), (text) =>
        fails && text.startsWith('BEGIN') ? 'BEGIN ISOLATION LEVEL NONE' : undefined,
      ),
    )
    fails = true
    const refused = {
      code: 'STORE_FAILED',
      message: expect.stringMatching(/Nothing of this commit was written/),
    }
    await expect(store.commit(whole(null, 1))).rejects.toMatchObject(refused)
    expect(await store.readCheckpoint(portalId, 'contacts')).toBeNull()
    fails = false
    await store.commit(whole(null, 1))
    fails = true
    await expect(store.commit(whole(1, 2))).rejects.toMatchObject(refused)
    fails = false
    // On a pipelined connection some statements were already sent.
    await expectPageOne(store)
  })
}

test('connections that end while nobody uses them do not end the process', async () => {
  const place = await openTestPlace()
  // With an application name of its own, because other tests use the same server.
  const address = new URL(databaseUrl)
  address.searchParams.set('application_name', place.schema)
  const store = postgresStore({ connectionString: address.href, schema: place.schema })
  onTestFinished(() => store.close())
  await store.migrate(schema)
  await store.commit(whole(null, 1))
  const { rows } = await place.pool.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1 AND state = 'idle'`,
    [place.schema],
  )
  expect(rows.length).toBeGreaterThan(0)
  await expectPageOne(store)
})

test('neither the error of a refused row nor its cause contains a value of the row', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  const only = `ALTER TABLE ${place.at('contacts')} ADD CONSTRAINT`
  const written = (id: string, email: string) =>
    store.commit(batch({ rows: [group('contacts', row(id, 1, { email }))] }))
  await written('1', 'first@example.com')
  await place.pool.query(`${only} one_email UNIQUE (email)`)
  await place.pool.query(`${only} no_guest CHECK (email NOT LIKE 'guest%')`)
  for (const [email, constraint] of [
    ['first@example.com', 'one_email'],
    ['guest@example.com', 'no_guest'],
  ] as const) {
    const error = await written('2', email).catch((error: unknown) => error)
    expect(error).toMatchObject({ constraint: expect.stringContaining(constraint) })
    const told = inspect(error, { depth: 9, showHidden: true })
    expect(told).toContain(constraint)
    expect(told).not.toContain('@example.com')
  }
})

test('an exceeded statement_timeout is reported, and nothing is written', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(whole(null, 1))
  const holder = await holdContacts(place)
  const hasty = await place.store(testPool({ statement_timeout: 250 }))
  const commit = hasty.commit(whole(1, 2))
  await Promise.all([
    untilBlockedBy(place.pool, holder.pid),
    expect(commit).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/statement_timeout.*Nothing of this commit was written/),
    }),
  ])
  await holder.letGo()
  await expectPageOne(hasty)
})

/** Waits until the server has ended the connection of this server process. */
async function untilGone(pool: pg.Pool, pid: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])
    if (rows.length === 0) return
  }
}

for (const setting of await knownSettings([
  'idle_in_transaction_session_timeout',
  'transaction_timeout',
]))
  for (const pipeline of [false, true])
    test(`a process that is blocked for longer than ${setting} is reported${pipeline ? ', on a pipelined connection too' : ''}`, async () => {
      const place = await openTestPlace()
      let armed = false
      const lent = testPool({ pipeline })
      const store = await place.store(
        watched(lent, async (text, client) => {
          if (!armed || text.startsWith('BEGIN')) return
          armed = false
          await client.query(`SET LOCAL ${setting} = '20ms'`)
          await untilGone(place.pool, Number((client as PostgresClient).processID))
        }),
      )
      armed = true
      await expect(store.commit(whole(null, 1))).rejects.toMatchObject({
        code: 'STORE_FAILED',
        message: expect.stringMatching(
          new RegExp(
            `${setting}.*raise ${setting} of the role.*Nothing of this commit was written`,
          ),
        ),
      })
      expect(armed).toBe(false)
      expect(await store.readCheckpoint(portalId, 'contacts')).toBeNull()
      await store.commit(whole(null, 1))
    })

test('a read on a connection that the server has closed is retried on another', async () => {
  const place = await openTestPlace()
  const filled = await place.store()
  await filled.commit(whole(null, 1))
  const pool = testPool({ max: 1 })
  // Two in a row, as in a pool whose connections have all been idle for too long.
  let closed = 2
  const store = await place.store(
    watched(pool, async (_, client) => {
      if (closed === 2) return
      closed++
      const { processID } = client as PostgresClient
      await place.pool.query('SELECT pg_terminate_backend($1, 5000)', [processID])
    }),
  )
  closed = 0
  expect((await store.get(portalId, 'contacts', '1'))?.updatedAt).toBe(minute(1))
  expect(closed).toBe(2)
})

test('an exceeded idle_session_timeout is reported if every connection exceeds it', async () => {
  const place = await openTestPlace()
  const store = postgresStore({
    schema: place.schema,
    pool: {
      connect: () => Promise.reject(Object.assign(new Error('terminating'), { code: '57P05' })),
    },
  })
  await expect(store.portals()).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/idle_session_timeout.*idleTimeoutMillis/),
  })
})

test('connections with another client_encoding than pg’s are refused', async () => {
  const place = await openTestPlace()
  const pool = testPool({})
  pool.on('connect', (client) => {
    void client.query("SET client_encoding = 'LATIN1'")
  })
  await expect(place.store(pool)).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/client_encoding UTF8.*got LATIN1.*from the pool/),
  })
})

test('a full disk is reported, and nothing is written', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(whole(null, 1))
  // The server reports it with this SQLSTATE for every statement.
  await failWrites(place, '53100', 1)
  await expect(store.commit(whole(1, 2))).rejects.toMatchObject({
    code: 'STORE_FAILED',
    message: expect.stringMatching(/disk .* is full.*Nothing of this commit was written/),
  })
  await expectPageOne(store)
})

test.each<[what: string, sql: string, named: object]>([
  [
    'a unique index',
    'CREATE UNIQUE INDEX mine ON contacts (portal_id, source_status)',
    { tables: ['contacts'], kind: 'UNIQUE', constraint: 'mine' },
  ],
  [
    'a NOT NULL constraint',
    'ALTER TABLE contacts ALTER COLUMN email SET NOT NULL',
    { tables: ['contacts'], kind: 'NOT NULL', constraint: undefined, columns: ['email'] },
  ],
  [
    'a condition',
    `ALTER TABLE contacts ADD CONSTRAINT mine CHECK (source_id < '2')`,
    { tables: ['contacts'], kind: 'CHECK', constraint: 'mine' },
  ],
])('%s of the user’s is named when it refuses a row', async (_, sql, named) => {
  const place = await openTestPlace()
  const store = await place.store()
  const filled = { email: 'one@example.com' }
  await store.commit(batch({ rows: [group('contacts', row('1', 1, filled))] }))
  await place.pool.query(sql.replace('contacts', place.at('contacts')))
  await expect(store.commit(batch({ rows: [group('contacts', row('2'))] }))).rejects.toMatchObject({
    name: 'ConstraintError',
    code: 'ROW_REFUSED',
    ...named,
  })
})
