import type { HubspotRecord, RowVersion } from '../../model.js'
import type { ObjectDefinition } from '../../objects/define-object.js'
import { binState, walksOf } from '../bin.js'
import { openCheckpoint } from '../checkpoint.js'
import type { Awaited, ComparisonState, Found, RecordState } from '../checkpoint-states.js'
import type { Job } from '../job.js'

/** How many ids of each kind of difference are kept. */
const EXAMPLES = 1_000

/** How far the mirror has read HubSpot. Later changes are no difference: the next run reads them. */
export interface Reach {
  /** Every change up to this moment of HubSpot's clock is here. */
  completeUpTo: string
  /** Every record that was created by this moment is here, even if a search showed it late. */
  settledUpTo: string
  /** When the last completed walk of the bin began, and how many there were. */
  bin: { walkedAt: string | null; walks: number }
}

/** A record of HubSpot's that the mirror lacks or has in another version. */
export interface Differing {
  record: HubspotRecord
  stored: RowVersion | undefined
}

export async function reachOf(job: Job, definition: ObjectDefinition): Promise<Reach> {
  const { state } = await openCheckpoint<RecordState>(job, definition.name)
  const bin = await binState(job, definition)
  const completeUpTo = state?.completeUpTo ?? ''
  const settled = Date.parse(completeUpTo) - job.overlapMs
  return {
    completeUpTo,
    settledUpTo: Number.isNaN(settled) ? '' : new Date(settled).toISOString(),
    bin: { walkedAt: bin?.completedAt ?? null, walks: walksOf(bin) },
  }
}

/**
 * Whether the mirror can't have this version yet. Undefined if HubSpot's dates don't show it.
 *
 * @param now - HubSpot's present moment. A later date is wrong, and no run will look for it.
 */
export function isLate(
  { record, stored }: Differing,
  { completeUpTo, settledUpTo, bin }: Reach,
  now: string,
): boolean | undefined {
  const { archived, createdAt, updatedAt, archivedAt = updatedAt } = record
  if (!archived) return updatedAt > completeUpTo && updatedAt <= now
  if (bin.walkedAt === null) return false
  if (archivedAt > bin.walkedAt && archivedAt <= now) return true
  // HubSpot gives a contact's last modification as `archivedAt`: the contact was archived then or later.
  const tells = archivedAt > updatedAt
  if (tells || stored?.status === 'ARCHIVED') return false
  // A record that was created long before the last run was active here, or was met in the bin.
  return !stored && createdAt <= settledUpTo ? false : undefined
}

/** Adds records that differ to the result of a comparison. */
export function addDifferences(
  { found, awaited = {}, late = {} }: Pick<ComparisonState, 'found' | 'awaited' | 'late'>,
  differing: readonly Differing[],
  reach: Reach,
  { now, next }: { now: string; next: number },
): Pick<ComparisonState, 'found' | 'late'> {
  const missing: string[] = []
  const stale: string[] = []
  const waiting: Awaited = {}
  let newer = 0
  for (const each of differing) {
    const { id } = each.record
    const told = isLate(each, reach, now)
    const due = awaited[id] ?? next
    if (told === undefined) waiting[id] = due
    if (told ?? due > reach.bin.walks) newer++
    else (each.stored ? stale : missing).push(id)
  }
  return {
    found: {
      ...found,
      missing: withIds(found.missing, missing),
      stale: withIds(found.stale, stale),
      newer: found.newer + newer,
    },
    late: { ...late, ...waiting },
  }
}

/** Adds ids to the ones found. Only the first are kept. */
export function withIds({ count, ids }: Found, more: readonly string[]): Found {
  return { count: count + more.length, ids: [...ids, ...more].slice(0, EXAMPLES) }
}
