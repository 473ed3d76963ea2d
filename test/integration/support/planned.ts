import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { postgresStore } from '@hubsync/adapter-postgres'
import { type SqliteDatabase, sqliteStore } from '@hubsync/adapter-sqlite'
import type { Store } from '@hubsync/core'
import pg from 'pg'
import { inject } from 'vitest'

/** The database's plan of a statement. */
export interface Plan {
  statement: string
  /** Tables and indexes that are read as a whole. */
  scanned: string[]
  /** Indexes of which all entries of the portal are read. */
  wide: string[]
  indexes: string[]
  sorts: boolean
}

/** A store whose statements are explained by its database. */
export interface PlannedStore {
  store: Store
  /** Makes the database collect its statistics, which it otherwise does by itself after a while. */
  analyze(): Promise<void>
  /** The plans of the statements that the work sends. */
  plansOf(work: (store: Store) => Promise<unknown>): Promise<Plan[]>
  /** The existing indexes, without those of primary keys. */
  indexes(): Promise<string[]>
  dispose(): Promise<void>
}

export const plannedStores: { name: string; open: () => Promise<PlannedStore> }[] = [
  { name: 'SQLite', open: async () => openSqlite() },
  { name: 'Postgres', open: openPostgres },
]

function openSqlite(): PlannedStore {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-plans-'))
  const database = new DatabaseSync(join(folder, 'hubspot.db'))
  database.exec('PRAGMA synchronous = OFF')
  let sent = new Set<string>()
  const watched = {
    prepare(text: string) {
      const statement = database.prepare(text)
      const noting =
        (method: 'run' | 'get' | 'all') =>
        (...values: never[]) => {
          sent.add(text)
          return statement[method](...values)
        }
      return { run: noting('run'), get: noting('get'), all: noting('all') }
    },
    exec: (text: string) => database.exec(text),
    close: () => {},
  } as SqliteDatabase
  const store = sqliteStore({ database: watched })
  return {
    store,
    analyze: async () => {},
    async plansOf(work) {
      sent = new Set()
      await work(store)
      const ours = [...sent].filter((statement) => !statement.includes('sqlite_master'))
      return ours.map((statement) => {
        const lines = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all()
        const text = lines.map(({ detail }) => String(detail)).join('\n')
        const all = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => String(name))
        return {
          statement,
          scanned: all(/SCAN (\w+)\b(?! VIRTUAL TABLE)/g).filter((name) => name !== 'CONSTANT'),
          wide: all(/INDEX (\w+) \(portal_id=\?\)/g),
          indexes: all(/INDEX ([a-z]\w+)/g),
          sorts: text.includes('ORDER BY'),
        }
      })
    },
    async indexes() {
      const lines = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        .all()
      return lines.map(({ name }) => String(name))
    },
    async dispose() {
      await store.close()
      database.close()
      rmSync(folder, { recursive: true })
    },
  }
}

interface PlanNode {
  'Node Type': string
  Schema?: string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  'Conflict Arbiter Indexes'?: string[]
  Plans?: PlanNode[]
}

async function openPostgres(): Promise<PlannedStore> {
  const schema = `plans_${process.pid}`
  const pool = new pg.Pool({ connectionString: inject('databaseUrl') })
  let sent = new Map<string, pg.QueryConfig>()
  const note = (query: pg.QueryConfig) => {
    if (query.values || /^\s*(SELECT|WITH)/.test(query.text)) sent.set(query.text, query)
  }
  const store = postgresStore({
    schema,
    pool: {
      async connect() {
        const client = await pool.connect()
        return {
          query(query) {
            note(query as pg.QueryConfig)
            return client.query(query)
          },
          release: (destroy) => client.release(destroy),
          on: (event, listener) => client.on(event, listener),
          off: (event, listener) => client.off(event, listener),
        }
      },
    },
  })
  return {
    store,
    async analyze() {
      await pool.query('VACUUM ANALYZE')
    },
    async plansOf(work) {
      sent = new Map()
      await work(store)
      const plans: Plan[] = []
      const client = await pool.connect()
      // These tables are small, and reading one as a whole would often be faster. That isn't the question here.
      for (const way of ['seqscan', 'hashjoin', 'mergejoin'])
        await client.query(`SET enable_${way} = off`)
      for (const { text, values } of sent.values()) {
        // The others ask the catalogue and the list of pairs what exists, as a whole.
        if (!text.includes(schema) || text.includes('sync_pairs')) continue
        const query = { text: `EXPLAIN (VERBOSE, FORMAT JSON) ${text}`, values: values ?? [] }
        const { rows } = await client.query(query)
        const nodes = nodesOf(rows[0]['QUERY PLAN'][0].Plan)
        const found = nodes.filter((node) => node['Index Name'])
        const conditions = (node: PlanNode) =>
          node['Index Cond']?.match(/\b\w+(?=\)? (=|>|<))/g) ?? []
        plans.push({
          statement: text,
          scanned: [
            ...nodes
              .filter((node) => node['Node Type'] === 'Seq Scan' && node.Schema === schema)
              .map((node) => String(node['Relation Name'])),
            ...found
              .filter((node) => !node['Index Cond'])
              .map((node) => String(node['Index Name'])),
          ],
          wide: found
            .filter((node) => String(conditions(node)) === 'portal_id')
            .map((node) => String(node['Index Name'])),
          indexes: nodes.flatMap((node) => [
            ...(node['Index Name'] ? [node['Index Name']] : []),
            ...(node['Conflict Arbiter Indexes'] ?? []),
          ]),
          sorts: nodes.some((node) => node['Node Type'] === 'Sort'),
        })
      }
      client.release(true)
      return plans
    },
    async indexes() {
      const { rows } = await pool.query(
        `SELECT indexrelid::regclass::text AS name, relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = $1::regnamespace AND NOT indisprimary`,
        [schema],
      )
      return rows.map(({ relname }) => String(relname))
    },
    async dispose() {
      await store.close()
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
      await pool.end()
    },
  }
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}
