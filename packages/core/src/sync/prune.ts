import { counted } from '../counted.js'
import type { ResolvedOptions } from '../options.js'
import { moveCheckpoint } from './checkpoint.js'
import type { Coverage } from './checkpoint-states.js'
import { coveragesIn, forgetParts, noteLoss, ownStreamsOf, unionOf } from './coverage.js'
import {
  inStore,
  isHere,
  type Named,
  type StalePart,
  toldPart,
  writtenParts,
} from './definition-changes.js'
import type { Job } from './job.js'
import { jobNames, VERIFY } from './jobs.js'
import { JobLease, readLeases } from './lease.js'
import { MirrorState } from './mirror-state.js'
import { type Parts, withoutParts } from './parts.js'
import { pinnedPortal } from './pinned-portal.js'
import { tablesHere } from './put-tables-in-place.js'
import { QUEUE } from './queue.js'
import type { JobHolder } from './report.js'

/** What `prune()` has done. */
export interface PruneReport {
  /**
   * `listed`: a dry run. `changed`: it would no longer drop exactly the `parts` that it was given, and dropped nothing.
   * `busy`: another run is under way, and nothing was dropped.
   */
  status: 'dropped' | 'listed' | 'changed' | 'busy'
  /** Why it has changed or is busy. */
  reason?: string
  /** The tables and columns that are dropped, or would be, with the rows of this portal that they had. */
  parts: StalePart[]
  /** Those that stay because another process keeps them up to date. Absent without any, and with `all`. */
  kept?: StalePart[]
}

type Place = Pick<Job, 'store' | 'clock' | 'origin'>

/** What `prune()` was given, checked. */
interface Pruning {
  dryRun: boolean
  all: boolean
  parts?: readonly Pick<StalePart, 'table' | 'column' | 'rows' | 'shared'>[] | undefined
}

/** Drops what these definitions don't name, and columns whose kind has changed. */
export async function prune(options: ResolvedOptions, given: Pruning): Promise<PruneReport> {
  const { store, clock } = options
  const pinned = await store.portals()
  const portal = pinnedPortal(pinned, options.portalId)
  const place = { store, clock, origin: portal }
  const look = async () => {
    const here = await tablesHere(options, pinned, portal.portalId)
    const state = await MirrorState.read(place)
    const all = await writtenParts(options, pinned, portal.portalId, state, here, here.changed)
    const isKept = ({ keptAt }: Pick<StalePart, 'keptAt'>) => !given.all && keptAt !== undefined
    const written = all.filter((part) => !isKept(part))
    const kept = all.filter(isHere).filter(isKept)
    const parts = written.filter(isHere)
    const listed = { parts: parts.map(toldPart) }
    const told = kept.length > 0 ? { ...listed, kept: kept.map(toldPart) } : listed
    return { told, written, state, known: here.known }
  }
  if (given.dryRun) return { status: 'listed', ...(await look()).told }
  // Leases need the tables of this version.
  await store.migrate({ objects: [], pairs: [] })
  const due = jobsOfAll(options, await coveragesIn(place))
  const holder = crypto.randomUUID()
  const lease = await JobLease.take(place, holder, { due }, 'take all')
  try {
    const other = lease.isKeptOut ? firstOf(lease.left) : await strangerIn(place, holder)
    if (other) {
      const since = `Run ${other.run} has been at the job ${other.job} since ${other.since}`
      return { status: 'busy', reason: `${since}, so nothing was dropped.`, parts: [] }
    }
    const { told, written, ...here } = await look()
    const change = given.parts && changeOf(given.parts, told.parts)
    if (change !== undefined) {
      const reason = `${change} Nothing was dropped. List what would be dropped again.`
      return { status: 'changed', reason, ...told }
    }
    // What is gone already is forgotten too: the process that dropped it may have died before it could.
    if (written.length > 0) await drop(place, written, here)
    return { status: 'dropped', ...told }
  } finally {
    await lease.release()
  }
}

/** How what would be dropped differs from what was given, in a sentence; undefined if it doesn't. */
function changeOf(
  given: NonNullable<Pruning['parts']>,
  parts: readonly StalePart[],
): string | undefined {
  const nameOf = ({ table, column }: Pick<StalePart, 'table' | 'column'>) =>
    column === null ? table : `${table}.${column}`
  const before = new Map(given.map((part) => [nameOf(part), part]))
  for (const part of parts) {
    const name = nameOf(part)
    const listed = before.get(name)
    if (!listed) return `${name} would be dropped too, and was not among the given parts.`
    // The table of a column is still written.
    if (part.column === null && listed.rows !== part.rows)
      return `${name} had ${counted(listed.rows, 'row')} when it was listed, and has ${part.rows} now.`
    if (listed.shared !== part.shared)
      return `Whether ${name} stays for other portals has changed since it was listed.`
    before.delete(name)
  }
  const [gone] = before.keys()
  return gone === undefined ? undefined : `${gone} would no longer be dropped.`
}

/**
 * The jobs of these definitions and of all others that the mirror was ever written with: a process that still has those
 * must not begin to write what is being dropped.
 */
function jobsOfAll(
  { objects, pairs, reference }: Pick<ResolvedOptions, 'objects' | 'pairs' | 'reference'>,
  known: readonly Coverage[],
): string[] {
  const written = unionOf(known)
  const names = new Set([...objects.map(({ name }) => name), ...Object.keys(written.objects)])
  const all = [...names].map((name) => ({ name, history: 'all' as const }))
  const refreshes = all.map(({ name }) => `${name}:refresh`)
  const mirrored = { objects: all, pairs: [...pairs, ...written.pairs], reference }
  return [...jobNames(mirrored), ...refreshes, QUEUE, VERIFY]
}

/** Who keeps prune out, and by which job. */
type OtherHolder = JobHolder & { job: string }

function firstOf(left: ReadonlyMap<string, JobHolder>): OtherHolder | undefined {
  const [first] = left
  return first && { job: first[0], ...first[1] }
}

/** Somebody at a job that isn't known here. */
async function strangerIn(place: Place, own: string): Promise<OtherHolder | undefined> {
  const leases = await readLeases(place)
  const other = leases.find(({ isLive, holder }) => isLive && holder !== own)
  return other && { job: other.job, run: other.holder, since: other.startedAt }
}

/**
 * What is lost is noted first, and the parts are taken out of the coverages last: if the process dies between the two,
 * the next one finds what is left. Checkpoints stay without a state, because others compare their revisions.
 */
async function drop(
  place: Place,
  pruned: readonly (Named & Pick<StalePart, 'shared'>)[],
  { known, state }: { known: readonly Coverage[]; state: MirrorState },
): Promise<void> {
  const written = unionOf(known)
  const isTable = ({ column, historyOf }: Named) => column === null && historyOf === undefined
  const ofTables = pruned.filter(isTable).map(({ table }) => table)
  const pairs = written.pairs.filter(({ name }) => ofTables.includes(name))
  const parts: Parts = {
    objects: ofTables.filter((name) => Object.hasOwn(written.objects, name)),
    pairs: pairs.map(({ name }) => name),
    columns: pruned.flatMap(({ table, column }) =>
      column === null ? [] : [{ object: table, column }],
    ),
    history: pruned.flatMap(({ historyOf }) => historyOf ?? []),
  }
  const ends = pairs.flatMap(({ from, to }) => [from, to])
  const touched = new Set([
    ...ends,
    ...parts.columns.map(({ object }) => object),
    ...parts.objects,
    ...(parts.history ?? []),
  ])
  await noteLoss(place, withoutParts(written, parts), [...touched])
  const objects = Object.fromEntries(parts.objects.map((name) => [name, []]))
  for (const stream of ownStreamsOf({ objects, pairs }))
    if (state.of(stream) !== null) await moveCheckpoint(place, stream, () => null)
  await place.store.prune(place.origin.portalId, pruned.map(inStore), { dryRun: false })
  await forgetParts(place, parts)
}
