import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { contacts, type MirrorRow, mirrorSchema, type Store } from '@hubsync/core'
import { type BareWriter, barePostgres, bareSqlite } from './support/bare-writers.ts'
import { type Benchmark, type Line, median, scaled, timed } from './support/benchmark.ts'
import { contactRow } from './support/contact-rows.ts'
import { connect, file, openSqlite, postgres } from './support/places.ts'
import { contactProperties } from './support/sample-records.ts'

const portalId = '1'
const schema = mirrorSchema([contacts], [])
const batchSizes = [100, 500, 1_000]
const ROUNDS = 5
/** Rows that are written for one figure. */
const ROWS = 4_000

/** A store, and what writes to a table of the same definition beside it. */
interface Contest {
  name: string
  store: Store
  bare: BareWriter[]
}

/** What is done to rows, and what it should come to. */
const operations = [
  { name: 'insert', goal: '≥ 0.8', feed: false },
  { name: 'unchanged', goal: '≥ 0.8', feed: false },
  { name: 'update', goal: '≥ 0.8', feed: false },
  { name: 'update, with feed', goal: '', feed: true },
] as const

export const store: Benchmark = {
  name: 'store',
  about: 'rows a second into each store, beside the bare fastest statement',
  defaultScale: 1,
  async *run({ scale, progress }) {
    const rows = scaled(ROWS, scale, 100)
    const rounds = scaled(ROUNDS, scale, 1)
    for (const open of [
      sqliteContest('better-sqlite3'),
      sqliteContest('node:sqlite'),
      postgresContest,
    ]) {
      const contest = await open()
      const lines: Line[] = []
      for (const size of batchSizes) {
        progress(`${contest.name}, batches of ${size}`)
        lines.push(...(await compete(contest, size, rows, rounds)))
      }
      yield {
        title: `${contest.name}: rows a second, as a ratio to the bare statement`,
        lines,
        notes: [
          `Rows of 2 kB; each figure is the median of ${rounds} rounds of ${rows} rows, ours and the bare statement in turn.`,
          'Both sides write to tables that the store itself has made, with the same indexes, in one database with one durability, and make the JSON text of `raw` themselves. Ours reads what is there, compares, and moves a checkpoint in each commit. The bare statement writes unchanged rows again, since it knows no better.',
        ],
      }
      await contest.store.close()
    }
  },
}

const sqliteContest = (driver: 'better-sqlite3' | 'node:sqlite') => async (): Promise<Contest> => {
  const store = sqliteStore({ database: openSqlite(file(), driver) })
  const beside = openSqlite(file(), driver)
  await store.migrate(schema)
  await sqliteStore({ database: beside }).migrate(schema)
  return { name: `SQLite on ${driver}`, store, bare: [bareSqlite(beside)] }
}

async function postgresContest(): Promise<Contest> {
  const place = await postgres()
  const store = postgresStore(place)
  await store.migrate(schema)
  const client = await connect(place.connectionString)
  const bare: BareWriter[] = []
  for (const index of [0, 1]) {
    const { connectionString, schema: name } = await postgres()
    const beside = postgresStore({ connectionString, schema: name })
    await beside.migrate(schema)
    await beside.close()
    bare.push(barePostgres(client, name)[index] as BareWriter)
  }
  return { name: 'Postgres', store, bare }
}

/** All operations at one size of batch, ours and theirs in turn, on rows that are new in each round. */
async function compete({ store, bare }: Contest, size: number, rows: number, rounds: number) {
  const ours = new Map<string, number[]>()
  const theirs = bare.map(() => new Map<string, number[]>())
  const note = (figures: Map<string, number[]>, name: string, ms: number) =>
    figures.set(name, [...(figures.get(name) ?? []), ms])
  // A round before the first one, which finds the statements prepared and the code compiled.
  for (let round = 0; round <= rounds; round++) {
    const first = nextId
    nextId += rows
    for (const [revision, { name, feed }] of operations.entries()) {
      // Unchanged rows are those that the operation before has written.
      const given = makeRows(first, rows, name === 'unchanged' ? 0 : revision)
      const contestants = [
        async () => note(ours, name, await timed(() => commitAll(store, given, size, feed))),
        ...bare.map((writer, index) => async () => {
          const figures = theirs[index] as Map<string, number[]>
          note(figures, name, await timed(() => writeAll(writer, given, size)))
        }),
      ]
      if (round % 2 === 1) contestants.reverse()
      for (const run of contestants) await run()
    }
  }
  return operations.map(({ name, goal }): Line => {
    const perSecond = (figures: Map<string, number[]>) =>
      (rows / median((figures.get(name) ?? []).slice(1))) * 1_000
    const rates = theirs.map(perSecond)
    const fastest = Math.max(...rates)
    return {
      ratio: perSecond(ours) / fastest,
      goal,
      rows: name,
      batch: size,
      'ours, rows/s': perSecond(ours),
      'bare, rows/s': fastest,
      'bare statement': bare[rates.indexOf(fastest)]?.name ?? '',
    }
  })
}

let nextId = 210_000_000_000

function makeRows(first: number, count: number, revision: number): MirrorRow[] {
  return Array.from({ length: count }, (_, index) => {
    const { note_1, ...others } = contactProperties(index)
    const properties: Record<string, string> = {
      ...others,
      lastname: `Last ${index} ${revision}`,
      note_1: `${note_1}`,
    }
    return contactRow(String(first + index), properties, { portalId, revision })
  })
}

/** How often each store's checkpoint has been moved. */
const revisions = new Map<Store, number>()

/** As a stream commits: rows, and the checkpoint that covers them. */
async function commitAll(store: Store, rows: MirrorRow[], size: number, feed: boolean) {
  const stream = 'contacts'
  for (let start = 0; start < rows.length; start += size) {
    const revision = revisions.get(store) ?? 0
    revisions.set(store, revision + 1)
    await store.commit({
      portalId,
      at: new Date().toISOString(),
      checkpoint: {
        stream,
        expected: revision === 0 ? null : { revision },
        next: { revision: revision + 1 },
      },
      rows: [{ object: contacts.name, rows: rows.slice(start, start + size), feed }],
    })
  }
}

async function writeAll(writer: BareWriter, rows: MirrorRow[], size: number) {
  for (let start = 0; start < rows.length; start += size)
    await writer.write(rows.slice(start, start + size).map(({ raw }) => raw))
}
