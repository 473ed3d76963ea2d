// A process that runs a mirror once. It counts its calls to HubSpot and to its database, and kills itself at one of
// these steps.
import { postgresStore } from '@hubsync/adapter-postgres'
import { type SqliteDatabase, sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync, type HubspotSyncOptions } from '@hubsync/core'
import pg from 'pg'

const [place = '', schema = '', baseUrl = '', accessToken = '', diesAt = '', side = ''] =
  process.argv.slice(2)
let steps = 0

/** Ends the process before a step is sent, or while its answer is on the way. */
function step<T>(send: () => T): T {
  const isLast = ++steps === Number(diesAt)
  if (isLast && side === 'before') process.kill(process.pid, 'SIGKILL')
  const sent = send()
  if (isLast) setImmediate(() => process.kill(process.pid, 'SIGKILL'))
  return sent
}

/** HubSpot by plain `fetch`: loading its client would take longer than most of these processes live. */
const client: HubspotSyncOptions['client'] = {
  apiRequest({ method, path, qs = {}, body, headers = {} }) {
    const url = `${baseUrl}${path}?${new URLSearchParams(qs)}`
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    return step(() =>
      fetch(url, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...content,
      }),
    )
  },
}

function openPostgres() {
  const pool = new pg.Pool({ connectionString: place })
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown
    client.query = ((...given: unknown[]) => step(() => query(...given))) as typeof client.query
  })
  return postgresStore({ pool, schema })
}

async function openSqlite() {
  // The package has no types. The adapter declares those that it uses.
  const name = 'better-sqlite3'
  const { default: Database } = (await import(name)) as {
    default: new (file: string) => SqliteDatabase
  }
  const database = new Database(place)
  for (const pragma of ['journal_mode = WAL', 'foreign_keys = ON', 'busy_timeout = 5000'])
    database.exec(`PRAGMA ${pragma}`)
  return sqliteStore({
    database: {
      exec: (sql) => step(() => database.exec(sql)),
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(sql)
        return {
          run: (...values) => step(() => statement.run(...values)),
          get: (...values) => statement.get(...values),
          all: (...values) => step(() => statement.all(...values)),
        }
      },
    },
  })
}

const sync = createHubspotSync({
  store: schema === '' ? await openSqlite() : openPostgres(),
  ...{ client, accessToken, census: 0, associationSweep: 0, removalShare: 1 },
  limits: { burst: 1e6, search: 1e6, associations: 1e6 },
})
const report = await sync.run()
process.send?.({ status: report.status, steps }, () => process.exit())
