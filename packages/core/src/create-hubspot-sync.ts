import { HubspotClient } from './client/hubspot-client.js'
import { TokenSource } from './client/token.js'
import { lazyClient } from './client/transport.js'
import { HubsyncError } from './errors.js'
import type { AssociationEdge, RecordStatus } from './model.js'
import type { InferRow, ObjectDefinition } from './objects/define-object.js'
import {
  type defaultObjects,
  type HubspotSyncOptions,
  type RunOptions,
  resolveOptions,
  resolveRefreshOptions,
  resolveRunOptions,
  resolveVerifyOptions,
} from './options.js'
import type { ChangeEntry } from './store/store.js'
import { jobNames, jobsNamed } from './sync/jobs.js'
import { pinnedPortal } from './sync/pinned-portal.js'
import { type BackfillPlan, plan } from './sync/plan.js'
import { createReads, expectIds, objectNamed } from './sync/reads.js'
import { refresh } from './sync/refresh.js'
import { JobTally, type RunReport } from './sync/report.js'
import { run } from './sync/run.js'
import { RunContext } from './sync/run-context.js'
import { type MirrorStatus, readStatus } from './sync/status.js'
import { type TouchReport, touch } from './sync/touch.js'
import { type VerifyOptions, type VerifyReport, verify } from './sync/verify.js'

/** The row of an object, by the object's name. */
export type RowOf<Objects extends readonly ObjectDefinition[], Name extends string> = InferRow<
  Extract<Objects[number], { name: Name }>
>

/** A page of rows, and where the next one goes on. */
export interface RowPage<Row> {
  results: Row[]
  /** `next` is absent on the last page. */
  paging: { next?: { after: string } }
}

/** A record at the other end of associations, and what those say. */
export interface RelatedRecord<Row> {
  record: Row
  /** One entry for each type of link: the plain one, Primary, and labels of the portal's own. */
  associations: Omit<AssociationEdge, 'toId'>[]
}

/** Which rows `list` gives. */
export interface ListOptions {
  /** The cursor of the page before. */
  after?: string | undefined
  /** 1 to 1,000. Default: 100. */
  limit?: number | undefined
  /** Default: `ACTIVE`. */
  status?: RecordStatus | 'ALL' | undefined
}

/** A page of the change feed. */
export interface ChangePage {
  results: ChangeEntry[]
  /** Where the next page goes on; stays as given where there is nothing new. */
  cursor: number
}

/** What `refresh` takes: the properties, and a run's budget. */
export interface RefreshOptions extends Omit<RunOptions, 'jobs'> {
  /** Names of properties, or all that HubSpot calculates. */
  properties: readonly string[] | 'calculated'
  /** The objects to refresh, by name. Default: all. */
  objects?: readonly string[] | undefined
}

/** A mirror of one HubSpot portal: runs, and reads of what they brought. */
export interface HubspotSync<
  Objects extends readonly ObjectDefinition[] = readonly ObjectDefinition[],
> {
  /** The names of the jobs that `run` knows. */
  readonly jobs: readonly string[]

  /**
   * Runs the jobs that are due, or those named, and tells what they did. It resolves also where HubSpot or the store let
   * a job fail: the report says which, and why.
   *
   * @throws `InvalidOptionError` for a wrong option, and a `HubsyncError` with code `UNKNOWN_JOB`, `JOB_RUNNING`,
   * `UNAUTHORIZED`, `PORTAL_MISMATCH`, `NOT_A_DATABASE` and the like where nothing could be done at all.
   */
  run(options?: RunOptions): Promise<RunReport>

  /**
   * Compares the whole mirror with HubSpot, and mends it where asked to. It costs about a call for each 100 records of an
   * object and for each 1,000 of a pair's near end; one that ends early is gone on with by the next call.
   *
   * @throws as `run` does.
   */
  verify(options?: VerifyOptions): Promise<VerifyReport>

  /** A row, archived ones included, or null. Needs one `run` to have been made by someone: reads don't ask HubSpot. */
  get<Name extends Objects[number]['name']>(
    object: Name,
    id: string,
  ): Promise<RowOf<Objects, Name> | null>

  /** A page of rows in the order of their ids as text. Rows that change meanwhile move no other row. */
  list<Name extends Objects[number]['name']>(
    object: Name,
    options?: ListOptions,
  ): Promise<RowPage<RowOf<Objects, Name>>>

  /** The records of another object that one is associated with, by their ids as text. All of them, unless `limit` is given. */
  related<Name extends Objects[number]['name']>(
    object: Objects[number]['name'],
    id: string,
    other: Name,
    options?: { after?: string; limit?: number },
  ): Promise<RelatedRecord<RowOf<Objects, Name>>[]>

  /**
   * The change feed after a cursor, in the order of the commits: what was created, updated, archived, restored, merged or
   * removed, with old and new values of the mapped columns. It begins when an object's backfill ends. Follow it by
   * giving each page's `cursor` to the next call; 0 begins at the beginning.
   */
  changes(options?: { after?: number; limit?: number }): Promise<ChangePage>

  /** The id that a record lives under today: another one where it was merged, null where it is gone or unknown. */
  resolve(object: Objects[number]['name'], id: string): Promise<string | null>

  /**
   * Reads these records now, with all that links them, whatever their dates say: what a webhook calls. One that HubSpot
   * knows neither as active nor in its bin is removed.
   *
   * @throws `HubspotError` where HubSpot can't be read.
   */
  touch(object: Objects[number]['name'], ids: readonly string[]): Promise<TouchReport>

  /**
   * Reads just these properties of every active record and merges them in. For calculated properties, which HubSpot changes
   * without touching the modification date; `'calculated'` means all of those that are mirrored. `plan()` prices it.
   */
  refresh(options: RefreshOptions): Promise<RunReport>

  /** What a backfill of everything would cost: rows, calls, minutes, share of the day's calls. Writes nothing. */
  plan(): Promise<BackfillPlan>

  /** How the mirror stands, and what to do about the last error. HubSpot isn't asked. */
  status(): Promise<MirrorStatus>

  /** Releases what was opened for this mirror, never what it was lent. Waits for nothing: end runs by their signal. */
  close(): Promise<void>
}

/**
 * Keeps an exact copy of a HubSpot portal in your own database. Nothing is opened or called before the first `run` or read.
 *
 * @throws `InvalidOptionError` that says what was expected and what came.
 *
 * @example
 * ```ts
 * const sync = createHubspotSync({ store: sqliteStore({ file: 'hubspot.db' }) })
 * const report = await sync.run()
 * ```
 */
export function createHubspotSync<
  const Objects extends readonly ObjectDefinition[] = typeof defaultObjects,
>(given: HubspotSyncOptions<Objects>): HubspotSync<Objects> {
  const options = resolveOptions(given, process.env)
  const { store, clock, objects, pairs } = options
  const client = new HubspotClient({
    requester: options.client ?? lazyClient(options.baseUrl),
    token:
      options.accessToken === undefined ? undefined : new TokenSource(options.accessToken, clock),
    clock,
    apiVersion: options.apiVersion,
    limits: options.limits,
  })
  const running = new Set<string>()
  let closed = false

  function expectOpen(): void {
    if (closed)
      throw new HubsyncError(
        'CLOSED',
        'Expected an open mirror, but `close()` was called on this one.',
      )
  }

  const reads = createReads(options, expectOpen)

  /** Holds jobs while they are at work, so that no two runs of this mirror get into each other's way. */
  async function holding<T>(jobs: readonly string[], work: () => Promise<T>): Promise<T> {
    const busy = jobs.find((job) => running.has(job))
    if (busy !== undefined)
      throw new HubsyncError(
        'JOB_RUNNING',
        `Expected "${busy}" to be at rest, but a run of this mirror is at it. Await that run first.`,
      )
    for (const job of jobs) running.add(job)
    try {
      return await work()
    } finally {
      for (const job of jobs) running.delete(job)
    }
  }

  return {
    jobs: Object.freeze(jobNames(objects, pairs)),

    async run(given) {
      expectOpen()
      const checked = resolveRunOptions(given)
      if (checked.jobs) jobsNamed(checked.jobs, objects, pairs)
      return holding(checked.jobs ?? jobNames(objects, pairs), () => run(options, client, checked))
    },

    async verify(given) {
      expectOpen()
      const checked = resolveVerifyOptions(given)
      return holding(['verify'], () => verify(options, client, checked))
    },

    ...(reads as Pick<HubspotSync<Objects>, 'get' | 'list' | 'related' | 'resolve' | 'changes'>),

    async touch(object, ids) {
      expectOpen()
      const definition = objectNamed(options, object)
      expectIds(ids)
      const context = new RunContext(options, client, {})
      context.open({ ...(await pinnedPortal(options)), answeredAt: undefined })
      return touch(context.jobNamed('touch', new JobTally()), definition, ids.map(String))
    },

    async refresh(given) {
      expectOpen()
      const { properties, objects: names, ...runOptions } = resolveRefreshOptions(given)
      const chosen = names ? names.map((name) => objectNamed(options, name)) : objects
      const jobs = chosen.map(({ name }) => `${name}:refresh`)
      return holding(jobs, () => refresh(options, client, chosen, properties, runOptions))
    },

    async plan() {
      expectOpen()
      return plan(options, client)
    },

    async status() {
      expectOpen()
      return readStatus(options)
    },

    async close() {
      closed = true
      await store.close()
    },
  }
}
