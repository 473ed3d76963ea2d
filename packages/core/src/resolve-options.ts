import * as v from 'valibot'
import { type AccessToken, TOKEN_CHARACTERS } from './access-token.js'
import { above0, checkGiven, duration, has, isFunction } from './check-given.js'
import type { ApiRequester } from './client/transport.js'
import { type Clock, systemClock } from './clock.js'
import { InvalidOptionError } from './errors.js'
import { expectedGot, unexpected } from './expected.js'
import { expectTypesOf } from './objects/allowed-types.js'
import type { ObjectDefinition } from './objects/define-object.js'
import { expectEachTypeOnce } from './objects/find-object.js'
import { type Pair, pairsAmong } from './objects/pairs.js'
import { type ReferencePart, referenceParts } from './objects/reference-parts.js'
import { expectOwnNames } from './objects/reserved-names.js'
import {
  defaultObjects,
  type HubspotSyncOptions,
  type Logger,
  type MirrorOptions,
  type MirrorReaderOptions,
  type ResolvedOptions,
} from './options.js'
import type { Store } from './store/store.js'

const aShare = 'a share from 0 to 1'
const share = v.pipe(v.number(aShare), v.minValue(0, aShare), v.maxValue(1, aShare))

const aDue = "a duration such as '90m' or '24h', milliseconds from 0, or false"
const never = v.pipe(
  v.literal(false),
  v.transform(() => undefined),
)
const due = v.union([never, duration(aDue)], aDue)

const aToken = 'a token, or a function that gives one'
const aPair = "a pair such as ['contacts', 'companies']"
const aUrl = 'an http or https URL without user, password, query and fragment'
const baseUrl = v.pipe(
  v.string(aUrl),
  v.url(aUrl),
  v.regex(/^https?:\/\/[^?#@]*$/i, aUrl),
  v.transform((url) => url.replace(/\/+$/, '')),
)
const aVersion = "a date such as '2026-03', or 'v3'"
const HOUR_MS = 3_600_000
const someReference = `true, false or a list of ${referenceParts.map((part) => `'${part}'`).join(', ')}`
const aTimeout = "a duration such as '60s' or '2m', or milliseconds, from 1 ms to 1 hour"
const aPortal = 'the number of a HubSpot portal'

/** One entry for each option: a missing one is a type error. */
const entries = {
  accessToken: v.optional(
    v.union(
      [
        v.pipe(v.string(aToken), v.trim(), v.nonEmpty(aToken)),
        v.custom<Exclude<AccessToken, string>>(isFunction, aToken),
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
  baseUrl: v.optional(baseUrl),
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
  reference: v.optional(
    v.union(
      [v.boolean(someReference), v.array(v.picklist(referenceParts, someReference), someReference)],
      someReference,
    ),
    true,
  ),
  removalShare: v.optional(share, 0.1),
  changeRetention: v.optional(due),
  runRetention: v.optional(due, '90d'),
  requestTimeout: v.optional(
    v.pipe(duration(aTimeout), v.minValue(1, aTimeout), v.maxValue(HOUR_MS, aTimeout)),
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
} satisfies Record<keyof HubspotSyncOptions, v.GenericSchema>

const optionsSchema = v.strictObject(entries)

/** The names of all options of `createHubspotSync`, for callers that check options first. */
export const optionNames = Object.freeze(
  Object.keys(entries),
) as readonly (keyof HubspotSyncOptions)[]

/** The names of those that `createMirrorReader` takes too, for callers that hand them on. */
export const readerOptionNames = [
  'store',
  'objects',
  'associations',
  'reference',
  'portalId',
] as const satisfies (keyof MirrorReaderOptions)[]

const readerSchema = v.pick(optionsSchema, readerOptionNames)

function baseUrlOf({ HUBSPOT_BASE_URL }: NodeJS.ProcessEnv): string {
  const given = HUBSPOT_BASE_URL?.trim() || 'https://api.hubapi.com'
  const result = v.safeParse(baseUrl, given)
  if (result.success) return result.output
  throw unexpected(`HUBSPOT_BASE_URL to be ${aUrl}`, given)
}

/**
 * Checks the options and fills in the defaults. Nothing is opened or called.
 *
 * @throws `InvalidOptionError` that says what was expected and what came.
 */
export function resolveOptions(given: unknown, environment: NodeJS.ProcessEnv): ResolvedOptions {
  const options = checkGiven(optionsSchema, given, 'createHubspotSync(…)')
  const accessToken = options.accessToken ?? (environment.HUBSPOT_ACCESS_TOKEN?.trim() || undefined)
  if (typeof accessToken === 'string' && !TOKEN_CHARACTERS.test(accessToken))
    throw new InvalidOptionError(
      expectedGot(
        '`accessToken`, or HUBSPOT_ACCESS_TOKEN, to be a token of printable characters without spaces or line breaks',
        'others',
      ),
    )
  if (accessToken === undefined && options.client === undefined)
    throw new InvalidOptionError(
      'Expected an access token: give `accessToken`, set the environment variable HUBSPOT_ACCESS_TOKEN, or give a `client` that has one. HubSpot makes one under Development > Keys > Service keys. To try it without HubSpot: `hubsync emulate` of @hubsync/cli.',
    )
  expectTypesOf(options.apiVersion, options.objects)
  const { dailyShare = 0.8, ...limits } = options.limits
  return Object.freeze({
    // A client of the user's brings its own token and address. Those that only stand in the environment aren't meant for it.
    accessToken: options.client === undefined ? accessToken : options.accessToken,
    client: options.client,
    store: options.store,
    objects: options.objects,
    pairs: pairsOf(options),
    reference: partsOf(options.reference),
    namedReference: typeof options.reference === 'boolean' ? [] : partsOf(options.reference),
    baseUrl: options.baseUrl ?? baseUrlOf(options.client ? {} : environment),
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
  const options = checkGiven(readerSchema, given, 'createMirrorReader(…)')
  const { store, objects, reference, portalId } = options
  return Object.freeze({
    store,
    objects,
    portalId,
    clock: systemClock,
    pairs: pairsOf(options),
    reference: partsOf(reference),
  })
}

/** The parts of reference data that an option names, in their own order. */
function partsOf(given: boolean | readonly ReferencePart[]): readonly ReferencePart[] {
  if (typeof given === 'boolean') return given ? referenceParts : []
  return referenceParts.filter((part) => given.includes(part))
}

/** The pairs of the mirror. Also checks that its objects can be in one mirror. */
function pairsOf({
  objects,
  associations,
}: Pick<v.InferOutput<typeof readerSchema>, 'objects' | 'associations'>): Pair[] {
  expectEachTypeOnce(objects)
  const pairs = pairsAmong(objects, associations)
  expectOwnNames(objects, pairs)
  return pairs
}
