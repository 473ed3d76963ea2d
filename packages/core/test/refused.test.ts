import { expect, test } from 'vitest'
import { ConstraintError } from '../src/errors.js'
import type { Batch, CheckpointMove, CommitResult } from '../src/store/store.js'
import { commitUnlessRefused } from '../src/sync/refused.js'

const nothing: CommitResult = { rows: {}, associations: { added: 0, removed: 0, unlinked: 0 } }
const refusal = () => new ConstraintError('"contacts"', 'the constraint "mine"', {})

/** Rows of contacts, of which nothing but the id matters here. */
const rowsOf = (...ids: string[]) => ({
  rows: [{ object: 'contacts', feed: true, rows: ids.map((id) => ({ id }) as never) }],
})

const idsOf = ({ rows = [] }: Pick<Batch, 'rows'>) =>
  rows.flatMap((group) => group.rows.map(({ id }) => id))

/** A database that takes rows unless `refuses` says otherwise, given what is there by then. */
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
  const { refused } = await commitUnlessRefused(
    { pairs: [] },
    rowsOf('1', '2'),
    [],
    undefined,
    ways,
  )
  expect([commits, refused]).toEqual([[['1', '2']], {}])
})

test('one record that is refused is found, and all others are written', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => String(index))
  const { there, commits, ...ways } = database((id) => id === '57')
  const { refused } = await commitUnlessRefused({ pairs: [] }, rowsOf(...ids), [], undefined, ways)
  expect(refused).toEqual({ contacts: { 57: 'the constraint "mine" of the table "contacts"' } })
  expect(there.size).toBe(99)
  expect(commits.length).toBeLessThan(20)
})

test('a record that others have made room for is written', async () => {
  const { there, ...ways } = database((id, there) => id === '1' && !there.has('2'))
  const { refused } = await commitUnlessRefused(
    { pairs: [] },
    rowsOf('1', '2'),
    [],
    undefined,
    ways,
  )
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
  await commitUnlessRefused({ pairs: [] }, rowsOf('1', '2', '3'), fences, undefined, ways)
  for (const [index, { expected }] of moves.entries())
    expect(expected).toEqual(index === 0 ? null : moves[index - 1]?.next)
  expect(moves.at(-1)).toEqual(fences[0])
})

test('more than a thousand refused records fail the stream', async () => {
  const ids = Array.from({ length: 600 }, (_, index) => String(index))
  const before = { contacts: Object.fromEntries(ids.map((id) => [`before ${id}`, 'a reason'])) }
  const { commits, ...ways } = database(() => true)
  const commit = commitUnlessRefused({ pairs: [] }, rowsOf(...ids), [], before, ways)
  await expect(commit).rejects.toBeInstanceOf(ConstraintError)
  expect(commits.length).toBeLessThan(2 * 600)
})

test('any other error ends it', async () => {
  const failure = new Error('the disk is full')
  const write = async () => {
    throw failure
  }
  const ways = { whole: write, part: write }
  await expect(
    commitUnlessRefused({ pairs: [] }, rowsOf('1', '2'), [], undefined, ways),
  ).rejects.toBe(failure)
})
