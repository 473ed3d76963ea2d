// A server of a mirror's contacts in a process of its own: the library's HTTP handler, or a bare one. See
// reading-server.ts.

import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHttpHandler } from '@hubsync/http'
import pg from 'pg'
import { openSqlite } from './places.ts'
import type { ReadingAnswer, ReadingPlan } from './reading-server.ts'

process.on('message', async (plan: ReadingPlan | 'memory') => {
  const url = plan === 'memory' ? '' : await listen(plan)
  const megabytes = process.memoryUsage.rss() / 1_024 ** 2
  process.send?.({ url, megabytes } satisfies ReadingAnswer)
})
process.on('disconnect', () => process.exit())

async function listen(plan: ReadingPlan): Promise<string> {
  const listener = plan.bare ? bareListener(plan) : handlerOf(plan)
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function handlerOf({ place }: ReadingPlan): RequestListener {
  const store = 'file' in place ? sqliteStore(place) : postgresStore(place)
  return createHttpHandler({ store, auth: { read: 'public' } }).listener
}

/**
 * Answers a path that ends with an id with that contact and its associations. It checks nothing else of the request.
 */
function bareListener({ place, portalId }: ReadingPlan): RequestListener {
  const read = 'file' in place ? bareSqlite(place.file) : barePostgres(place)
  return async (request, response) => {
    const id = (request.url ?? '').split('/').at(-1) ?? ''
    const [[contact], companies, deals] = await read(portalId, id)
    const body = JSON.stringify({ ...contact, companies, deals })
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  }
}

type Rows = Record<string, unknown>[]
type Read = (portalId: string, id: string) => Promise<[Rows, Rows, Rows]>

const columns = `source_id, source_status, source_url, source_created_at, source_updated_at, source_archived_at,
  source_created_year, synced_at, email, first_name, last_name, phone, lifecycle_stage, owner_id`

function statements(schema: string, [portal, id]: [string, string]): [string, string, string] {
  const linked = (object: string, name: string) =>
    `SELECT other.source_id, other.${name}, link.label FROM ${schema}contacts_${object} AS link
     JOIN ${schema}${object} AS other ON other.portal_id = link.portal_id AND other.source_id = link.to_id
     WHERE link.portal_id = ${portal} AND link.from_id = ${id} ORDER BY link.to_id LIMIT 1000`
  return [
    `SELECT ${columns} FROM ${schema}contacts WHERE portal_id = ${portal} AND source_id = ${id}`,
    linked('companies', 'name'),
    linked('deals', 'name'),
  ]
}

function bareSqlite(file: string): Read {
  const database = openSqlite(file, 'better-sqlite3')
  // Subqueries, because SQLite would plan the join again whenever a plain parameter changes.
  const [one, ...many] = statements('', ['(SELECT ?)', '(SELECT ?)']).map((sql) =>
    database.prepare(sql),
  )
  const all = (statement: typeof one, given: [string, string]) => statement?.all(...given) as Rows
  return async (...given) => [all(one, given), all(many[0], given), all(many[1], given)]
}

function barePostgres({
  connectionString,
  schema,
}: {
  connectionString: string
  schema: string
}): Read {
  const pool = new pg.Pool({ connectionString })
  const texts = statements(`${schema}.`, ['$1', '$2'])
  return async (...values) => {
    const answers = texts.map((text, index) => pool.query({ name: `bare ${index}`, text, values }))
    const [contact, companies, deals] = await Promise.all(answers)
    return [contact?.rows ?? [], companies?.rows ?? [], deals?.rows ?? []]
  }
}
