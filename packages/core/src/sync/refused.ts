import { constraintInWords, isConstraintError } from '../errors.js'
import { noRows } from '../store/plan-row.js'
import type { Batch, CheckpointMove, CommitResult, RowCounts } from '../store/store.js'
import type { Refused } from './checkpoint-states.js'
import { commitInHalves } from './commit-in-halves.js'
import type { Job } from './job.js'

/**
 * Most records of a stream that may be refused. If there are more, the stream fails, and continues once the cause is
 * removed.
 */
const MOST_REFUSED = 1_000
/** How many of them a reason names. */
const NAMED = 3

/** What is written of records. */
type Content = Pick<Batch, 'rows' | 'associations' | 'tombstones'>

/** What is written of one record. */
interface Item {
  object: string
  id: string
  content: Content
}

/** The ways to commit. */
interface Commits {
  /** Everything, with the new state of the stream, except for the refused records. */
  whole(content: Content, refused: Refused): Promise<CommitResult>
  /** A part. The stream keeps its old state: if the process dies, everything is read again. */
  part(content: Content): Promise<CommitResult>
}

/**
 * Commits what was read. If a constraint of the user's refuses it, commits halves, down to the one refused record, and
 * everything else: first the rows, then the tombstones, then the associations, which need the rows at both ends. What
 * was refused is tried once more, because what came after it may have made room. For example, an e-mail address may
 * have moved to another record.
 *
 * @param fences - changed in place by each commit. Afterwards they hold the last commit's moves.
 * @param standing - what earlier commits were refused, without what this content asks for again.
 * @throws the `ConstraintError` if too many records are refused.
 */
export async function commitUnlessRefused(
  { pairs }: Pick<Job, 'pairs'>,
  content: Content,
  fences: CheckpointMove[],
  standing: Refused,
  { whole, part }: Commits,
): Promise<{ result: CommitResult; refused: Refused }> {
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
  for (const items of itemsOf(content, pairs))
    for (const [item] of await commit(items))
      for (const [{ object, id }, error] of await commit([item])) {
        records.add(`${object} ${id}`)
        if (records.size > MOST_REFUSED) throw error
        refused[object] = { ...refused[object], [id]: constraintInWords(error) }
      }
  results.push(await whole({}, refused))
  return { result: sumOf(results), refused }
}

/** The reason why some records are missing here, or undefined if nothing was refused. */
export function refusedReason(refused: Refused | undefined): string | undefined {
  const all = Object.entries(refused ?? {}).flatMap(([object, ids]) =>
    Object.entries(ids).map(([id, why]) => `${object} ${id} (${why})`),
  )
  if (all.length === 0) return undefined
  const more = all.length > NAMED ? `, and ${all.length - NAMED} more` : ''
  return `Constraints of the database refuse ${all.slice(0, NAMED).join(', ')}${more}. The next run tries them again.`
}

/** The ids that were refused, by object. */
export function idsRefused(refused: Refused): [object: string, ids: string[]][] {
  return Object.entries(refused).map(([object, ids]) => [object, Object.keys(ids)])
}

function recordsOf(refused: Refused): string[] {
  return idsRefused(refused).flatMap(([object, ids]) => ids.map((id) => `${object} ${id}`))
}

/** What is written, record by record, in the order in which a store writes it. */
function itemsOf(
  { rows = [], tombstones = [], associations = [] }: Content,
  pairs: Job['pairs'],
): Item[][] {
  const nearEnd = (name: string) => pairs.find((pair) => pair.name === name)?.from.name ?? name
  return [
    rows.flatMap(({ object, feed, rows }) =>
      rows.map((row) => ({
        object,
        id: row.id,
        content: { rows: [{ object, feed, rows: [row] }] },
      })),
    ),
    tombstones.map((each) => ({ ...each, content: { tombstones: [each] } })),
    associations.map((each) => {
      return { object: nearEnd(each.pair), id: each.fromId, content: { associations: [each] } }
    }),
  ]
}

function contentOf(items: readonly Item[]): Content {
  return {
    rows: items.flatMap(({ content }) => content.rows ?? []),
    tombstones: items.flatMap(({ content }) => content.tombstones ?? []),
    associations: items.flatMap(({ content }) => content.associations ?? []),
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
  for (const { rows, associations } of results) {
    for (const [object, counts] of Object.entries(rows)) {
      const total = sum.rows[object] ?? noRows()
      sum.rows[object] = total
      for (const key of Object.keys(counts) as (keyof RowCounts)[]) total[key] += counts[key]
    }
    sum.associations.added += associations.added
    sum.associations.removed += associations.removed
    sum.associations.unlinked += associations.unlinked
  }
  return sum
}
