import { z } from 'zod'
import { type AccessToken, TOKEN_CHARACTERS } from './access-token.js'
import type { ApiRequester } from './client/transport.js'
import { type Clock, systemClock } from './clock.js'
import { InvalidOptionError } from './errors.js'
import type { SyncListener } from './events.js'
import { companies } from './objects/companies.js'
import { contacts } from './objects/contacts.js'
import { deals } from './objects/deals.js'
import type { ObjectDefinition } from './objects/define-object.js'
import { type Pair, pairsAmong } from './objects/pairs.js'
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
   * A HubSpot access token, or a function that gives one: it is called again before HubSpot's 30 minutes are over and once
   * on a 401, one call in flight at a time.
   *
   * @defaultValue the environment variable `HUBSPOT_ACCESS_TOKEN`
   */
  accessToken?: AccessToken | undefined
  /**
   * Your own `Client` of `@hubspot/api-client`, or anything with its `apiRequest`. It brings its own token, unless
   * `accessToken` is given too.
   *
   * @defaultValue one that is made when first used
   */
  client?: ApiRequester | undefined
  /** Where the mirror lives, for example `sqliteStore({ file: 'hubspot.db' })`. */
  store: Store
  /** @defaultValue `[contacts, companies, deals]` */
  objects?: Objects | undefined
  /**
   * The pairs whose associations are read, each in that direction, by object name or type.
   *
   * @defaultValue every pair among `objects` that HubSpot has by itself, such as contacts → companies
   */
  associations?: readonly (readonly [from: string, to: string])[] | undefined
  /** @defaultValue `https://api.hubapi.com` */
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
  /** @defaultValue none */
  logger?: Logger | undefined
  /** @defaultValue the machine's */
  clock?: Clock | undefined
}

/** What `run()` takes. */
export interface RunOptions {
  /** The jobs to run, by name, due or not. Default: all, as far as they are due. */
  jobs?: readonly string[] | undefined
  /** The id under which the run is kept, a UUID that no other run has. Default: one made up. */
  runId?: string | undefined
  /** Ends the run: calls under way are given up, what is committed stays. */
  signal?: AbortSignal | undefined
  /** Ends the run at the next page boundary once so many calls are made. */
  maxCalls?: number | undefined
  /** Ends the run at the next page boundary once so many milliseconds are over. */
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
  logger: Logger | undefined
  clock: Clock
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const aDuration = "a duration such as '90m' or '24h', or milliseconds from 0"

const durationSchema = z
  .union([z.number().min(0, aDuration), z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, aDuration)], {
    error: aDuration,
  })
  .transform((value) => {
    if (typeof value === 'number') return value
    const [, figure = '0', unit = 'ms'] = /^([\d.]+)(\w+)$/.exec(value) ?? []
    return Number(figure) * units[unit as keyof typeof units]
  })

const dueSchema = z.union([z.literal(false).transform(() => undefined), durationSchema], {
  error: "a duration such as '90m' or '24h', milliseconds from 0, or false",
})

const positive = (what: string) => z.number({ error: what }).positive({ error: what })
const share = z
  .number({ error: 'a share from 0 to 1' })
  .min(0, 'a share from 0 to 1')
  .max(1, 'a share from 0 to 1')
const method = (name: string) => (value: unknown) =>
  typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function'

const optionsSchema = z.strictObject({
  accessToken: z
    .union(
      [
        z.string().trim().min(1, 'a token, or a function that gives one'),
        z.custom<AccessToken>((value) => typeof value === 'function'),
      ],
      {
        error: 'a token, or a function that gives one',
      },
    )
    .optional(),
  client: z
    .custom<ApiRequester>(method('apiRequest'), {
      error: 'a client of @hubspot/api-client, or another object with its `apiRequest`',
    })
    .optional(),
  store: z.custom<Store>((value) => method('commit')(value) && method('migrate')(value), {
    error: "a store, such as sqliteStore({ file: 'hubspot.db' })",
  }),
  objects: z
    .array(
      z.custom<ObjectDefinition>((value) => method('extend')(value), {
        error: 'an object definition made by defineObject(…)',
      }),
      { error: 'a list of object definitions, such as [contacts, companies]' },
    )
    .min(1, 'a list of at least one object definition')
    .default([...defaultObjects]),
  associations: z
    .array(
      z.tuple([z.string(), z.string()], { error: "a pair such as ['contacts', 'companies']" }),
      {
        error: "a list of pairs such as ['contacts', 'companies']",
      },
    )
    .optional(),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'an http or https URL' })
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://api.hubapi.com'),
  apiVersion: z
    .string({ error: "a date such as '2026-03', or 'v3'" })
    .regex(/^(v3|\d{4}-\d{2}(-beta)?)$/, "a date such as '2026-03', or 'v3'")
    .default('2026-03'),
  portalId: z
    .union([z.number().int().positive(), z.string().regex(/^\d+$/)], {
      error: 'the number of a HubSpot portal',
    })
    .transform(String)
    .optional(),
  limits: z
    .strictObject(
      {
        burst: positive('calls per 10 seconds, above 0').optional(),
        search: positive('searches per second, above 0').optional(),
        associations: positive('association calls per 10 seconds, above 0').optional(),
        dailyShare: share.optional(),
      },
      { error: 'an object with burst, search, associations or dailyShare' },
    )
    .default({}),
  overlap: durationSchema.default(3_600_000),
  census: dueSchema.default(86_400_000),
  associationSweep: dueSchema.default(86_400_000),
  removalShare: share.default(0.1),
  changeRetention: dueSchema.optional(),
  logger: z
    .custom<Logger>(
      (value) => ['debug', 'info', 'warn', 'error'].every((level) => method(level)(value)),
      {
        error: 'a logger with debug, info, warn and error',
      },
    )
    .optional(),
  clock: z
    .custom<Clock>((value) => method('now')(value) && method('sleep')(value), {
      error: 'a clock with now and sleep',
    })
    .default(systemClock),
})

const runSchema = z.strictObject({
  jobs: z
    .array(z.string({ error: 'the name of a job' }), { error: 'a list of job names' })
    .min(1, 'a list of at least one job name')
    .optional(),
  runId: z.uuid({ error: 'a UUID' }).optional(),
  signal: z.instanceof(AbortSignal, { error: 'an AbortSignal' }).optional(),
  maxCalls: positive('a number of calls above 0').optional(),
  budgetMs: positive('a number of milliseconds above 0').optional(),
  onEvent: z
    .custom<SyncListener>((value) => typeof value === 'function', { error: 'a function' })
    .optional(),
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
    pairs: pairsAmong(options.objects, options.associations),
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
    logger: options.logger,
    clock: options.clock,
  })
}

const verifySchema = runSchema
  .omit({ jobs: true })
  .extend({ repair: z.boolean({ error: 'true or false' }).optional() })

const refreshSchema = runSchema.omit({ jobs: true }).extend({
  properties: z.union([z.literal('calculated'), z.array(z.string().min(1)).min(1)], {
    error: "a list of property names, or 'calculated'",
  }),
  objects: z.array(z.string(), { error: 'a list of object names' }).min(1).optional(),
})

const readerSchema = optionsSchema.pick({
  store: true,
  objects: true,
  associations: true,
  portalId: true,
})

/** Checks what `createMirrorReader()` was given. */
export function resolveReaderOptions(given: unknown): MirrorOptions {
  const { store, objects, associations, portalId } = check(
    readerSchema,
    given,
    'createMirrorReader(…)',
  )
  return Object.freeze({
    ...{ store, objects, portalId, clock: systemClock },
    pairs: pairsAmong(objects, associations),
  })
}

/** Checks what `refresh()` was given. */
export function resolveRefreshOptions(given: unknown): z.output<typeof refreshSchema> {
  return check(refreshSchema, given ?? {}, 'refresh(…)')
}

/** Checks what `verify()` was given. */
export function resolveVerifyOptions(given: unknown): z.output<typeof verifySchema> {
  return check(verifySchema, given ?? {}, 'verify(…)')
}

/** Checks what `run()` was given. */
export function resolveRunOptions(given: unknown): z.output<typeof runSchema> {
  return check(runSchema, given ?? {}, 'run(…)')
}

/** Checks what `drain()` was given. */
export function resolveDrainOptions(given: unknown): Pick<z.output<typeof runSchema>, 'signal'> {
  return check(runSchema.pick({ signal: true }), given ?? {}, 'drain(…)')
}

function check<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
  where: string,
): z.output<Schema> {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path.map(String) ?? []
  if (issue?.code === 'unrecognized_keys')
    throw new InvalidOptionError(
      `Expected no option named ${issue.keys.map((key) => `\`${[...path, key].join('.')}\``).join(', ')} in ${where}.`,
    )
  const got = path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    given,
  )
  throw new InvalidOptionError(
    path.length === 0
      ? `Expected ${where} to be given an object of options, got ${show(got)}.`
      : `Expected \`${path.join('.')}\` in ${where} to be ${issue?.message ?? 'something else'}, got ${show(got, path)}.`,
  )
}

/** Never shows a token. */
function show(value: unknown, path: readonly string[] = []): string {
  if (path.includes('accessToken')) return value === '' ? 'an empty string' : `a ${typeof value}`
  if (typeof value === 'function') return 'a function'
  if (value !== null && typeof value === 'object')
    return Array.isArray(value) ? 'a list' : 'an object'
  return JSON.stringify(value) ?? 'nothing'
}
