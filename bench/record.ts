import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { contacts, createHubspotSync, type HubspotRecord, type Store } from '@hubsync/core'
import { mirrorSchema } from '@hubsync/core/store'
import { type BareWriter, barePostgres, bareSqlite } from './support/bare-writers.ts'
import { type Benchmark, type Line, median, scaled } from './support/benchmark.ts'
import { type Emulator, startEmulator } from './support/emulator.ts'
import { connect, file, openSqlite, postgres } from './support/places.ts'
import { noteProperties } from './support/sample-records.ts'

const ROUNDS = 9
/** The maximum number of results of HubSpot's search. */
const SEARCH_RESULTS = 10_000
const wide = contacts.extend({ properties: noteProperties })
const schema = mirrorSchema([wide], [])
const properties = [
  ...Object.values(contacts.columns).map(({ property }) => property),
  ...noteProperties,
  'lastmodifieddate',
  'hs_merged_object_ids',
]

/** The time of one way of copying all contacts. */
interface Figure {
  records: number
  ms: number
  /** CPU time of this process, without the portal and the database server. */
  cpuMs: number
}

/** The target of the contacts: a store for hubsync, and writers for the others. */
interface Place {
  name: string
  /** Opens an empty store. */
  openStore(): Promise<Store>
  openBare(): Promise<BareWriter>
}

export const record: Benchmark = {
  name: 'record',
  about: 'what a record costs: a backfill without limits, beside a bare loop',
  defaultScale: 1,
  async *run({ scale, progress }) {
    const count = scaled(20_000, scale, 300)
    const rounds = scaled(ROUNDS, scale, 1)
    const emulator = await startEmulator({
      contacts: count,
      wide: true,
      limits: false,
      journal: false,
    })
    for (const place of [sqlitePlace, postgresPlace]) {
      const ways = {
        hubsync: () => mirror(emulator, place),
        'bare loop': () => bareLoop(emulator, place),
        'naive sync': () => naiveSync(emulator, place),
      }
      const figures = new Map<string, Figure[]>()
      // One round to warm up.
      for (let round = 0; round <= rounds; round++) {
        progress(`${place.name}, round ${round} of ${rounds}`)
        const order = Object.entries(ways)
        if (round % 2 === 1) order.reverse()
        for (const [name, way] of order) {
          const figure = await way()
          if (round > 0) figures.set(name, [...(figures.get(name) ?? []), figure])
        }
      }
      const of = (name: string) => figures.get(name) ?? []
      const perRecord = (name: string) => of(name).map(({ cpuMs, records }) => cpuMs / records)
      const bare = perRecord('bare loop')
      yield {
        title: `record, into ${place.name}: processor time of a record, as a ratio to that of the bare loop`,
        lines: Object.keys(ways).map(
          (name): Line => ({
            ratio: median(perRecord(name).map((cost, round) => cost / (bare[round] as number))),
            goal: name === 'hubsync' ? '≤ 1.6' : '',
            way: name,
            'CPU, µs/record': median(perRecord(name)) * 1_000,
            'records/s': median(of(name).map(({ ms, records }) => (records / ms) * 1_000)),
          }),
        ),
        notes: [
          `${count} contacts of 2 kB, without associations; medians of ${rounds} rounds, the ratio that of the ratios within each round. The portal runs in another process, without limits and at once; processor time is that of this process alone.`,
          'The bare loop fetches a page while it writes the one before, with `fetch` and `JSON.parse`, by the fastest statement and with no check at all.',
          `The naive sync fetches and writes in turn, pages search by offset, as far as HubSpot lets it (${SEARCH_RESULTS} records), and writes each row by itself.`,
        ],
      }
    }
    emulator.close()
  },
}

const sqlitePlace: Place = {
  name: 'SQLite',
  openStore: async () => sqliteStore({ file: file() }),
  async openBare() {
    const database = openSqlite(file(), 'better-sqlite3')
    await sqliteStore({ database }).migrate(schema)
    return bareSqlite(database)
  },
}

const postgresPlace: Place = {
  name: 'Postgres',
  openStore: async () => postgresStore(await postgres()),
  async openBare() {
    const place = await postgres()
    const store = postgresStore(place)
    await store.migrate(schema)
    await store.close()
    const [named] = barePostgres(await connect(place.connectionString), place.schema)
    return named as BareWriter
  },
}

async function mirror(emulator: Emulator, place: Place): Promise<Figure> {
  const store = await place.openStore()
  const sync = createHubspotSync({
    accessToken: emulator.token,
    baseUrl: emulator.url,
    store,
    objects: [wide],
    limits: { burst: 1e6, search: 1e6, associations: 1e6 },
  })
  // Opens the database before the measurement, as the others do.
  await store.migrate(schema)
  const figure = await measure(async () => {
    const report = await sync.run({ jobs: ['contacts'] })
    if (report.status !== 'complete') throw new Error(`The run is ${report.status}.`)
    return report.jobs.contacts?.created ?? 0
  })
  await sync.close()
  return figure
}

interface ListReply {
  results: HubspotRecord[]
  paging?: { next?: { after: string } }
}

async function bareLoop(emulator: Emulator, place: Place): Promise<Figure> {
  const writer = await place.openBare()
  const fetchPage = async (after?: string): Promise<ListReply> => {
    const query = new URLSearchParams({ limit: '100', properties: properties.join(',') })
    if (after !== undefined) query.set('after', after)
    const response = await fetch(`${emulator.url}/crm/objects/2026-03/contacts?${query}`, {
      headers: { authorization: `Bearer ${emulator.token}` },
    })
    return JSON.parse(await response.text())
  }
  return measure(async () => {
    let records = 0
    for (let page: ListReply | undefined = await fetchPage(); page; ) {
      const after: string | undefined = page.paging?.next?.after
      const next: Promise<ListReply> | undefined =
        after === undefined ? undefined : fetchPage(after)
      await writer.write(page.results)
      records += page.results.length
      page = await next
    }
    return records
  })
}

async function naiveSync(emulator: Emulator, place: Place): Promise<Figure> {
  const writer = await place.openBare()
  return measure(async () => {
    let records = 0
    for (let after: string | undefined = '0'; after !== undefined; ) {
      const response = await fetch(`${emulator.url}/crm/objects/2026-03/contacts/search`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${emulator.token}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ limit: 100, after, properties }),
      })
      const page = (await response.json()) as ListReply
      for (const each of page.results) await writer.write([each])
      records += page.results.length
      after = records < SEARCH_RESULTS ? page.paging?.next?.after : undefined
    }
    return records
  })
}

async function measure(work: () => Promise<number>): Promise<Figure> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const records = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { records, ms: performance.now() - started, cpuMs: (user + system) / 1_000 }
}
