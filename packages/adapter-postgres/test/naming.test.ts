import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { postgresStore } from '../src/index.js'
import { openTestPlace } from './place.js'
import { databaseUrl } from './postgres-harness.js'
import { batch, group, schema as mirror, portalId, row } from './samples.js'

/** The start of the message `K` of 12 bytes, in which the server sends its process id. */
const processId = Buffer.from([0x4b, 0, 0, 0, 12])

/**
 * A proxy between a client and the server that records what the client sends.
 *
 * @param pooling - whether its greeting has its own process id, as that of a pooler has.
 */
async function between({ pooling }: { pooling: boolean }) {
  const { hostname, port } = new URL(databaseUrl)
  let said = ''
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname)
    client.on('data', (bytes) => {
      said += bytes.toString('latin1')
      server.write(bytes)
    })
    server.on('data', (bytes) => {
      const at = pooling ? bytes.indexOf(processId) : -1
      if (at >= 0) bytes.writeInt32BE(-1, at + processId.length)
      client.write(bytes)
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.close()
  })
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return { url: url.href, names: () => new Set(said.match(/hubsync_\d+/g)) }
}

async function readTwice(url: string, schema: string) {
  const store = postgresStore({ connectionString: url, schema })
  await store.migrate(mirror)
  await store.commit(batch({ rows: [group('contacts', row('1'), row('2'))] }))
  for (const id of ['1', '2'])
    expect(await store.get(portalId, 'contacts', id)).toMatchObject({ id })
  await store.close()
}

test('a read is a named statement if the server itself is at the other end', async () => {
  const { schema } = await openTestPlace()
  const { url, names } = await between({ pooling: false })
  await readTwice(url, schema)
  expect(names().size).toBeGreaterThan(0)
})

test('the statements of a commit are named too', async () => {
  const { schema } = await openTestPlace()
  const { url, names } = await between({ pooling: false })
  const store = postgresStore({ connectionString: url, schema })
  await store.migrate(mirror)
  const before = names().size
  await store.commit(batch({ rows: [group('contacts', row('1'))] }))
  await store.close()
  expect(names().size).toBeGreaterThan(before)
})

test('no more than 500 statements are named, although lists may be filtered by any set of columns', async () => {
  const { schema } = await openTestPlace()
  const { url, names } = await between({ pooling: false })
  const store = postgresStore({ connectionString: url, schema })
  const columns = Array.from({ length: 10 }, (_, index) => {
    const name = `column${index}`
    return { name, sqlName: name, kind: 'text', property: name } as const
  })
  await store.migrate({ objects: [{ name: 'wide', type: 'wide', columns }], pairs: [] })
  for (let set = 1; set <= 600; set++) {
    const chosen = columns.filter((_, index) => set & (1 << index))
    const where = Object.fromEntries(chosen.map(({ name }) => [name, 'x']))
    expect(await store.list(portalId, 'wide', { limit: 1, where })).toEqual([])
  }
  await store.close()
  expect(names().size).toBe(500)
})

test('a cached plan of a named statement uses an index, even if the table was almost empty when it was made', async () => {
  const { schema, pool, at } = await openTestPlace()
  const scans = async (kind: 'seq_scan' | 'idx_scan') => {
    const { rows } = await pool.query(
      `SELECT coalesce(sum(${kind}), 0)::int AS scans FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = 'contacts'`,
      [schema],
    )
    return rows[0].scans
  }
  const store = postgresStore({ connectionString: databaseUrl, schema })
  await store.migrate(mirror)
  await store.commit(batch({ rows: [group('contacts', row('1'))] }))
  await pool.query(`ANALYZE ${at('contacts')}`)
  // The server caches a generic plan from the sixth execution on.
  for (let time = 1; time <= 30; time++)
    await store.commit(batch({ rows: [group('contacts', row('1', time))] }))
  await store.close()
  // A connection publishes its statistics when it ends.
  while ((await scans('idx_scan')) < 30);
  // CREATE INDEX scans the table too.
  expect(await scans('seq_scan')).toBeLessThan(10)
})

test('nothing is named behind a pooler, which is recognised by the process id in its greeting', async () => {
  const { schema } = await openTestPlace()
  const { url, names } = await between({ pooling: true })
  await readTwice(url, schema)
  expect([...names()]).toEqual([])
})
