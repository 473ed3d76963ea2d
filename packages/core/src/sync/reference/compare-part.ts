import type { ReferencePart } from '../../objects/reference-parts.js'
import { planReference } from '../../store/plan-reference.js'
import {
  type ReferenceRow,
  type ReferenceTable,
  referenceTables,
} from '../../store/reference-tables.js'
import { openCheckpoint } from '../checkpoint.js'
import type { Differences, Found } from '../checkpoint-states.js'
import type { Job } from '../job.js'
import type { PartReading, ReadSet } from './part-reading.js'
import { failureOf, leftOutOf, readPart, runPart } from './read-part.js'
import type { ReferenceState } from './reference-state.js'

/** How many differing rows are named. */
const EXAMPLES = 1_000

/**
 * Compares a part with HubSpot, and repairs it if asked to.
 *
 * @param found - gets the differences, by table.
 * @returns why it couldn't be compared, or undefined.
 */
export async function comparePart(
  part: ReferencePart,
  job: Job,
  { repair, isNamed }: { repair: boolean; isNamed: boolean },
  found: { [table: string]: Differences },
): Promise<string | undefined> {
  const { state } = await openCheckpoint<ReferenceState>(job, part)
  // A mirror of which only other jobs are run has none of it.
  if (!state) return isNamed ? `${part} were not read yet.` : undefined
  const compare = async (reading: PartReading) => {
    for (const set of reading.sets) found[set.table] = nothingFound()
    for (const set of reading.sets)
      await addDifferences(found[set.table] as Differences, job, set, state)
  }
  if (repair) return runPart(part, job, isNamed, compare)
  const reading = await readPart(part, job)
  await compare(reading)
  const failure = failureOf(reading, isNamed)
  if (failure) throw failure
  job.tally.leftOut = leftOutOf(reading)
  return undefined
}

async function addDifferences(
  found: Differences,
  { store, origin }: Job,
  { of, ...set }: ReadSet,
  { asked, completedAt }: ReferenceState,
): Promise<void> {
  const table = referenceTables.find(({ name }) => name === set.table)
  if (!table) return
  const stored = await store.reference(origin.portalId, table.name, set.scope)
  const { plan } = planReference(table, { ...set, feed: false }, stored)
  const keysOf = (rows: readonly Pick<ReferenceRow, 'key'>[]) =>
    new Set(rows.map(({ key }) => key.join('/')))
  const here = new Map(stored.map((row) => [row.key.join('/'), row]))
  const there = keysOf(set.rows)
  found.compared += there.size
  for (const row of plan.written) {
    const key = row.key.join('/')
    if (!there.has(key)) add(found.extra, key)
    else if (isLater(row, asked[of] ?? completedAt) || isRecounted(table, row, here.get(key)))
      found.newer++
    else add(here.has(key) ? found.stale : found.missing, key)
  }
  for (const key of plan.removed) add(found.extra, key.join('/'))
}

/** Whether HubSpot has changed it since the last reading. That is no fault: the next one reads it. */
function isLater({ values }: ReferenceRow, readAt: string | null): boolean {
  const { sourceUpdatedAt, sourceArchivedAt } = values
  const dates = [sourceUpdatedAt, sourceArchivedAt].filter((date) => typeof date === 'string')
  return readAt === null || dates.some((date) => date > readAt)
}

/**
 * Whether nothing differs but the number of a type's records, which changes with every record, and the name of its object
 * here, which comes from the definitions.
 */
function isRecounted(
  { name, columns }: ReferenceTable,
  row: ReferenceRow,
  stored: ReferenceRow | undefined,
): boolean {
  const others = columns.filter((column) => !['records', 'object'].includes(column.name))
  return (
    name === 'object_types' &&
    stored?.status === row.status &&
    others.every((column) => row.values[column.name] === (stored.values[column.name] ?? null))
  )
}

function add(found: Found, key: string): void {
  found.count++
  if (found.ids.length < EXAMPLES) found.ids.push(key)
}

function nothingFound(): Differences {
  const none = (): Found => ({ count: 0, ids: [] })
  return { compared: 0, missing: none(), stale: none(), extra: none(), newer: 0 }
}
