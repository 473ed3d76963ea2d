import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import { contacts, type MirrorRow, type Store } from '@hubsync/core'
import { mirrorSchema } from '@hubsync/core/store'
import { type BareWriter, barePostgres, bareSqlite } from './support/bare-writers.ts'
import {
  type Benchmark,
  clearGarbage,
  type Line,
  median,
  scaled,
  timed,
} from './support/benchmark.ts'
import { contactRow } from './support/contact-rows.ts'
import { connect, file, openSqlite, postgres } from './support/places.ts'
import { contactProperties } from './support/sample-records.ts'

const portalId = '1'
const schema = mirrorSchema([contacts], [])
const batchSizes = [100, 500, 1_000]
const ROUNDS = 9
/** The number of rows for one figure. */
const ROWS = 4_000
/**
 * The number of rows that are at least written before them, untimed. Garbage collection also discards V8's machine code
 * for objects that no longer exist.
 */
const WARM_UP = 1_000

/** A store, and the bare statements that write to a table of the same definition. */
interface Contest {
  name: string
  store: Store
  bare: BareWriter[]
}

/** The operations on rows, with their goals. */
const operations = [
  { name: 'insert', goal: '≥ 0.5', feed: false },
  { name: 'unchanged', goal: '≥ 0.5', feed: false },
  { name: 'update', goal: '≥ 0.5', feed: false },
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
        const warmUp = Math.ceil(scaled(WARM_UP, scale) / size) * size
        lines.push(...(await compete(contest, size, warmUp, rows, rounds)))
      }
      yield {
        title: `${contest.name}: rows a second, as a ratio to the bare statement`,
        lines,
        notes: [
          `Rows of 2 kB; each figure is the median of ${rounds} rounds of ${rows} rows, the ratio that of the ratios within each round; before them ${scaled(WARM_UP, scale)} rows or a batch are written untimed. Ours and the bare statement take turns with every batch; where there are several statements, each has rounds of its own, and the fastest is told of.`,
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

/** The times of the store and of a bare statement in a round. */
type Round = [ours: number, theirs: number]

/**
 * All operations at one size of batch, compared with the fastest bare statement. Each bare statement is measured
 * against the store separately: with three taking turns, the two on one connection would find warmer caches than the
 * third.
 */
async function compete(
  { store, bare }: Contest,
  size: number,
  warmUp: number,
  rows: number,
  rounds: number,
) {
  const races: Map<string, Round[]>[] = []
  for (const rival of bare) races.push(await race(store, rival, size, warmUp, rows, rounds))
  return operations.map(({ name, goal }): Line => {
    const medians = races.map((each) => medianOf(each.get(name) ?? [], ([, theirs]) => theirs))
    const fastest = medians.indexOf(Math.min(...medians))
    const took = races[fastest]?.get(name) ?? []
    return {
      ratio: medianOf(took, ([ours, theirs]) => theirs / ours),
      goal,
      rows: name,
      batch: size,
      'ours, rows/s': (rows / medianOf(took, ([ours]) => ours)) * 1_000,
      'bare, rows/s': (rows / (medians[fastest] as number)) * 1_000,
      'bare statement': bare[fastest]?.name ?? '',
    }
  })
}

const medianOf = (took: Round[], figure: (round: Round) => number) => median(took.map(figure))

/** The times of each operation in each round, on rows that are new in the round. */
async function race(
  store: Store,
  bare: BareWriter,
  size: number,
  warmUp: number,
  rows: number,
  rounds: number,
): Promise<Map<string, Round[]>> {
  const took = new Map<string, Round[]>()
  // One round to warm up.
  for (let round = 0; round <= rounds; round++) {
    const first = nextId
    nextId += warmUp + rows
    for (const [revision, { name, feed }] of operations.entries()) {
      // Unchanged rows are those of the operation before.
      const given = makeRows(first, warmUp + rows, name === 'unchanged' ? 0 : revision)
      clearGarbage()
      const sums = await inTurn(given, size, warmUp, round, [
        (batch) => commit(store, batch, feed),
        (batch) => bare.write(batch.map(({ raw }) => raw)),
      ])
      if (round > 0) took.set(name, [...(took.get(name) ?? []), sums])
    }
  }
  return took
}

/**
 * Lets both write all rows in batches, and returns the time of each for the rows after the first `warmUp`. They take
 * turns with every batch, and every second round the other one starts, so that other load on the machine affects both
 * alike.
 */
async function inTurn(
  rows: MirrorRow[],
  size: number,
  warmUp: number,
  round: number,
  writers: [ours: (batch: MirrorRow[]) => unknown, theirs: (batch: MirrorRow[]) => unknown],
): Promise<Round> {
  const sums: Round = [0, 0]
  for (let start = 0; start < rows.length; start += size) {
    const batch = rows.slice(start, start + size)
    const turns = [0, 1] as const
    for (const which of (start / size + round) % 2 === 0 ? turns : turns.toReversed()) {
      const took = await timed(() => writers[which](batch))
      if (start >= warmUp) sums[which] += took
    }
  }
  return sums
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

/** The revision of each store's checkpoint. */
const revisions = new Map<Store, number>()

/** Commits rows with their checkpoint, as a stream does. */
async function commit(store: Store, rows: MirrorRow[], feed: boolean) {
  const revision = revisions.get(store) ?? 0
  revisions.set(store, revision + 1)
  await store.commit({
    portalId,
    at: new Date().toISOString(),
    checkpoint: {
      stream: 'contacts',
      expected: revision === 0 ? null : { revision },
      next: { revision: revision + 1 },
    },
    rows: [{ object: contacts.name, rows, feed }],
  })
}
