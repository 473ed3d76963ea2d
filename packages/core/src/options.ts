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
import type { Store } from './store/store.js'

/** Where hubsync writes what it does. Any pino-shaped logger will do. */
export interface Logger {
  /** What happens often and needs no care: every call that is answered. */
  debug(details: object, message: string): void
  /** That a run or a job has started or ended. */
  info(details: object, message: string): void
  /** What went wrong without a job failing, such as a call that is repeated. */
  warn(details: object, message: string): void
  /** What a job failed with. */
  error(details: object, message: string): void
}

/** The objects that are mirrored by default. */
export const defaultObjects = [contacts, companies, deals] as const

/** What `createHubspotSync` takes. */
export interface HubspotSyncOptions<
  Objects extends readonly ObjectDefinition[] = typeof defaultObjects,
> {
  /**
   * A HubSpot access token, or a function that gives one within a minute: it is called again before HubSpot's 30 minutes are over
   * and once on a 401, one call in flight at a time. After a 401 it is told the token that was `refused`.
   *
   * @defaultValue the environment variable `HUBSPOT_ACCESS_TOKEN`
   */
  accessToken?: AccessToken | undefined
  /**
   * Your own `Client` of `@hubspot/api-client`, or anything with its `apiRequest`. It brings its own token, unless
   * `accessToken` is given too. A call that is given up is cancelled where `apiRequest` heeds the `signal` in its request; HubSpot's
   * own doesn't, and its connection stays open until HubSpot or Node.js closes it.
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
   * The pairs whose associations are read, each in that direction, by the object's name or any of its type's.
   *
   * @defaultValue every pair among `objects` that HubSpot has by itself, such as contacts → companies
   */
  associations?:
    | readonly (readonly [from: EndName<NoInfer<Objects>>, to: EndName<NoInfer<Objects>>])[]
    | undefined
  /**
   * Where HubSpot is, or an emulator or a proxy: without user, password, query and fragment.
   *
   * @defaultValue `https://api.hubapi.com`
   */
  baseUrl?: string | undefined
  /**
   * The version in HubSpot's paths: a date such as `2026-03`, or `v3` (with associations in v4).
   *
   * @defaultValue `2026-03`
   */
  apiVersion?: string | undefined
  /**
   * The portal that the token must belong to. Giving it is what lets several portals share a store.
   *
   * @defaultValue the portal that HubSpot names, pinned in the store at the first run
   */
  portalId?: string | number | undefined
  /**
   * Limits to keep to in place of HubSpot's own: calls per 10 s, searches per second, association calls per 10 s, and the
   * share of the day's quota that one run may spend (0 to 1).
   *
   * @defaultValue learned from HubSpot's headers; `dailyShare` 0.8
   */
  limits?:
    | { burst?: number; search?: number; associations?: number; dailyShare?: number }
    | undefined
  /**
   * How far behind the last one each change window starts again, because HubSpot's search shows changes late.
   *
   * @defaultValue `'1h'`
   */
  overlap?: Duration | undefined
  /**
   * How often a census of all ids is due, which finds what is gone without a trace. `0`: at every run; `false`: only when
   * asked for by name.
   *
   * @defaultValue `'24h'`
   */
  census?: Duration | false | undefined
  /**
   * How often all associations are read again: HubSpot changes no date when it links two records. `0`: at every run;
   * `false`: only when asked for by name.
   *
   * @defaultValue `'24h'`
   */
  associationSweep?: Duration | false | undefined
  /**
   * The share of an object's rows that one census may remove (0 to 1). Where more are gone it stops and says so. A handful
   * (20 rows) is removed in any case.
   *
   * @defaultValue 0.1
   */
  removalShare?: number | undefined
  /**
   * How long entries of the change feed are kept: a run forgets older ones. `false`: for ever.
   *
   * @defaultValue `false`
   */
  changeRetention?: Duration | false | undefined
  /**
   * How long runs are kept in `sync_runs`, counted from their start: a run forgets older ones, though never the latest, nor one that is
   * under way. `status()` and `runs()` know of those that are kept. `false`: for ever.
   *
   * @defaultValue `'90d'`
   */
  runRetention?: Duration | false | undefined
  /**
   * How long HubSpot may take over one call, up to an hour. It cuts its own replies off after 100 s.
   *
   * @defaultValue `'60s'`
   */
  requestTimeout?: Duration | undefined
  /**
   * Hears what runs do: starts and ends, refusals of HubSpot, what could not be written.
   *
   * @defaultValue none
   */
  logger?: Logger | undefined
  /**
   * Where moments and pauses come from, for tests.
   *
   * @defaultValue the machine's
   */
  clock?: Clock | undefined
}

/** What everything takes that waits for the store. */
export interface ReadOptions {
  /**
   * Ends it with `ABORTED`: a read at once, all else within 5 seconds, in which what is under way is still written. A store that hasn't answered
   * by then is told to let go. Default: none.
   */
  signal?: AbortSignal | undefined
}

/** What `run()` takes. */
export interface RunOptions<Job extends string = string> {
  /** The jobs to run, by name, due or not. Default: all, as far as they are due. */
  jobs?: readonly Job[] | undefined
  /** The id under which the run is kept, a UUID that no other run has. Default: one made up. */
  runId?: string | undefined
  /** Ends the run: calls under way are given up, what is committed stays. */
  signal?: AbortSignal | undefined
  /** Ends the run at the next page boundary once so many calls are made. */
  maxCalls?: number | undefined
  /**
   * Ends the run at the next page boundary once so many milliseconds are over. A page that is in hand by then has 5 seconds to be finished: no
   * call is waited for longer, and none is sent again. A job that HubSpot holds up past that time is `partial`.
   */
  budgetMs?: number | undefined
  /** Hears what happens, enough for a progress bar. */
  onEvent?: SyncListener | undefined
}

/** What `createMirrorReader` takes. */
export type MirrorReaderOptions<
  Objects extends readonly ObjectDefinition[] = typeof defaultObjects,
> = Pick<HubspotSyncOptions<Objects>, 'store' | 'objects' | 'associations' | 'portalId'>

/** What reading a mirror needs, checked and with its defaults. */
export type MirrorOptions = Pick<
  ResolvedOptions,
  'store' | 'objects' | 'pairs' | 'portalId' | 'clock'
>

/** The options, checked and with their defaults. */
export interface ResolvedOptions {
  accessToken: AccessToken | undefined
  client: ApiRequester | undefined
  store: Store
  objects: readonly ObjectDefinition[]
  pairs: readonly Pair[]
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
  /** Undefined: only when asked for. */
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
