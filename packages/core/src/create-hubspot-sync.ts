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
  resolveRunOptions,
} from './options.js'
import { jobNames, jobsNamed } from './sync/jobs.js'
import { createReads } from './sync/reads.js'
import type { RunReport } from './sync/report.js'
import { run } from './sync/run.js'

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

  /** The id that a record lives under today: another one where it was merged, null where it is gone or unknown. */
  resolve(object: Objects[number]['name'], id: string): Promise<string | null>

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

  return {
    jobs: Object.freeze(jobNames(objects, pairs)),

    async run(runOptions) {
      expectOpen()
      const checked = resolveRunOptions(runOptions)
      if (checked.jobs) jobsNamed(checked.jobs, objects, pairs)
      const jobs = checked.jobs ?? jobNames(objects, pairs)
      const busy = jobs.find((job) => running.has(job))
      if (busy !== undefined)
        throw new HubsyncError(
          'JOB_RUNNING',
          `Expected "${busy}" to be at rest, but a run of this mirror is at it. Await that run first.`,
        )
      for (const job of jobs) running.add(job)
      try {
        return await run(options, client, checked)
      } finally {
        for (const job of jobs) running.delete(job)
      }
    },

    ...(reads as Pick<HubspotSync<Objects>, 'get' | 'list' | 'related' | 'resolve'>),

    async close() {
      closed = true
      await store.close()
    },
  }
}
