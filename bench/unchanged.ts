import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync, type Store } from '@hubsync/core'
import { createClock } from '@hubsync/emulator'
import { type Benchmark, type Line, scaled } from './support/benchmark.ts'
import { connect, file, openSqlite, postgres } from './support/places.ts'
import { makePortal, requesterOf } from './support/portal.ts'

/** A store, and the database's own count of writes: bytes of WAL, or rows. */
interface Counted {
  name: string
  unit: string
  store: Store
  written(): Promise<number>
}

export const unchanged: Benchmark = {
  name: 'unchanged',
  about: 'what a run writes that finds nothing changed, by the database’s own counters',
  defaultScale: 1,
  async *run({ scale }) {
    const count = scaled(10_000, scale, 300)
    const lines: Line[] = []
    for (const open of [countedSqlite, countedPostgres]) {
      const { name, unit, store, written } = await open()
      const clock = createClock()
      const companies = Math.ceil(count / 5)
      const portal = makePortal(
        { contacts: count, companies, deals: companies, limits: false },
        clock,
      )
      const sync = createHubspotSync({
        accessToken: portal.token,
        client: requesterOf(portal),
        store,
        clock,
        reference: false,
        census: 0,
        associationSweep: 0,
        limits: { burst: 1e9, search: 1e9, associations: 1e9 },
      })
      const empty = await written()
      await sync.run()
      const filled = await written()
      await clock.advance(60_000)
      const report = await sync.run()
      const after = await written()
      await sync.close()
      const rows = Object.values(report.jobs)
      lines.push({
        ratio: (after - filled) / (filled - empty),
        goal: '< 0.02',
        store: name,
        unit,
        'first run': filled - empty,
        'second run': after - filled,
        'rows written': rows.reduce((sum, { created, updated }) => sum + created + updated, 0),
      })
    }
    yield {
      title: 'unchanged: written by a run that finds nothing changed, as a ratio to the first run',
      lines,
      notes: [
        `${count} contacts, and companies and deals, with their associations; both runs have a census and a sweep of all associations. What the second writes are checkpoints and the run itself: it grows with the number of pages that are walked, not with the rows.`,
      ],
    }
  },
}

async function countedSqlite(): Promise<Counted> {
  const database = openSqlite(file(), 'better-sqlite3')
  const count = database.prepare('SELECT total_changes() AS changes')
  const written = async () => (count.get() as { changes: number }).changes
  return { name: 'SQLite', unit: 'rows', store: sqliteStore({ database }), written }
}

async function countedPostgres(): Promise<Counted> {
  const place = await postgres()
  const client = await connect(place.connectionString)
  // The server counts for all its databases, so nothing else may use it meanwhile.
  const written = async () => {
    const { rows } = await client.query(
      `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS bytes`,
    )
    return Number(rows[0].bytes)
  }
  return {
    name: 'Postgres',
    unit: 'bytes of WAL',
    store: postgresStore(place),
    written,
  }
}
