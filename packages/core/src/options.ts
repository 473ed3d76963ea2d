import * as v from 'valibot'
import { type AccessToken, TOKEN_CHARACTERS } from './access-token.js'
import type { ApiRequester } from './client/transport.js'
import { type Clock, systemClock } from './clock.js'
import { InvalidOptionError } from './errors.js'
import type { SyncListener } from './events.js'
import { harmless } from './harmless-text.js'
import { companies } from './objects/companies.js'
import { contacts } from './objects/contacts.js'
import { deals } from './objects/deals.js'
import type { ObjectDefinition } from './objects/define-object.js'
import { expectEachTypeOnce } from './objects/find-object.js'
import { type EndName, type Pair, pairsAmong } from './objects/pairs.js'
import { expectOwnNames } from './objects/reserved-names.js'
import type { Store } from './store/store.js'

/** `'90m'`, `'24h'`, `'7d'`, or milliseconds. */
export type Duration = string | number

/** Where hubsync writes what it does. Any pino-shaped logger will do. */
export interface Logger {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
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
  /** @defaultValue `[contacts, companies, deals]` */
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
  /** @defaultValue none */
  logger?: Logger | undefined
  /** @defaultValue the machine's */
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

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const aFunction = (value: unknown): boolean => typeof value === 'function'

const has =
  (...methods: string[]) =>
  (value: unknown): boolean =>
    methods.every((name) =>
      aFunction((value as Record<string, unknown> | null | undefined)?.[name]),
    )

const above0 = (what: string) => v.pipe(v.number(what), v.finite(what), v.gtValue(0, what))

const aShare = 'a share from 0 to 1'
const share = v.pipe(v.number(aShare), v.minValue(0, aShare), v.maxValue(1, aShare))

const duration = (what: string) =>
  v.pipe(
    v.union(
      [
        v.pipe(v.number(what), v.finite(what), v.minValue(0, what)),
        v.pipe(v.string(what), v.regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, what)),
      ],
      what,
    ),
    v.transform((value) => {
      if (typeof value === 'number') return value
      const [, figure = '0', unit = 'ms'] = /^([\d.]+)(\w+)$/.exec(value) ?? []
      return Number(figure) * units[unit as keyof typeof units]
    }),
  )

const aDue = "a duration such as '90m' or '24h', milliseconds from 0, or false"
const never = v.pipe(
  v.literal(false),
  v.transform(() => undefined),
)
const due = v.union([never, duration(aDue)], aDue)

const aToken = 'a token, or a function that gives one'
const aPair = "a pair such as ['contacts', 'companies']"
const aUrl = 'an http or https URL without user, password, query and fragment'
const aVersion = "a date such as '2026-03', or 'v3'"
const aTimeout = "a duration such as '60s' or '2m', or milliseconds, from 1 ms to 1 hour"
const aPortal = 'the number of a HubSpot portal'

const optionsSchema = v.strictObject({
  accessToken: v.optional(
    v.union(
      [
        v.pipe(v.string(aToken), v.trim(), v.nonEmpty(aToken)),
        v.custom<Exclude<AccessToken, string>>(aFunction, aToken),
      ],
      aToken,
    ),
  ),
  client: v.optional(
    v.custom<ApiRequester>(
      has('apiRequest'),
      'a client of @hubspot/api-client, or another object with its `apiRequest`',
    ),
  ),
  store: v.custom<Store>(
    has('commit', 'migrate'),
    "a store, such as sqliteStore({ file: 'hubspot.db' })",
  ),
  objects: v.optional(
    v.pipe(
      v.array(
        v.custom<ObjectDefinition>(has('extend'), 'an object definition made by defineObject(…)'),
        'a list of object definitions, such as [contacts, companies]',
      ),
      v.minLength(1, 'a list of at least one object definition'),
    ),
    [...defaultObjects],
  ),
  associations: v.optional(
    v.array(
      v.strictTuple([v.string(aPair), v.string(aPair)], aPair),
      "a list of pairs such as ['contacts', 'companies']",
    ),
  ),
  baseUrl: v.optional(
    v.pipe(
      v.string(aUrl),
      v.url(aUrl),
      v.regex(/^https?:\/\/[^?#@]*$/i, aUrl),
      v.transform((url) => url.replace(/\/+$/, '')),
    ),
    'https://api.hubapi.com',
  ),
  apiVersion: v.optional(
    v.pipe(v.string(aVersion), v.regex(/^(v3|\d{4}-\d{2}(-beta)?)$/, aVersion)),
    '2026-03',
  ),
  portalId: v.optional(
    v.pipe(
      v.union(
        [
          v.pipe(v.number(aPortal), v.safeInteger(aPortal), v.gtValue(0, aPortal)),
          v.pipe(v.string(aPortal), v.regex(/^\d+$/, aPortal)),
        ],
        aPortal,
      ),
      v.transform(String),
    ),
  ),
  limits: v.optional(
    v.strictObject(
      {
        burst: v.optional(above0('calls per 10 seconds, above 0')),
        search: v.optional(above0('searches per second, above 0')),
        associations: v.optional(above0('association calls per 10 seconds, above 0')),
        dailyShare: v.optional(share),
      },
      'an object with burst, search, associations or dailyShare',
    ),
    {},
  ),
  overlap: v.optional(duration("a duration such as '90m' or '24h', or milliseconds from 0"), '1h'),
  census: v.optional(due, '24h'),
  associationSweep: v.optional(due, '24h'),
  removalShare: v.optional(share, 0.1),
  changeRetention: v.optional(due),
  runRetention: v.optional(due, '90d'),
  requestTimeout: v.optional(
    v.pipe(duration(aTimeout), v.minValue(1, aTimeout), v.maxValue(units.h, aTimeout)),
    '60s',
  ),
  logger: v.optional(
    v.custom<Logger>(
      has('debug', 'info', 'warn', 'error'),
      'a logger with debug, info, warn and error',
    ),
  ),
  clock: v.optional(
    v.custom<Clock>(has('now', 'sleep'), 'a clock with now and sleep'),
    systemClock,
  ),
})

const readerSchema = v.pick(optionsSchema, ['store', 'objects', 'associations', 'portalId'])

const runSchema = v.strictObject({
  jobs: v.optional(
    v.pipe(
      v.array(v.string('the name of a job'), 'a list of job names'),
      v.minLength(1, 'a list of at least one job name'),
    ),
  ),
  runId: v.optional(v.pipe(v.string('a UUID'), v.uuid('a UUID'))),
  signal: v.optional(v.instance(AbortSignal, 'an AbortSignal')),
  maxCalls: v.optional(above0('a number of calls above 0')),
  budgetMs: v.optional(above0('a number of milliseconds above 0')),
  onEvent: v.optional(v.custom<SyncListener>(aFunction, 'a function')),
})

const signalSchema = v.pick(runSchema, ['signal'])

const { entries: ofEachRun } = v.omit(runSchema, ['jobs'])

const verifySchema = v.strictObject({
  ...ofEachRun,
  repair: v.optional(v.boolean('true or false')),
})

const theProperties = "a list of property names, or 'calculated'"
const refreshSchema = v.strictObject({
  ...ofEachRun,
  properties: v.union(
    [
      v.literal('calculated'),
      v.pipe(
        v.array(v.pipe(v.string(theProperties), v.nonEmpty(theProperties)), theProperties),
        v.minLength(1, theProperties),
      ),
    ],
    theProperties,
  ),
  objects: v.optional(
    v.pipe(
      v.array(v.string('the name of an object'), 'a list of object names'),
      v.minLength(1, 'a list of at least one object name'),
    ),
  ),
})

/**
 * Checks the options and fills in the defaults. Nothing is opened or called.
 *
 * @throws `InvalidOptionError` that says what was expected and what came.
 */
export function resolveOptions(given: unknown, environment: NodeJS.ProcessEnv): ResolvedOptions {
  const options = check(optionsSchema, given, 'createHubspotSync(…)')
  const accessToken = options.accessToken ?? (environment.HUBSPOT_ACCESS_TOKEN?.trim() || undefined)
  if (typeof accessToken === 'string' && !TOKEN_CHARACTERS.test(accessToken))
    throw new InvalidOptionError(
      'Expected `accessToken`, or HUBSPOT_ACCESS_TOKEN, to be a token of printable characters without spaces or line breaks, got others.',
    )
  if (accessToken === undefined && options.client === undefined)
    throw new InvalidOptionError(
      'Expected an access token: give `accessToken`, set the environment variable HUBSPOT_ACCESS_TOKEN, or give a `client` that has one.',
    )
  const { dailyShare = 0.8, ...limits } = options.limits
  return Object.freeze({
    // A client of the user's has a token of its own; one that merely stands in the environment isn't meant for it.
    accessToken: options.client === undefined ? accessToken : options.accessToken,
    client: options.client,
    store: options.store,
    objects: options.objects,
    pairs: pairsOf(options),
    baseUrl: options.baseUrl,
    apiVersion: options.apiVersion,
    portalId: options.portalId,
    limits,
    dailyShare,
    overlapMs: options.overlap,
    censusMs: options.census,
    associationSweepMs: options.associationSweep,
    removalShare: options.removalShare,
    changeRetentionMs: options.changeRetention,
    runRetentionMs: options.runRetention,
    requestTimeoutMs: options.requestTimeout,
    logger: options.logger,
    clock: options.clock,
  })
}

/** Checks what `createMirrorReader()` was given. */
export function resolveReaderOptions(given: unknown): MirrorOptions {
  const options = check(readerSchema, given, 'createMirrorReader(…)')
  const { store, objects, portalId } = options
  return Object.freeze({
    store,
    objects,
    portalId,
    clock: systemClock,
    pairs: pairsOf(options),
  })
}

/** The pairs that are mirrored, of objects that are fit to be together in one mirror. */
function pairsOf({
  objects,
  associations,
}: Pick<v.InferOutput<typeof readerSchema>, 'objects' | 'associations'>): Pair[] {
  expectEachTypeOnce(objects)
  const pairs = pairsAmong(objects, associations)
  expectOwnNames(objects, pairs)
  return pairs
}

/** Checks what `refreshProperties()` was given. */
export function resolveRefreshOptions(given: unknown): v.InferOutput<typeof refreshSchema> {
  return check(refreshSchema, given ?? {}, 'refresh(…)')
}

/** Checks what `verify()` was given. */
export function resolveVerifyOptions(given: unknown): v.InferOutput<typeof verifySchema> {
  return check(verifySchema, given ?? {}, 'verify(…)')
}

/** Checks what `run()` was given. */
export function resolveRunOptions(given: unknown): v.InferOutput<typeof runSchema> {
  return check(runSchema, given ?? {}, 'run(…)')
}

/** Checks what was given to work that takes a signal alone. */
export function resolveSignal(given: unknown, where: string): v.InferOutput<typeof signalSchema> {
  return check(signalSchema, given ?? {}, where)
}

function check<Schema extends v.StrictObjectSchema<v.ObjectEntries, undefined>>(
  schema: Schema,
  given: unknown,
  where: string,
): v.InferOutput<Schema> {
  if (given === null || typeof given !== 'object' || Array.isArray(given))
    throw new InvalidOptionError(
      `Expected ${where} to be given an object of options, got ${show(given)}.`,
    )
  const result = v.safeParse(schema, given, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  const path = issue.path?.map(({ key }) => String(key)) ?? []
  const name = path.join('.')
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const known =
      path.length > 1 ? '' : ` The options are ${Object.keys(schema.entries).join(', ')}.`
    throw new InvalidOptionError(`Expected no option named \`${name}\` in ${where}.${known}`)
  }
  // Of an option that isn't there the object tells, in words that say less than the option's own.
  const missing = issue.path?.at(-1)?.origin === 'key' ? schema.entries[name] : undefined
  const expected = missing && 'message' in missing ? missing.message : issue.message
  const got = issue.path?.at(-1)?.value
  throw new InvalidOptionError(
    `Expected \`${name}\` in ${where} to be ${expected}, got ${show(got, path)}.`,
  )
}

/** Never shows a token. */
function show(value: unknown, path: readonly string[] = []): string {
  if (path.includes('accessToken')) return value === '' ? 'an empty string' : `a ${typeof value}`
  if (typeof value === 'function') return 'a function'
  if (value !== null && typeof value === 'object')
    return Array.isArray(value) ? 'a list' : 'an object'
  // A URL may have a password or a key, and a token may have been taken for something else.
  const shown =
    path.includes('baseUrl') && typeof value === 'string'
      ? value.replace(/([?#]).*$/s, '$1…')
      : value
  return harmless(JSON.stringify(shown) ?? 'nothing', 200)
}
