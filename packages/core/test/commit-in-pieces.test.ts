import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConstraintError, HubsyncError } from '../src/errors.js'
import { memoryStore } from '../src/store/memory-store.js'
import type { Batch, CheckpointMove, CommitResult } from '../src/store/store.js'
import { commitInPieces } from '../src/sync/commit-in-pieces.js'
import { anyContent } from './support/any-batches.js'
import { naiveMirror } from './support/naive-mirror.js'
import { edge, minute, row, schema } from './support/planned-rows.js'

const nothing: CommitResult = { rows: {}, associations: { added: 0, removed: 0, unlinked: 0 } }
const refusal = () => new ConstraintError({ tables: ['contacts'], constraint: 'mine' })

/** Rows of contacts. Only their ids matter here. */
const rowsOf = (...ids: string[]) => ({
  rows: [{ object: 'contacts', feed: true, rows: ids.map((id) => ({ id }) as never) }],
})

const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index))

const idsOf = ({ rows = [] }: Pick<Batch, 'rows'>) =>
  rows.flatMap((group) => group.rows.map(({ id }) => id))

/** A database that accepts rows unless `refuses`, given what is stored by then, says otherwise. */
function database(refuses: (id: string, there: ReadonlySet<string>) => boolean) {
  const there = new Set<string>()
  const commits: string[][] = []
  const write = async (content: Pick<Batch, 'rows'>) => {
    const ids = idsOf(content)
    commits.push(ids)
    const next = new Set(there)
    for (const id of ids) {
      if (refuses(id, next)) throw refusal()
      next.add(id)
    }
    for (const id of ids) there.add(id)
    return nothing
  }
  return { there, commits, whole: write, part: write }
}

test('what nothing refuses is one commit', async () => {
  const { commits, ...ways } = database(() => false)
  const { refused } = await commitInPieces({ pairs: [] }, rowsOf('1', '2'), [], {}, ways)
  expect([commits, refused]).toEqual([[['1', '2']], {}])
})

test('many rows are written in pieces, with a turn of the event loop before each', async () => {
  const { there, ...ways } = database(() => false)
  const told: string[] = []
  const part: typeof ways.part = (content) => {
    told.push(`${idsOf(content).length} rows`)
    setImmediate(() => told.push('a turn'))
    return ways.part(content)
  }
  const whole: typeof ways.whole = (content) => {
    told.push('the checkpoint')
    return ways.whole(content)
  }
  await commitInPieces({ pairs: [] }, rowsOf(...numbered(600)), [], {}, { whole, part })
  expect(told).toEqual(['200 rows', 'a turn', '200 rows', 'a turn', '200 rows', 'the checkpoint'])
  expect(there.size).toBe(600)
})

test('pieces leave a store as one commit does, wherever they are cut', async () => {
  /** So many unchanged rows come first that the pages after them are cut at other places. */
  const filler = fc.nat({ max: 300 }).map((count) => ({
    object: 'contacts',
    feed: true,
    rows: numbered(count).map((id) => ({ ...row(`filler ${id}`, {}), partial: true as const })),
  }))
  const unlinked = fc.nat({ max: 300 }).map((count) => ({
    pair: 'contacts_companies',
    fromId: 'filler',
    edges: numbered(count).map((id) => edge(`filler ${id}`, 1)),
  }))
  const property = fc.asyncProperty(anyContent, filler, unlinked, async (before, rows, set) => {
    const content = {
      ...before,
      rows: [rows, ...before.rows, rows],
      associations: [set, ...before.associations],
    }
    const store = memoryStore()
    await store.migrate(schema)
    const naive = naiveMirror(schema)
    const base = { portalId: '1', at: minute(10) }
    const write = (content: Partial<Batch>) => store.commit({ ...base, ...content })
    const { result } = await commitInPieces(
      { pairs: [] },
      content,
      [],
      {},
      { whole: write, part: write },
    )
    expect(withoutNothing(result)).toEqual(withoutNothing(naive.commit({ ...base, ...content })))
    expect(await naive.readFrom(store)).toEqual(naive.content())
  })
  await fc.assert(property, { numRuns: 100 })
})

/** Objects of which nothing was written may be left out. */
const withoutNothing = ({ rows, associations }: CommitResult) => ({
  rows: Object.fromEntries(
    Object.entries(rows).filter(([, counts]) => Object.values(counts).some((count) => count > 0)),
  ),
  associations,
})

test('one record that is refused is found, and all others are written', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => String(index))
  const { there, commits, ...ways } = database((id) => id === '57')
  const { refused } = await commitInPieces({ pairs: [] }, rowsOf(...ids), [], {}, ways)
  expect(refused).toEqual({ contacts: { 57: 'the constraint "mine" of the table "contacts"' } })
  expect(there.size).toBe(99)
  expect(commits.length).toBeLessThan(20)
})

test('a record that others have made room for is written', async () => {
  const { there, ...ways } = database((id, there) => id === '1' && !there.has('2'))
  const { refused } = await commitInPieces({ pairs: [] }, rowsOf('1', '2'), [], {}, ways)
  expect([[...there].sort(), refused]).toEqual([['1', '2'], {}])
})

test('fences are moved once by each commit, and the last move is told', async () => {
  const fences: CheckpointMove[] = [
    { stream: 'fence', expected: null, next: { version: 1, revision: 1, state: null } },
  ]
  const moves: CheckpointMove[] = []
  const write = async (content: Pick<Batch, 'rows'>) => {
    if (idsOf(content).includes('2')) throw refusal()
    moves.push(...fences)
    return nothing
  }
  const ways = { whole: write, part: write }
  await commitInPieces({ pairs: [] }, rowsOf('1', '2', '3'), fences, {}, ways)
  for (const [index, { expected }] of moves.entries())
    expect(expected).toEqual(index === 0 ? null : moves[index - 1]?.next)
  expect(moves.at(-1)).toEqual(fences[0])
})

const refusedBefore = (ids: readonly string[]) => ({
  contacts: Object.fromEntries(ids.map((id) => [id, 'a reason'])),
})

test('more than a thousand refused records fail the stream', async () => {
  const before = refusedBefore(numbered(600).map((id) => `before ${id}`))
  const { commits, ...ways } = database(() => true)
  const commit = commitInPieces({ pairs: [] }, rowsOf(...numbered(600)), [], before, ways)
  await expect(commit).rejects.toMatchObject({ code: 'ROW_REFUSED' })
  expect(commits.length).toBeLessThan(3 * 600)
})

test('a record that was refused before counts once', async () => {
  const { whole, part } = database((id) => id !== '')
  const ways = { whole, part }
  const before = refusedBefore(numbered(600))
  const { refused } = await commitInPieces(
    { pairs: [] },
    rowsOf(...numbered(600)),
    [],
    before,
    ways,
  )
  expect(Object.keys(refused.contacts ?? {})).toHaveLength(600)
})

test('records that later ones make room for are none of the thousand', async () => {
  const last = '1001'
  const { there, ...ways } = database((id, there) => id !== last && !there.has(last))
  const ids = numbered(1_001)
  await commitInPieces({ pairs: [] }, rowsOf(...ids, last), [], {}, ways)
  expect(there.size).toBe(1_002)
})

test('a refusal is known by its code, whichever copy of the package it is of', async () => {
  const foreign = Object.assign(new HubsyncError('ROW_REFUSED', 'Refused.'), {
    tables: ['contacts'],
    constraint: 'mine',
  })
  const write = async (content: Pick<Batch, 'rows'>) => {
    if (idsOf(content).length > 0) throw foreign
    return nothing
  }
  const ways = { whole: write, part: write }
  const { refused } = await commitInPieces({ pairs: [] }, rowsOf('1'), [], {}, ways)
  expect(refused).toEqual({ contacts: { 1: 'the constraint "mine" of the table "contacts"' } })
})

test('any other error ends it', async () => {
  const failure = new Error('the disk is full')
  const write = async () => {
    throw failure
  }
  const ways = { whole: write, part: write }
  await expect(commitInPieces({ pairs: [] }, rowsOf('1', '2'), [], {}, ways)).rejects.toBe(failure)
})
