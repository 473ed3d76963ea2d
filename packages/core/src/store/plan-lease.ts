import type { Lease, LeaseRequest } from './store.js'

/** A holder that has been silent for longer is taken for dead. A live one renews four times meanwhile. */
const SILENCE_MS = 120_000

/** A lease as it is stored. */
export type StoredLease = Omit<Lease, 'silentMs'>

/** What a request means for the leases that are there. */
export interface LeasePlan {
  /** Leases to write, in the place of those of the same jobs. */
  written: StoredLease[]
  /** Jobs whose leases are to be deleted. */
  released: string[]
  /** The leases of the request's jobs as they are then. */
  leases: Lease[]
}

/**
 * Says what a request changes, and who holds its jobs then. Stores decide nothing: in one transaction, which no other
 * request of the portal overlaps, they read the leases, ask this, and write what it lists.
 *
 * @param stored - the leases that are there; those of other jobs and portals are no concern of the request.
 * @param now - the present moment: of the database's own clock, where it has one, and else the request's `at`.
 */
export function planLease(
  { jobs, holder, want, over = [] }: LeaseRequest,
  stored: readonly StoredLease[],
  now: string,
): LeasePlan {
  const there = new Map(stored.map((lease) => [lease.job, lease]))
  const isOwn = (job: string) => there.get(job)?.holder === holder
  const isFree = (job: string) => {
    const lease = there.get(job)
    if (!lease || lease.holder === holder || over.includes(lease.holder)) return true
    return !isLive(silenceOf(lease, now))
  }
  const own = jobs.filter(isOwn)
  const free = jobs.filter(isFree)
  const taken = want === 'take' || (want === 'take all' && free.length === jobs.length) ? free : []
  const written = (want === 'renew' ? own : taken).map((job) => {
    const startedAt = (isOwn(job) && there.get(job)?.startedAt) || now
    return { job, holder, startedAt, renewedAt: now }
  })
  const released = want === 'release' ? own : []
  for (const lease of written) there.set(lease.job, lease)
  for (const job of released) there.delete(job)
  return { written, released, leases: leasesAt([...there.values()], now).filter(isOf(jobs)) }
}

/** Leases, with the time for which their holders have been silent. */
export function leasesAt(stored: readonly StoredLease[], now: string): Lease[] {
  return stored.map((lease) => ({ ...lease, silentMs: silenceOf(lease, now) }))
}

/**
 * Whether a holder that has been silent for so long is taken for alive. If it seems to have spoken long after now, the
 * clock was set back since: a live holder would have spoken again by the new time.
 */
export function isLive(silentMs: number): boolean {
  return Math.abs(silentMs) <= SILENCE_MS
}

function silenceOf({ renewedAt }: StoredLease, now: string): number {
  return Date.parse(now) - Date.parse(renewedAt)
}

function isOf(jobs: readonly string[]): (lease: StoredLease) => boolean {
  return ({ job }) => jobs.includes(job)
}
