import { ConstraintError } from '../errors.js'
import { noRows } from '../store/plan-row.js'
import type { Batch, CheckpointMove, CommitResult, RowCounts } from '../store/store.js'
import type { Refused } from './checkpoint-states.js'
import type { Job } from './job.js'

/** So many records may be refused. More are no exception any more: the stream fails, and goes on once that is mended. */
const MOST_REFUSED = 1_000
/** How many of them are named where a reason is given. */
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
  /** All that there is, and where the stream stands once that is done, but for the records that were refused. */
  whole(content: Content, refused: Refused): Promise<CommitResult>
  /** A part, the stream standing where it stood: should the process die, all is read again. */
  part(content: Content): Promise<CommitResult>
}

/**
 * Commits what was read. Where a constraint of the user's refuses it, it is committed in halves, down to the one record that is refused,
 * and the rest goes on: first the rows, then the tombstones, then the associations, which need the rows at both their ends. What was
 * refused is tried once more, since what came after it may have made room: an e-mail address that has moved is free by then.
 *
 * @param fences - moved by each commit, and in the end what the last one has moved them by.
 * @throws the `ConstraintError` where too many are refused.
 */
export async function commitUnlessRefused(
  { pairs }: Pick<Job, 'pairs'>,
  content: Content,
  fences: CheckpointMove[],
  before: Refused | undefined,
  { whole, part }: Commits,
): Promise<{ result: CommitResult; refused: Refused }> {
  try {
    return { result: await whole(content, {}), refused: {} }
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error
  }
  const results: CommitResult[] = []
  let refused: [Item, ConstraintError][] = []

  async function commit(items: readonly Item[]): Promise<void> {
    if (items.length === 0) return
    try {
      results.push(await part(contentOf(items)))
      moveOn(fences)
    } catch (error) {
      if (!(error instanceof ConstraintError)) throw error
      const [item] = items
      if (item && items.length === 1) {
        refused.push([item, error])
        if (refused.length + countRefused(before) > MOST_REFUSED) throw error
        return
      }
      const middle = Math.ceil(items.length / 2)
      await commit(items.slice(0, middle))
      await commit(items.slice(middle))
    }
  }

  for (const items of itemsOf(content, pairs)) {
    const already = refused
    refused = []
    await commit(items)
    const again = refused
    refused = already
    for (const [item] of again) await commit([item])
  }
  const named: Refused = {}
  for (const [{ object, id }, { table, constraint }] of refused)
    named[object] = { ...named[object], [id]: `${constraint} of the table ${table}` }
  results.push(await whole({}, named))
  return { result: sumOf(results), refused: named }
}

/** Why not all is here that HubSpot gave, or undefined where nothing was refused. */
export function refusedReason(refused: Refused | undefined): string | undefined {
  const all = Object.entries(refused ?? {}).flatMap(([object, ids]) =>
    Object.entries(ids).map(([id, why]) => `${object} ${id} (${why})`),
  )
  if (all.length === 0) return undefined
  const more = all.length > NAMED ? `, and ${all.length - NAMED} more` : ''
  return `Constraints of the database refuse ${all.slice(0, NAMED).join(', ')}${more}. They are tried again at the next run.`
}

/** The ids that were refused, by object. */
export function idsRefused(refused: Refused): [object: string, ids: string[]][] {
  return Object.entries(refused).map(([object, ids]) => [object, Object.keys(ids)])
}

function countRefused(refused: Refused = {}): number {
  return idsRefused(refused).reduce((sum, [, ids]) => sum + ids.length, 0)
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

/** Puts the moves that come after these in their place. */
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
