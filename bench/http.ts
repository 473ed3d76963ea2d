import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { createHubspotSync, type Store } from '@hubsync/core'
import autocannon from 'autocannon'
import { type Benchmark, type Line, median, scaled, smallHeap, timed } from './support/benchmark.ts'
import { contactRow } from './support/contact-rows.ts'
import { type Emulator, startEmulator } from './support/emulator.ts'
import { readExplorer } from './support/explorer-pages.ts'
import { file, type PostgresPlace, postgres } from './support/places.ts'
import { type ReadingServer, startReading } from './support/reading-server.ts'
import { narrowProperties } from './support/sample-records.ts'
import { startSync } from './support/sync-child.ts'

const CONTACTS = 1_000_000
const SECONDS = 60
/** The number of companies and of deals that contacts are associated with, in turn. */
const OTHERS = 200
/** Contacts whose details are read. The load generator prepares a request for each on every connection. */
const DETAILS = 200
/** How often a page is read at each depth. */
const ROUNDS = 25
/** How often the two servers are measured, in turn. */
const TURNS = 4
const DETAILS_A_TURN = 100_000
const depths = [0, 0.1, 0.5, 0.9, 0.999]

/** A database with many contacts, most of them beside those of its portal. */
interface Mirror {
  name: string
  place: { file: string } | PostgresPlace
  portalId: string
  portal: Emulator
  ids: { at(share: number): string; details: string[] }
}

export const http: Benchmark = {
  name: 'http',
  about: 'what reading over HTTP costs: pages at any depth, details, many clients beside a run',
  defaultScale: 0.1,
  async *run({ scale, progress }) {
    const [pages, explored, details, clients]: [Line[], Line[], Line[], Line[]] = [[], [], [], []]
    const contacts = scaled(CONTACTS, scale, 2_000)
    for (const open of [sqlitePlace, postgresPlace]) {
      const { name, place, store } = await open()
      progress(`${name}: filling ${contacts} contacts`)
      const mirror = await fill(name, place, store, contacts)
      const { portalId } = mirror
      const ours = await startReading({ place, portalId, bare: false })
      const bare = await startReading({ place, portalId, bare: true })
      progress(`${name}: pages`)
      pages.push(...(await readPages(mirror, ours)))
      progress(`${name}: pages of the explorer`)
      explored.push(...(await readExplorer(name, ours.url, mirror.ids, ROUNDS)))
      progress(`${name}: details`)
      const turns = scaled(TURNS, Math.min(1, scale * 10))
      const amount = scaled(DETAILS_A_TURN, scale, 100)
      details.push(await readDetails(mirror, ours, bare, { turns, amount }))
      bare.close()
      ours.close()
      progress(`${name}: 200 connections`)
      const small = await startReading({ place, portalId, bare: false }, smallHeap)
      clients.push(await readBesideRun(mirror, small, scaled(SECONDS, scale)))
      small.close()
      mirror.portal.close()
    }
    yield {
      title: 'http: a page of 100 at a depth, as a ratio to the first page',
      lines: pages,
      notes: [
        `${contacts} contacts. Medians of ${ROUNDS} pages each, in turn over one connection: the reply as a whole, JSON and all.`,
      ],
    }
    yield {
      title: "http: a page of the explorer, as a ratio to the API's reply to the same read",
      lines: explored,
      notes: [
        `${contacts} contacts, 50 in a table. Medians of ${ROUNDS} replies each, in turn over one connection, as a whole. A table has headings, labels and a form around its values; a record has its changes, which the API gives elsewhere.`,
        'The columns have no index, so that looking up an address reads all contacts, on both sides.',
      ],
    }
    yield {
      title: 'http: details a second, as a ratio to a bare server',
      lines: details,
      notes: [
        'A contact with its companies and deals, 10 connections. The bare server is `node:http` with three prepared statements and `JSON.stringify`: no rights, no validation, no ETag. In turn, each in a process of its own.',
      ],
    }
    yield {
      title:
        'http: memory at the end of 200 connections, as a ratio to that after a quarter of the time',
      lines: clients,
      notes: [
        'Details are read without a pause while another process mirrors contacts into the same database, as fast as HubSpot allows.',
        `Node.js runs with ${smallHeap.join(' ')}: whatever is kept in memory beyond that ends the process. Without them its memory goes up and down by a third, as V8 clears garbage away or doesn't.`,
      ],
    }
  },
}

async function sqlitePlace() {
  const place = { file: file() }
  return { name: 'SQLite', place, store: sqliteStore(place) }
}

async function postgresPlace() {
  const place = await postgres()
  return { name: 'Postgres', place, store: postgresStore(place) }
}

/** Mirrors a small portal, and adds many contacts to the mirror. */
async function fill(
  name: string,
  place: Mirror['place'],
  store: Store,
  contacts: number,
): Promise<Mirror> {
  const portal = await startEmulator({
    contacts: Math.min(40_000, contacts),
    companies: OTHERS,
    deals: OTHERS,
  })
  const sync = createHubspotSync({ accessToken: portal.token, baseUrl: portal.url, store })
  await sync.run({ jobs: ['companies', 'deals'] })
  const portalId = (await store.portals())[0]?.portalId ?? ''
  const idsOf = async (object: string) =>
    (await store.list(portalId, object, { limit: OTHERS })).map(({ id }) => id)
  const others = { companies: await idsOf('companies'), deals: await idsOf('deals') }
  const idAt = (index: number) => String(500_000_000_000 + index)
  const apart = Math.max(1, Math.floor(contacts / DETAILS))
  const details: string[] = []
  for (let start = 0; start < contacts; start += 1_000) {
    const count = Math.min(1_000, contacts - start)
    const rows = Array.from({ length: count }, (_, at) =>
      contactRow(idAt(start + at), narrowProperties(start + at), { portalId }),
    )
    const associations = rows.flatMap(({ id }, at) => {
      if ((start + at) % apart !== 0) return []
      details.push(id)
      return (['companies', 'deals'] as const).map((object, type) => ({
        pair: `contacts_${object}`,
        fromId: id,
        edges: [
          {
            toId: others[object][(start + at) % OTHERS] as string,
            category: 'HUBSPOT_DEFINED' as const,
            typeId: 279 + type,
            label: null,
          },
        ],
      }))
    })
    const at = new Date().toISOString()
    await store.commit({
      portalId,
      at,
      rows: [{ object: 'contacts', rows, feed: false }],
      associations,
    })
  }
  await sync.close()
  const at = (share: number) => idAt(Math.floor(share * (contacts - 200)))
  return { name, place, portalId, portal, ids: { at, details } }
}

async function readPages({ name, ids }: Mirror, { url }: ReadingServer): Promise<Line[]> {
  const taken = new Map<number, number[]>(depths.map((depth) => [depth, []]))
  for (let round = 0; round <= ROUNDS; round++)
    for (const depth of depths) {
      const after = depth === 0 ? '' : `&after=${ids.at(depth)}`
      const ms = await timed(async () => {
        const reply = await fetch(`${url}/contacts?limit=100${after}`)
        const { results } = (await reply.json()) as { results: unknown[] }
        if (results.length !== 100) throw new Error(`Expected 100 contacts, got ${results.length}.`)
      })
      // One round to warm up.
      if (round > 0) taken.get(depth)?.push(ms)
    }
  const first = median(taken.get(0) ?? [])
  return depths.slice(1).map((depth) => ({
    ratio: median(taken.get(depth) ?? []) / first,
    goal: '≤ 1.2',
    store: name,
    depth: `${depth * 100} %`,
    'page, ms': median(taken.get(depth) ?? []),
    'first page, ms': first,
  }))
}

async function readDetails(
  { name, ids }: Mirror,
  ours: ReadingServer,
  bare: ReadingServer,
  { turns, amount }: { turns: number; amount: number },
): Promise<Line> {
  const figures = new Map<ReadingServer, number[]>([ours, bare].map((server) => [server, []]))
  for (let turn = 0; turn <= turns; turn++)
    for (const server of turn % 2 === 0 ? [ours, bare] : [bare, ours]) {
      const rate = await detailsASecond(server, ids.details, amount)
      // One turn to warm up.
      if (turn > 0) figures.get(server)?.push(rate)
    }
  const [rate, bareRate] = [ours, bare].map((server) => median(figures.get(server) ?? []))
  return {
    ratio: (rate ?? 0) / (bareRate ?? 0),
    goal: '',
    store: name,
    'ours, a second': rate ?? 0,
    'bare, a second': bareRate ?? 0,
  }
}

async function readBesideRun(
  { name, place, portal, ids }: Mirror,
  server: ReadingServer,
  seconds: number,
): Promise<Line> {
  const run = startSync({
    url: portal.url,
    token: portal.token,
    work: ['contacts'],
    ...('file' in place
      ? { store: place.file }
      : { store: place.connectionString, schema: place.schema }),
  })
  const quarter = await load(server, ids.details, 200, seconds / 4)
  const early = await server.megabytes()
  const rest = await load(server, ids.details, 200, (seconds * 3) / 4)
  const late = await server.megabytes()
  const { calls } = await portal.calls()
  await run.kill()
  const parts = [quarter, rest]
  const sum = (of: (part: autocannon.Result) => number) =>
    parts.reduce((total, part) => total + of(part), 0)
  return {
    ratio: late / early,
    goal: '≤ 1.1',
    store: name,
    'errors (goal 0)': sum(({ errors, non2xx }) => errors + non2xx),
    timeouts: sum(({ timeouts }) => timeouts),
    details: sum(({ requests }) => requests.total),
    'slowest 1 %, ms': rest.latency.p99,
    'after a quarter, MB': early,
    'at the end, MB': late,
    'calls of the run': calls,
  }
}

/** Measures with its own clock: the load generator counts whole seconds, and the last one isn't complete. */
async function detailsASecond(
  { url }: ReadingServer,
  ids: readonly string[],
  amount: number,
): Promise<number> {
  let [started, ended] = [0, 0]
  const { errors, non2xx } = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = { url, connections: 10, requests: detailsOf(ids), amount }
    const run = autocannon(options, (error, result) => (error ? reject(error) : resolve(result)))
    run.on('start', () => {
      started = performance.now()
    })
    run.on('response', () => {
      ended = performance.now()
    })
  })
  if (errors + non2xx > 0) throw new Error(`Expected details, got ${errors + non2xx} failures.`)
  return (amount / (ended - started)) * 1_000
}

function load(
  { url }: ReadingServer,
  ids: readonly string[],
  connections: number,
  seconds: number,
): Promise<autocannon.Result> {
  // It counts whole seconds. For less than one, a number of requests is given instead, and few are prepared.
  if (seconds >= 1)
    return autocannon({ url, connections, requests: detailsOf(ids), duration: seconds })
  const requests = detailsOf(ids.slice(0, 2))
  return autocannon({ url, connections, requests, amount: 2 * connections })
}

function detailsOf(ids: readonly string[]): autocannon.Request[] {
  return ids.map((id) => ({ path: `/contacts/${id}` }))
}
