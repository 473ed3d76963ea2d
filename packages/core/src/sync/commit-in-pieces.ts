import { setImmediate } from 'node:timers/promises'
import { constraintInWords, isConstraintError } from '../errors.js'
import type { AssociationSet, MirrorRow, Tombstone } from '../model.js'
import { noRows } from '../store/plan-row.js'
import type {
  Batch,
  CheckpointMove,
  CommitResult,
  HistoryCounts,
  RowCounts,
  RowGroup,
} from '../store/store.js'
import type { Refused } from './checkpoint-states.js'
import { commitInHalves } from './commit-in-halves.js'
import type { Job } from './job.js'
import { recordsOf } from './refused.js'

/**
 * Most records of a stream that may be refused. If there are more, the stream fails, and continues once the cause is
 * removed.
 */
const MOST_REFUSED = 1_000
/** Most rows, entries of histories and associations of one commit. Those of one record are never divided. */
const PIECE = 200

/** What is written of records. */
type Content = Pick<Batch, 'rows' | 'associations' | 'tombstones'>

/** What is written of one record: one of the three. */
interface Item {
  object: string
  id: string
  row?: { row: MirrorRow; of: RowGroup }
  tombstone?: Tombstone
  set?: AssociationSet
}

/** The ways to commit. */
interface Commits {
  /** Everything, with the new state of the stream, except for the refused records. */
  whole(content: Content, refused: Refused): Promise<CommitResult>
  /** A part. The stream keeps its old state: if the process dies, everything is read again. */
  part(content: Content): Promise<CommitResult>
}

/**
 * Commits what was read. If it is large, commits pieces: first the rows, then the tombstones, then the associations,
 * which need the rows at both ends. Before each piece the event loop gets a turn, so that a host application in the
 * same process can do its own work. The state of the stream changes with the last commit.
 *
 * If a constraint of the user's refuses a piece, commits halves of it, down to the one refused record. What was refused
 * is tried once more, because what came after it may have made room. For example, an e-mail address may have moved to
 * another record.
 *
 * @param fences - changed in place by each commit. Afterwards they hold the last commit's moves.
 * @param standing - what earlier commits were refused, without what this content asks for again.
 * @throws the `ConstraintError` if too many records are refused.
 */
export async function commitInPieces(
  { pairs }: Pick<Job, 'pairs'>,
  content: Content,
  fences: CheckpointMove[],
  standing: Refused,
  { whole, part }: Commits,
): Promise<{ result: CommitResult; refused: Refused }> {
  const kinds = itemsOf(content, pairs)
  if (piecesOf(kinds.flat()).length <= 1)
    try {
      return { result: await whole(content, {}), refused: {} }
    } catch (error) {
      if (!isConstraintError(error)) throw error
    }
  const results: CommitResult[] = []
  const commit = (items: readonly Item[]) =>
    commitInHalves(items, async (items) => {
      results.push(await part(contentOf(items)))
      moveOn(fences)
    })
  const refused: Refused = {}
  // A record may be refused for its row and for its associations, and may have been refused before.
  const records = new Set(recordsOf(standing))
  for (const items of kinds) {
    const doubted: Item[] = []
    for (const piece of piecesOf(items)) {
      await setImmediate()
      for (const [item] of await commit(piece)) doubted.push(item)
    }
    for (const item of doubted)
      for (const [{ object, id }, error] of await commit([item])) {
        records.add(`${object} ${id}`)
        if (records.size > MOST_REFUSED) throw error
        refused[object] = { ...refused[object], [id]: constraintInWords(error) }
      }
  }
  results.push(await whole({}, refused))
  return { result: sumOf(results), refused }
}

/** Divides what is written into pieces that SQLite writes in about ten milliseconds each. */
function piecesOf(items: readonly Item[]): Item[][] {
  const pieces: Item[][] = []
  let left = 0
  for (const item of items) {
    if (left <= 0) {
      pieces.push([])
      left = PIECE
    }
    pieces.at(-1)?.push(item)
    left -= 1 + (item.set?.edges.length ?? 0) + entriesOf(item.row?.row)
  }
  return pieces
}

/** What is written, record by record, in the order in which a store writes it. */
function itemsOf(
  { rows = [], tombstones = [], associations = [] }: Content,
  pairs: Job['pairs'],
): Item[][] {
  const nearEnd = (name: string) => pairs.find((pair) => pair.name === name)?.from.name ?? name
  return [
    rows.flatMap((of) =>
      of.rows.map((row) => ({ object: of.object, id: row.id, row: { row, of } })),
    ),
    tombstones.map((tombstone) => ({ ...tombstone, tombstone })),
    associations.map((set) => ({ object: nearEnd(set.pair), id: set.fromId, set })),
  ]
}

/** How many entries of histories are written with a row. */
function entriesOf(row: MirrorRow | undefined): number {
  return Object.values(row?.history ?? {}).reduce((sum, entries) => sum + entries.length, 0)
}

function contentOf(items: readonly Item[]): Content {
  const groups = new Map<RowGroup, RowGroup>()
  for (const { row } of items) {
    if (!row) continue
    const group = groups.get(row.of) ?? { ...row.of, rows: [] }
    groups.set(row.of, group)
    group.rows.push(row.row)
  }
  return {
    rows: [...groups.values()],
    tombstones: items.flatMap(({ tombstone }) => tombstone ?? []),
    associations: items.flatMap(({ set }) => set ?? []),
  }
}

/** Replaces each move by the one that follows it. */
function moveOn(fences: CheckpointMove[]): void {
  for (const [index, { stream, next }] of fences.entries())
    fences[index] = {
      stream,
      expected: next,
      next: { ...next, revision: Number(next.revision) + 1 },
    }
}

function sumOf(results: readonly CommitResult[]): CommitResult {
  const sum: CommitResult = { rows: {}, associations: { added: 0, removed: 0, unlinked: 0 } }
  for (const { rows, associations, history = {} } of results) {
    for (const [object, counts] of Object.entries(rows)) {
      const total = sum.rows[object] ?? noRows()
      sum.rows[object] = total
      for (const key of Object.keys(counts) as (keyof RowCounts)[]) total[key] += counts[key]
    }
    for (const [object, counts] of Object.entries(history)) {
      sum.history ??= {}
      const total = sum.history[object] ?? { added: 0, gaps: 0, filled: 0, tied: 0 }
      sum.history[object] = total
      for (const key of Object.keys(counts) as (keyof HistoryCounts)[]) total[key] += counts[key]
    }
    sum.associations.added += associations.added
    sum.associations.removed += associations.removed
    sum.associations.unlinked += associations.unlinked
  }
  return sum
}
