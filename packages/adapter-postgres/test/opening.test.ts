import { once } from 'node:events'
import { createServer, Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { postgresStore } from '../src/index.js'
import { selectPortals } from '../src/postgres-sql.js'
import { openTestPlace, testPool } from './place.js'
import { watched } from './postgres-harness.js'
import { batch, group, portalId, row, schema } from './samples.js'

test('nothing is connected before the first call', async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const store = postgresStore({ connectionString: `postgres://me@127.0.0.1:${port}/x` })
  await store.close()
  expect(connections).toBe(0)
  const other = postgresStore({ connectionString: `postgres://me@127.0.0.1:${port}/x` })
  await expect(other.migrate(schema)).rejects.toMatchObject({ code: 'STORE_FAILED' })
  expect(connections).toBeGreaterThan(0)
  await other.close()
})

test('a lent pool is not ended, and gets all its connections back', async () => {
  const place = await openTestPlace()
  const pool = testPool({ max: 1 })
  const store = await place.store(pool)
  await store.commit(batch({ rows: [group('contacts', row('1'))] }))
  await expect(
    store.commit(batch({ checkpoint: { stream: 's', expected: { page: 9 }, next: {} } })),
  ).rejects.toMatchObject({ code: 'CHECKPOINT_CONFLICT' })
  await store.close()
  expect([pool.totalCount, pool.idleCount, pool.ended]).toEqual([1, 1, false])
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
})

test('a commit that still waits for a connection when its store is closed writes nothing and returns the connection', async () => {
  const place = await openTestPlace()
  const pool = testPool({ max: 1 })
  const store = await place.store(pool)
  const holder = await pool.connect()
  const commit = store.commit(batch({ rows: [group('contacts', row('1'))] }))
  const refused = expect(commit).rejects.toMatchObject({ code: 'CLOSED' })
  await store.close()
  await refused
  holder.release()
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
  expect((await pool.query(`SELECT 1 FROM ${place.at('contacts')}`)).rows).toEqual([])
})

test('TCP keep-alive starts after ten seconds', async () => {
  const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive')
  onTestFinished(() => keepAlive.mockRestore())
  const place = await openTestPlace()
  await place.store()
  expect(keepAlive).toHaveBeenCalledWith(true, 10_000)
})

test('the tables are in the schema hubspot by default', async () => {
  const place = await openTestPlace()
  const texts: string[] = []
  const pool = watched(place.pool, (text) => {
    texts.push(text)
    return 'SELECT 1 AS name'
  })
  const store = postgresStore({ pool })
  await store.portals()
  expect(texts.at(-1)).toContain(selectPortals('hubspot').text)
})

test('invalid options are refused without repeating a connection string', () => {
  const wrong = [
    undefined,
    {},
    { connectionString: '' },
    { connectionString: 5 },
    { pool: {} },
    { pool: testPool({}), connectionString: 'postgres://me:open-sesame@host/x' },
    ...['', 'pg_mine', 'x'.repeat(64), 'a\0b', 5].map((name) => ({
      connectionString: 'postgres://me:open-sesame@host/x',
      schema: name,
    })),
  ]
  for (const options of wrong)
    expect(() => postgresStore(options as never)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.not.stringContaining('sesame'),
      }),
    )
})

test.each([
  [{}, /got nothing as `connectionString`\.$/],
  [{ pool: {} }, /got an object as `pool`\.$/],
  [{ connectionString: 'postgres://h/x', pool: {} }, /got both\.$/],
  [{ connectionString: 'postgres://h/x', schema: 'pg_x' }, /`schema` .* got "pg_x"\.$/],
  [
    { connectionString: 'postgres://h/x', shema: 'crm' },
    /no option named `shema` in postgresStore\(…\)/,
  ],
])('the error for the options %j says what was given', (options, message) => {
  expect(() => postgresStore(options as never)).toThrow(message)
})

test('an address of another kind of server is refused, and only its scheme is repeated', () => {
  for (const address of ['mysql://me:open-sesame@host/x', 'host:open-sesame/x'])
    expect(() => postgresStore({ connectionString: address })).toThrow(
      `Expected \`connectionString\` to begin with postgres://, got one that begins with ${address.split(':')[0]}:.`,
    )
  for (const address of ['PostgreSQL://me@host/x', 'socket:/var/run?db=x', '/var/run x'])
    postgresStore({ connectionString: address })
})

test('a store that was not migrated says so', async () => {
  const place = await openTestPlace()
  const store = postgresStore({ pool: place.pool, schema: place.schema })
  const told = {
    code: 'STORE_FAILED',
    message: expect.stringMatching(/Call run\(\): it (makes|creates) (it|them)/),
  }
  await expect(store.get(portalId, 'contacts', '1')).rejects.toMatchObject(told)
  await expect(store.readCheckpoint(portalId, 'contacts')).rejects.toMatchObject(told)
  await expect(store.commit(batch({ rows: [group('contacts', row('1'))] }))).rejects.toMatchObject(
    told,
  )
})
