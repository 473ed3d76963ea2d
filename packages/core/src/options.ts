import type { AccessToken } from './access-token.js'
import type { ApiRequester } from './client/transport.js'
import type { Clock } from './clock.js'
import type { Duration } from './durations.js'
import type { SyncListener } from './events.js'
import { companies } from './objects/companies.js'
import { contacts } from './objects/contacts.js'
import { deals } from './objects/deals.js'
import type { ObjectDefinition } from './objects/define-object.js'
import type { EndName, Pair } from './objects/pairs.js'
import type { ReferencePart } from './objects/reference-parts.js'
import type { Store } from './store/store.js'
import type { RunReport } from './sync/report.js'

/** Where hubsync logs. Any logger like pino will do. */
export interface Logger {
  /** Frequent and unimportant: each call that was answered. */
  debug(details: object, message: string): void
  /** The start or end of a run or a job. */
  info(details: object, message: string): void
  /** A problem that fails no job, such as a call that is repeated. */
  warn(details: object, message: string): void
  /** The error of a job. */
  error(details: object, message: string): void
}

/** The objects that are mirrored by default. */
export const defaultObjects = [contacts, companies, deals] as const

/** What `createHubspotSync` takes. */
export interface HubspotSyncOptions<
  Objects extends readonly ObjectDefinition[] = typeof defaultObjects,
> {
  /**
   * A HubSpot access token, or a function that returns one within a minute. The function is called again before
   * HubSpot's 30 minutes are over, and once after a 401, never twice at the same time. After a 401 it gets the token
   * that was `refused`.
   *
   * @defaultValue the environment variable `HUBSPOT_ACCESS_TOKEN`
   */
  accessToken?: AccessToken | undefined
  /**
   * Your own `Client` of `@hubspot/api-client`, or anything with its `apiRequest`. It brings its own token, unless
   * `accessToken` is given too. A call that is given up is cancelled if `apiRequest` listens to the `signal` in its
   * request. HubSpot's own client doesn't: its connection stays open until HubSpot or Node.js closes it.
   *
   * @defaultValue one that is made when first used
   */
  client?: ApiRequester | undefined
  /** Where the mirror lives, for example `sqliteStore({ file: 'hubspot.db' })`. */
  store: Store
  /**
   * The objects that are mirrored, each with its table.
   *
   * @defaultValue `[contacts, companies, deals]`
   */
  objects?: Objects | undefined
  /**
   * The pairs whose associations are read, each in that direction. An end is given by the object's name or any name of
   * its type.
   *
   * @defaultValue every pair among `objects` that HubSpot has by itself, such as contacts → companies, and every link
   * that the schema of a custom object has with another of them. HubSpot is asked for the schemas once, before the first
   * call that asks it anything. Until then `pairs` has what the store knows.
   */
  associations?:
    | readonly (readonly [from: EndName<NoInfer<Objects>>, to: EndName<NoInfer<Objects>>])[]
    | undefined
  /**
   * The address of HubSpot, an emulator or a proxy: without user, password, query and fragment.
   *
   * @defaultValue the environment variable `HUBSPOT_BASE_URL`, or `https://api.hubapi.com`
   */
  baseUrl?: string | undefined
  /**
   * The version in HubSpot's paths: a date such as `2026-03`, or `v3` (with associations in v4).
   *
   * @defaultValue `2026-03`
   */
  apiVersion?: string | undefined
  /**
   * The portal that the token must belong to. It is needed if several portals share a store.
   *
   * @defaultValue the token's portal, pinned in the store at the first run
   */
  portalId?: string | number | undefined
  /**
   * Limits to use instead of HubSpot's own: calls per 10 s, searches per second, association calls per 10 s, and the
   * share of the daily limit that this mirror may use (0 to 1), by all runs and processes on its store together. The day
   * begins at midnight in the portal's time zone.
   *
   * @defaultValue learned from HubSpot's headers; `dailyShare` 0.8
   */
  limits?:
    | { burst?: number; search?: number; associations?: number; dailyShare?: number }
    | undefined
  /**
   * How far before the end of the last change window the next one begins, because HubSpot's search shows changes late.
   *
   * @defaultValue `'1h'`
   */
  overlap?: Duration | undefined
  /**
   * How often a census of all ids is due, which finds records that are gone without a trace. `0`: at every run;
   * `false`: only if its job is named.
   *
   * @defaultValue `'24h'`
   */
  census?: Duration | false | undefined
  /**
   * How often all associations are read again: HubSpot changes no date when it links two records. `0`: at every run;
   * `false`: only if its job is named.
   *
   * @defaultValue `'24h'`
   */
  associationSweep?: Duration | false | undefined
  /**
   * What lies around the records, and is mirrored too: `'owners'` with their teams, `'pipelines'` with their stages, and
   * the `'catalogue'`: object types, properties with their groups and options, association types. Owners and pipelines
   * are read every hour, the catalogue every day, and each at once when a record names an owner, stage or association
   * type that isn't known. `true`: all of it that the token may read; what it may not is told in the report, and the run
   * is complete. A list: just these, and a run without the scopes for them fails. `false`: nothing.
   *
   * @defaultValue `true`
   */
  reference?: boolean | readonly ReferencePart[] | undefined
  /**
   * The share of an object's rows that one census may remove (0 to 1). If more are gone, it stops with an error. A few
   * rows (20) are removed in any case.
   *
   * @defaultValue 0.1
   */
  removalShare?: number | undefined
  /**
   * How long entries of the change feed are kept. A run deletes older ones. `false`: for ever.
   *
   * @defaultValue `false`
   */
  changeRetention?: Duration | false | undefined
  /**
   * How long runs are kept in `sync_runs`, counted from their start. A run deletes older ones, but never the latest,
   * nor one that is under way. `status()` and `runs()` only know the runs that are kept. `false`: for ever.
   *
   * @defaultValue `'90d'`
   */
  runRetention?: Duration | false | undefined
  /**
   * How long HubSpot may take for one call, up to an hour. HubSpot itself ends its replies after 100 s.
   *
   * @defaultValue `'60s'`
   */
  requestTimeout?: Duration | undefined
  /**
   * Gets the log of runs: starts and ends, refusals of HubSpot, what could not be written.
   *
   * @defaultValue none
   */
  logger?: Logger | undefined
  /**
   * The source of time, for tests.
   *
   * @defaultValue the machine's clock
   */
  clock?: Clock | undefined
}

/** What `createHubspotSync` takes to mirror everything that the portal has. */
export interface PortalSyncOptions
  extends Omit<HubspotSyncOptions<readonly ObjectDefinition[]>, 'objects' | 'associations'> {
  /**
   * Every standard object that the portal has records of, and every custom one, whose tables are called by HubSpot's
   * names of them. The pairs are those that HubSpot has by itself, and the links of the custom objects.
   */
  objects: 'all'
}

/** The options of everything that waits for the store. */
export interface ReadOptions {
  /**
   * Ends the work with `ABORTED`: a read at once, everything else within 5 seconds, so that commits under way are still
   * written. A store that hasn't answered by then is told to give up. Default: none.
   */
  signal?: AbortSignal | undefined
}

/** What `run()` takes. */
export interface RunOptions<Job extends string = string> {
  /** The jobs to run, by name, whether due or not. Default: all that are due. */
  jobs?: readonly Job[] | undefined
  /** The id of the run in the store, a UUID that no other run has. Default: a new one. */
  runId?: string | undefined
  /** Ends the run: calls under way are given up, and what is committed stays. */
  signal?: AbortSignal | undefined
  /**
   * Ends the run at the next page boundary after this many calls. Those that find the objects of `objects: 'all'`, or
   * the pairs of custom objects, count in the first run of a process.
   */
  maxCalls?: number | undefined
  /**
   * Ends the run at the next page boundary after this many milliseconds. A page that is in hand then has 5 more
   * seconds: no call is waited for longer, and none is sent again. A job that HubSpot holds up past that time is
   * `partial`.
   */
  budgetMs?: number | undefined
  /** Listens to the events of the run, enough for a progress bar. */
  onEvent?: SyncListener | undefined
  /**
   * How long to wait for other runs that are at the jobs, before these are left to them: a duration such as `'5m'`,
   * milliseconds, or `true` for as long as it takes. A run that waits does nothing until it can have all of its jobs.
   * Default: not at all.
   */
  wait?: Duration | true | undefined
}

/** What `watch()` takes: its pace, who hears of it, and the options of its runs. */
export interface WatchOptions<Job extends string = string>
  extends Pick<RunOptions<Job>, 'jobs' | 'maxCalls' | 'budgetMs' | 'onEvent'> {
  /**
   * The time from the start of one run to the start of the next, give or take a twentieth, from a second on: a duration
   * such as `'5m'`, or milliseconds. A run that takes longer is followed by the next at once.
   */
  every: Duration
  /** Ends it: a pause at once, a run at its next page boundary, or after ten seconds if that doesn't come. */
  signal: AbortSignal
  /** Hears of each run that has ended, but for those that were busy. Default: nobody. */
  onReport?: ((report: RunReport) => void) | undefined
  /**
   * Hears of each run, or reading of the queue, that failed as a whole. With it, `watch` continues after any error.
   * Default: after errors that may pass it continues, and after others it rejects.
   */
  onError?: ((error: unknown) => void) | undefined
}

/** What `syncQueued()` takes. */
export type QueueOptions = Pick<RunOptions, 'signal' | 'wait'>

/** What `createMirrorReader` takes. */
export type MirrorReaderOptions<
  Objects extends readonly ObjectDefinition[] = typeof defaultObjects,
> = Pick<
  HubspotSyncOptions<Objects>,
  'store' | 'objects' | 'associations' | 'reference' | 'portalId'
>

/** What `createMirrorReader` takes to read everything that a mirror has. */
export type PortalReaderOptions = Pick<
  PortalSyncOptions,
  'store' | 'objects' | 'reference' | 'portalId'
>

/** What reading a mirror needs, checked and with defaults. */
export type MirrorOptions = Pick<
  ResolvedOptions,
  'store' | 'objects' | 'pairs' | 'reference' | 'portalId' | 'clock'
>

/** The options, checked and with defaults. */
export interface ResolvedOptions {
  accessToken: AccessToken | undefined
  client: ApiRequester | undefined
  store: Store
  objects: readonly ObjectDefinition[]
  pairs: readonly Pair[]
  /** The parts of reference data that are mirrored. */
  reference: readonly ReferencePart[]
  /** Those of them that were asked for by name: a lacking scope fails them. */
  namedReference: readonly ReferencePart[]
  baseUrl: string
  apiVersion: string
  portalId: string | undefined
  limits: {
    burst?: number | undefined
    search?: number | undefined
    associations?: number | undefined
  }
  dailyShare: number
  overlapMs: number
  /** Undefined: only if its job is named. */
  censusMs: number | undefined
  associationSweepMs: number | undefined
  removalShare: number
  /** Undefined: for ever. */
  changeRetentionMs: number | undefined
  runRetentionMs: number | undefined
  requestTimeoutMs: number
  logger: Logger | undefined
  clock: Clock
}
