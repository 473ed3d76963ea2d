import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Place, StoreHarness } from '@hubsync/conformance'
import type { Store } from '@hubsync/core'
import pg from 'pg'
import { inject } from 'vitest'
import { type PostgresPool, postgresStore } from '../src/index.js'

export const databaseUrl = inject('databaseUrl')

/** A pool for SQL that doesn't go through the store. The caller ends it. */
export function openPool(config: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: databaseUrl, ...config })
  pool.on('error', () => {})
  return pool
}

/** The settings that this server knows: `transaction_timeout` came with PostgreSQL 17. */
export async function knownSettings(names: readonly string[]): Promise<Set<string>> {
  const pool = openPool({ max: 1 })
  const { rows } = await pool.query(
    'SELECT name FROM unnest($1::text[]) AS name WHERE current_setting(name, true) IS NOT NULL',
    [names],
  )
  await pool.end()
  return new Set(rows.map(({ name }) => name))
}

/** A unique name of a schema. */
export function freshSchema(): string {
  return `place_${randomBytes(6).toString('hex')}`
}

/** Converts values to the form that the cases expect. */
const types = {
  getTypeParser(type: number): (value: string) => unknown {
    if (type === pg.types.builtins.TIMESTAMPTZ) return (value) => new Date(value).toISOString()
    if (type === pg.types.builtins.INT8) return Number
    if (type === pg.types.builtins.DATE) return (value) => value
    return pg.types.getTypeParser(type)
  },
}

/**
 * A pool whose connections call `before` with each statement. If it returns a text, that is run instead. They claim to
 * be pipelined if the pool's are, but each statement waits for those before it.
 */
export function watched(
  pool: pg.Pool,
  before: (text: string, client: pg.PoolClient) => unknown,
): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect()
      let last: Promise<unknown> = Promise.resolve()
      return {
        pipeline: pool.options.pipeline === true,
        query(query) {
          const turn = last.then(async () => {
            const instead = await before(query.text, client)
            return typeof instead === 'string' ? { text: instead } : query
          })
          last = turn
          return turn.then((asked) => client.query(asked))
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on(event, listener),
        off: (event, listener) => client.off(event, listener),
      }
    },
  }
}

/** A harness whose places are schemas in the database of the test run. */
export const postgresHarness = harnessAt('postgresStore', databaseUrl)

/** @param address - the address that stores connect to: of the server, or of a pooler in front of it. */
export function harnessAt(name: string, address: string): StoreHarness {
  return {
    name,
    versions: [1, 2, 3, 4, 5],
    open: async () => openPlace(freshSchema(), address),
    async openAt(version) {
      const schema = freshSchema()
      const fixture = new URL(`./fixtures/schema-${version}.sql`, import.meta.url)
      const pool = openPool({ max: 1 })
      await pool.query(readFileSync(fixture, 'utf8').replaceAll('"fixture"', `"${schema}"`))
      await pool.end()
      return openPlace(schema, address)
    },
  }
}

function openPlace(schema: string, address: string): Place {
  const pool = openPool({ max: 4 })
  const at = (table: string) => `"${schema}"."${table}"`
  const stores: Store[] = []
  const pools = [pool]

  function keep(store: Store): Store {
    stores.push(store)
    return store
  }

  return {
    store: () => keep(postgresStore({ connectionString: address, schema })),

    failing() {
      let [countdown, reached] = [0, false]
      const pipelined = openPool({ max: 4, pipeline: true })
      pools.push(pipelined)
      const lent = watched(pipelined, () => {
        if (--countdown !== 0) return
        reached = true
        // Fails in the server, so that the statements pipelined behind it fail too.
        return 'SELECT 1 / 0'
      })
      return {
        store: keep(postgresStore({ pool: lent, schema })),
        failAt: (statement) => {
          countdown = statement
          reached = false
        },
        failed: () => reached,
      }
    },

    async lent() {
      const own = openPool({ connectionString: address })
      pools.push(own)
      return {
        store: keep(postgresStore({ pool: own, schema })),
        answers: async () => (await own.query('SELECT 1 AS one')).rows[0].one === 1,
      }
    },

    async tables() {
      const { rows } = await pool.query(
        'SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = $1',
        [schema],
      )
      return rows.map(({ tablename }) => tablename)
    },

    async columns(table) {
      const { rows } = await pool.query(
        'SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2',
        [schema, table],
      )
      return rows.map(({ column_name }) => column_name)
    },

    async rows(table) {
      return (await pool.query({ text: `SELECT * FROM ${at(table)}`, types })).rows
    },

    async occupy(table) {
      await pool.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`)
      await pool.query(`CREATE TABLE ${at(table)} (id integer, note text)`)
      await pool.query(`INSERT INTO ${at(table)} VALUES (1, 'mine')`)
    },

    async makeUnique(table, column) {
      await pool.query(`CREATE UNIQUE INDEX mine ON ${at(table)} (portal_id, "${column}")`)
    },

    async pretendVersion(version) {
      await pool.query(`INSERT INTO ${at('sync_schema')} (version) VALUES ($1)`, [version])
    },

    async ageLeases(ms) {
      await pool.query(
        `UPDATE ${at('sync_leases')} SET renewed_at = renewed_at - $1 * interval '1 millisecond'`,
        [ms],
      )
    },

    async dispose() {
      for (const store of stores) await store.close()
      await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`)
      for (const each of pools) await each.end()
    },
  }
}
