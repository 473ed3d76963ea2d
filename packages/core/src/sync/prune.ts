import type { ResolvedOptions } from '../options.js'
import { moveCheckpoint } from './checkpoint.js'
import type { Coverage } from './checkpoint-states.js'
import { coveragesIn, forgetParts, noteLoss, ownStreamsOf, unionOf } from './coverage.js'
import { inStore, type StalePart, staleParts } from './definition-changes.js'
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
  /** `listed`: a dry run. `busy`: another run is under way, and nothing was dropped. */
  status: 'dropped' | 'listed' | 'busy'
  /** Why it is busy. */
  reason?: string
  /** The tables and columns that are dropped, or would be, with the rows of this portal that they had. */
  parts: StalePart[]
}

type Place = Pick<Job, 'store' | 'clock' | 'origin'>

/** Drops what no definition names any more, and columns whose kind has changed. */
export async function prune(options: ResolvedOptions, dryRun: boolean): Promise<PruneReport> {
  const { store, clock } = options
  const pinned = await store.portals()
  const portal = pinnedPortal(pinned, options.portalId)
  const place = { store, clock, origin: portal }
  const look = async () => {
    const here = await tablesHere(options, pinned, portal.portalId)
    const state = await MirrorState.read(place)
    const parts = await staleParts(options, pinned, portal.portalId, state, here, here.changed)
    return { parts, state, known: here.known }
  }
  if (dryRun) return { status: 'listed', parts: (await look()).parts }
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
    const { parts, ...here } = await look()
    if (parts.length > 0) await drop(place, parts, here)
    return { status: 'dropped', parts }
  } finally {
    await lease.release()
  }
}

/**
 * The jobs of these definitions and of all others that the mirror was ever written with: a process that still has those
 * must not begin to write what is being dropped.
 */
function jobsOfAll(
  { objects, pairs }: Pick<ResolvedOptions, 'objects' | 'pairs'>,
  known: readonly Coverage[],
): string[] {
  const written = unionOf(known)
  const names = new Set([...objects.map(({ name }) => name), ...Object.keys(written.objects)])
  const all = [...names].map((name) => ({ name }))
  const refreshes = all.map(({ name }) => `${name}:refresh`)
  return [...jobNames(all, [...pairs, ...written.pairs]), ...refreshes, QUEUE, VERIFY]
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
  pruned: readonly StalePart[],
  { known, state }: { known: readonly Coverage[]; state: MirrorState },
): Promise<void> {
  const written = unionOf(known)
  const ofTables = pruned.filter(({ column }) => column === null).map(({ table }) => table)
  const pairs = written.pairs.filter(({ name }) => ofTables.includes(name))
  const parts: Parts = {
    objects: ofTables.filter((name) => Object.hasOwn(written.objects, name)),
    pairs: pairs.map(({ name }) => name),
    columns: pruned.flatMap(({ table, column }) =>
      column === null ? [] : [{ object: table, column }],
    ),
  }
  const ends = pairs.flatMap(({ from, to }) => [from, to])
  const touched = new Set([...ends, ...parts.columns.map(({ object }) => object), ...parts.objects])
  await noteLoss(place, withoutParts(written, parts), [...touched])
  const objects = Object.fromEntries(parts.objects.map((name) => [name, []]))
  for (const stream of ownStreamsOf({ objects, pairs }))
    if (state.of(stream) !== null) await moveCheckpoint(place, stream, () => null)
  await place.store.prune(place.origin.portalId, pruned.map(inStore), { dryRun: false })
  await forgetParts(place, parts)
}
