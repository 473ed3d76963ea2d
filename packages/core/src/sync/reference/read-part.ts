import type { HubspotError } from '../../errors.js'
import type { ReferencePart } from '../../objects/reference-parts.js'
import type { CommitResult, Store } from '../../store/store.js'
import { announceCommit } from '../announce.js'
import { endBackfill } from '../change-feed.js'
import { againIfOvertaken, openCheckpoint, type StreamCheckpoint } from '../checkpoint.js'
import type { Job } from '../job.js'
import { readCataloguePart } from './catalogue-part.js'
import { readOwnersPart } from './owner-sets.js'
import type { PartJob, PartReading, ReadSet } from './part-reading.js'
import { subjectsOf, tableNamesOf } from './parts.js'
import { readPipelinesPart } from './pipeline-sets.js'
import type { ReferenceState } from './reference-state.js'

/** Most values that are remembered as not listed. */
const MOST_UNLISTED = 1_000

const readers: Record<ReferencePart, (job: PartJob) => Promise<PartReading>> = {
  owners: readOwnersPart,
  pipelines: readPipelinesPart,
  catalogue: readCataloguePart,
}

/** Reads a part as HubSpot has it now. */
export function readPart(part: ReferencePart, job: PartJob): Promise<PartReading> {
  return readers[part](job)
}

/**
 * The job of a part: reads all of it, and writes what differs together with its checkpoint. If another process was
 * faster, it is read again: what was read first may be older.
 *
 * @param isNamed - whether somebody asked for the part by name. Then a lacking scope fails the job.
 * @param onReading - is called before what was read is written.
 * @throws if the reading isn't complete. Nothing is written then.
 */
export async function runPart(
  part: ReferencePart,
  job: Job,
  isNamed: boolean,
  onReading: (reading: PartReading) => Promise<void> = async () => {},
): Promise<string | undefined> {
  const { result, reading } = await againIfOvertaken(part, async () => {
    const checkpoint = await openCheckpoint<ReferenceState>(job, part)
    return readAndCommit(part, job, checkpoint, { isNamed, onReading })
  })
  const { counts } = job.tally
  counts.unreadable += reading.unreadable
  for (const { rows } of reading.sets) counts.read += rows.length
  for (const table of tableNamesOf(part)) job.tally.addRows(table, result)
  const failure = failureOf(reading, isNamed)
  if (failure) throw failure
  job.tally.leftOut = leftOutOf(reading)
  announceCommit(job, { phase: 'reference', done: counts.read, total: counts.read }, result)
  return undefined
}

async function readAndCommit(
  part: ReferencePart,
  job: Job,
  checkpoint: StreamCheckpoint<ReferenceState>,
  { isNamed, onReading }: { isNamed: boolean; onReading(reading: PartReading): Promise<void> },
): Promise<{ result: CommitResult; reading: PartReading }> {
  const { clock, tally } = job
  const before = checkpoint.state
  const startedAt = new Date(clock.now()).toISOString()
  const callsBefore = tally.counts.calls
  const reading = await readPart(part, job)
  await onReading(reading)
  const { sets } = reading
  const failure = failureOf(reading, isNamed)
  const leftOut = leftOutOf(reading)
  const asked = Object.fromEntries(subjectsOf(part, job).map((name) => [name, startedAt]))
  const next: ReferenceState = {
    completedAt: failure ? (before?.completedAt ?? null) : startedAt,
    asked: failure ? (before?.asked ?? {}) : { ...before?.asked, ...asked },
    read: [...new Set([...(before?.read ?? []), ...sets.map(({ of }) => of)])],
    rows: rowsOf(sets),
    calls: tally.counts.calls - callsBefore,
    ...(leftOut ? { leftOut } : {}),
    unlisted: await unlistedAfter(part, job, sets, before),
    relabelled: relabelledAfter(reading, before, checkpoint.revision + 1),
  }
  const content = {
    at: job.hubspotNow(),
    reference: sets.map(({ of, ...set }) => ({ ...set, feed: before?.read.includes(of) ?? false })),
  }
  const fresh = next.read.filter((of) => !before?.read.includes(of))
  // The feed has no entries of what is read for the first time, as with a backfill.
  const result =
    fresh.length > 0
      ? await endBackfill(job, [part, ...fresh].join(' '), (move) =>
          checkpoint.commit(next, { ...content, fences: [move] }),
        )
      : await checkpoint.commit(next, content)
  return { result, reading }
}

/**
 * The refusal that fails the job: of what was asked for by name, or one that isn't for want of a scope. The rest of the
 * part is written nevertheless.
 */
export function failureOf({ refusals }: PartReading, isNamed: boolean): HubspotError | undefined {
  return refusals.find(({ error }) => isNamed || error.code !== 'MISSING_SCOPE')?.error
}

/** What HubSpot refuses. */
export function leftOutOf({ refusals }: PartReading): ReferenceState['leftOut'] {
  const [first] = refusals
  if (!first) return undefined
  const scopes = refusals.flatMap(({ error }) => error.requiredScopes)
  const of = refusals.map((refusal) => refusal.of)
  return { of: [...new Set(of)], scopes: [...new Set(scopes)], message: first.error.message }
}

function relabelledAfter(
  { relabelled = [] }: PartReading,
  before: ReferenceState | null,
  revision: number,
): NonNullable<ReferenceState['relabelled']> {
  const seen = Object.fromEntries(relabelled.map((pair) => [pair, revision]))
  return { ...before?.relabelled, ...seen }
}

function rowsOf(sets: readonly ReadSet[]): ReferenceState['rows'] {
  const rows: ReferenceState['rows'] = {}
  for (const { table, rows: read } of sets) rows[table] = (rows[table] ?? 0) + read.length
  return rows
}

/** The values that records have and that HubSpot doesn't list, the latest ones last. */
async function unlistedAfter(
  part: ReferencePart,
  { named, store, origin, pairs }: Job,
  sets: readonly ReadSet[],
  before: ReferenceState | null,
): Promise<string[]> {
  const reference: Store['reference'] = async (portalId, table, scope) => [
    ...sets
      .filter((set) => set.table === table)
      .flatMap(({ rows }) => rows)
      .filter(({ key }) => scope.every((value, index) => key[index] === value))
      .map((row) => ({ ...row, syncedAt: '' })),
    ...(await store.reference(portalId, table, scope)),
  ]
  const unknown = await named.unknown(part, { store: { reference }, origin }, pairs)
  return [...new Set([...(before?.unlisted ?? []), ...unknown])].slice(-MOST_UNLISTED)
}
