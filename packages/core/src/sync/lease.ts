import { isLive } from '../store/plan-lease.js'
import type { LeaseRequest, Lease as StoredLease } from '../store/store.js'
import type { Job } from './job.js'
import type { JobHolder } from './report.js'

/** How often a holder says that it lives. */
const RENEW_MS = 30_000
/** How soon a renewal that failed is tried again. */
const RETRY_MS = 5_000
/** How often the time is looked at, for a holder that is waiting and hears nothing. */
const TICK_MS = 10_000
/** How often who waits for others looks for them. */
const LOOK_MS = 1_000

/** Holders of this process that have ended, but whose leases couldn't be released. */
const over = new Set<string>()

/** The place of leases. */
type Place = Pick<Job, 'store' | 'clock' | 'origin'>

/** What there is to do. */
export interface Wanted {
  /** The jobs that are to be done now. */
  due: readonly string[]
  /** The jobs to hold meanwhile: those, and others that may come to be done as well. Default: those alone. */
  held?: readonly string[]
}

/** How long to wait for jobs that others hold. */
export interface Waiting {
  /** Undefined: not at all. */
  waitMs: number | undefined
  signal: AbortSignal | undefined
  /** Why not to wait any longer, or undefined. */
  stopReason(): string | undefined
  /** Hears of each other holder that is waited for. */
  onHeld(job: string, by: JobHolder): void
}

/**
 * Takes the jobs that are free. Whoever waits takes none until all are free: two that had a part each would wait for
 * each other.
 *
 * @param plan - what there is to do. It is asked again after each wait, because the others have done some of it.
 */
export async function takeLease(
  place: Place,
  holder: string,
  plan: () => Promise<Wanted>,
  { waitMs = 0, signal, stopReason, onHeld }: Waiting,
): Promise<JobLease> {
  const { clock } = place
  const told = new Set<string>()
  const isHeld = async (wanted: Wanted) => {
    const other = await otherHolder(place, holder, wanted)
    if (other && !told.has(other.holder)) onHeld(other.job, holderOf(other))
    if (other) told.add(other.holder)
    return other !== undefined
  }
  const end = clock.now() + waitMs
  const mayWait = () => clock.now() < end && stopReason() === undefined
  for (;;) {
    const wanted = await plan()
    const want = mayWait() ? 'take all' : 'take'
    const lease = await JobLease.take(place, holder, wanted, want)
    if (want === 'take' || !lease.isKeptOut) return lease
    while (mayWait() && (await isHeld(wanted))) await clock.sleep(LOOK_MS, signal).catch(() => {})
  }
}

async function otherHolder(
  place: Place,
  holder: string,
  { due, held = due }: Wanted,
): Promise<StoredLease | undefined> {
  const leases = await readLeases(place)
  return leases.find((lease) => held.includes(lease.job) && lease.holder !== holder && lease.isLive)
}

/** The leases of a portal, and whether each holder lives. */
export async function readLeases({
  store,
  clock,
  origin,
}: {
  store: Pick<Job['store'], 'leases'>
  clock: Job['clock']
  origin: { portalId: string }
}): Promise<(StoredLease & { isLive: boolean })[]> {
  const leases = await store.leases(origin.portalId, new Date(clock.now()).toISOString())
  return leases.map((lease) => ({
    ...lease,
    isLive: isLive(lease.silentMs) && !over.has(lease.holder),
  }))
}

/** The jobs that a run, or other work, holds, so that others leave them to it. */
export class JobLease {
  readonly #place: Place
  readonly #holder: string
  readonly #held = new Set<string>()
  /** Jobs that others hold. */
  readonly #left = new Map<string, JobHolder>()
  /** Jobs that others have taken over, and who holds them; undefined if nobody does any more. */
  readonly #lost = new Map<string, JobHolder | undefined>()
  #heardAt: number
  #renewing: Promise<void> | undefined
  #ticking: ReturnType<typeof setInterval> | undefined

  private constructor(place: Place, holder: string) {
    this.#place = place
    this.#holder = holder
    this.#heardAt = place.clock.now()
  }

  static async take(
    place: Place,
    holder: string,
    { due, held = due }: Wanted,
    want: 'take' | 'take all',
  ): Promise<JobLease> {
    const lease = new JobLease(place, holder)
    const leases = await lease.#ask(want, held)
    for (const job of held) {
      const other = leases.get(job)
      if (other?.holder === holder) lease.#held.add(job)
      else if (other && due.includes(job)) lease.#left.set(job, holderOf(other))
    }
    const isFree = (job: string) => lease.#held.has(job)
    lease.isKeptOut =
      want === 'take all' ? !held.every(isFree) : due.length > 0 && !due.some(isFree)
    // By the machine's time: a test's clock may stand still while the process waits.
    if (lease.#held.size > 0) lease.#ticking = setInterval(() => lease.keep(), TICK_MS).unref()
    return lease
  }

  /** Whether there is nothing to do now but what others hold. */
  isKeptOut = false

  /** The due jobs that were left to others when this was taken. */
  get left(): ReadonlyMap<string, JobHolder> {
    return this.#left
  }

  /** Renews the leases when it is time to. If that fails it is tried again: the run itself reports a store that fails. */
  keep(): void {
    const { clock } = this.#place
    if (this.#held.size === 0 || this.#renewing) return
    if (Math.abs(clock.now() - this.#heardAt) < RENEW_MS) return
    this.#renewing = this.renew()
      .catch(() => {
        this.#heardAt = clock.now() - RENEW_MS + RETRY_MS
      })
      .finally(() => {
        this.#renewing = undefined
      })
  }

  /** Says that the holder lives, and finds out which jobs were taken over while it said nothing. */
  async renew(): Promise<void> {
    const leases = await this.#ask('renew', [...this.#held])
    this.#heardAt = this.#place.clock.now()
    for (const job of this.#held) {
      const other = leases.get(job)
      if (other?.holder !== this.#holder) this.#lost.set(job, other && holderOf(other))
    }
  }

  /** Why a job is left to another, and to whom, unless that one has ended; undefined if it is this holder's. */
  otherAt(job: string): { reason: string; by: JobHolder | undefined } | undefined {
    const left = this.#left.get(job)
    if (left) {
      const since = `Run ${left.run} has been at this job since ${left.since}`
      return { reason: `${since}, so it was left to that run.`, by: left }
    }
    if (!this.#lost.has(job)) return undefined
    const by = this.#lost.get(job)
    const now = by ? `Run ${by.run} has had it since ${by.since}.` : 'That run has ended by now.'
    return {
      reason: `This run said nothing for over two minutes, so another one took the job over. ${now}`,
      by,
    }
  }

  /** Releases jobs. If that fails, this process knows that the holder has ended, and others learn it by its silence. */
  async release(jobs: readonly string[] = [...this.#held]): Promise<void> {
    const isLast = jobs.length === this.#held.size
    if (isLast) clearInterval(this.#ticking)
    await this.#renewing
    if (jobs.length === 0) return
    for (const job of jobs) this.#held.delete(job)
    try {
      await this.#ask('release', jobs)
    } catch {
      if (isLast) over.add(this.#holder)
    }
  }

  async #ask(
    want: LeaseRequest['want'],
    jobs: readonly string[],
  ): Promise<Map<string, StoredLease>> {
    const { store, clock, origin } = this.#place
    const at = new Date(clock.now()).toISOString()
    const asked = { portalId: origin.portalId, jobs, holder: this.#holder, want, at }
    const leases = await store.lease({ ...asked, over: [...over] })
    return new Map(leases.map((lease) => [lease.job, lease]))
  }
}

function holderOf({ holder, startedAt }: StoredLease): JobHolder {
  return { run: holder, since: startedAt }
}
