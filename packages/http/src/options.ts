import {
  type Duration,
  type HubspotSync,
  InvalidOptionError,
  type Logger,
  type MirrorReaderOptions,
  type ObjectDefinition,
} from '@hubsync/core'
import { expectedGot, kindOf, millisecondsOf, noOptionNamed, show } from '@hubsync/core/store'
import { z } from 'zod'
import type { Auth, Check } from './auth.js'
import type { WebhookOptions } from './webhooks/create-webhook-receiver.js'

/** What every handler takes. */
export interface CommonOptions {
  /**
   * Who may do what: a bearer token for everything, or `{ read, trigger, docs }`. What isn't given is refused.
   *
   * @defaultValue nobody may do anything
   */
  auth?: Auth | undefined
  /**
   * The path that the handler is mounted at, as the client sees it, such as `/crm`.
   *
   * @defaultValue the root
   */
  basePath?: string | undefined
  /**
   * The most records that a page has, 1 to 1,000.
   *
   * @defaultValue 100
   */
  maxLimit?: number | undefined
  /**
   * How long the `listener` waits for a client that sends its body, or takes its reply, too slowly: a duration such as `'30s'`, or
   * milliseconds. Bodies of webhooks are waited for 5 seconds at most.
   *
   * @defaultValue `'30s'`
   */
  clientTimeout?: Duration | undefined
  /** Hears of what fails inside, of which the client is told nothing. @defaultValue none */
  logger?: Logger | undefined
}

/** What `createHttpHandler` takes: a mirror that can run, or a store to read alone. */
export type HttpHandlerOptions<
  Objects extends readonly ObjectDefinition[] = readonly ObjectDefinition[],
> = CommonOptions &
  (
    | {
        /** The mirror: its reads, and its jobs to start. It is yours to close. */
        sync: HubspotSync<Objects>
        /**
         * Receives HubSpot's webhooks at `/webhooks/hubspot`.
         *
         * @defaultValue no such route
         */
        webhooks?: WebhookOptions | undefined
      }
    | MirrorReaderOptions<Objects>
  )

const method = (name: string) => (value: unknown) =>
  typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function'

const aToken =
  'a token of printable characters without spaces, a list of such, a function of the request'

const anAuth = `${aToken}, or { read, trigger, docs } with each of them such a one or 'public'`
const notPublic = `a token other than 'public': everything would be open to everybody, the jobs too. For reads that are open to everybody give { read: 'public' }`
const token = z
  .string()
  .regex(/^[\x21-\x7e]+$/, anAuth)
  .refine((value) => value !== 'public', notPublic)
const rule = [
  token,
  z.array(token).min(1, anAuth),
  z.custom<Check>((value) => typeof value === 'function'),
] as const
const permission = z
  .union([z.literal('public'), ...rule], { error: `${aToken}, or 'public'` })
  .optional()

const aSecret = "the client secret of the HubSpot app, from the app's settings"
const aPublicUrl =
  'an http or https URL without query and fragment, such as https://crm.example.com'

const DAY_MS = 86_400_000
// A timer of Node.js takes no more.
const aTimeout = "a duration such as '30s', or milliseconds, from 1 ms to 24 days"

const commonSchema = z.strictObject({
  auth: z
    .union([...rule, z.strictObject({ read: permission, trigger: permission, docs: permission })], {
      error: anAuth,
    })
    .optional(),
  basePath: z
    .string({ error: 'a path such as /crm' })
    .regex(/^(\/[\w~-][\w.~-]*)*\/?$/, 'a path such as /crm')
    .transform((path) => path.replace(/\/$/, ''))
    .default(''),
  maxLimit: z
    .int({ error: 'an integer from 1 to 1000' })
    .min(1, 'an integer from 1 to 1000')
    .max(1_000, 'an integer from 1 to 1000')
    .default(100),
  clientTimeout: z
    .custom<Duration>((value) => millisecondsOf(value) !== undefined, aTimeout)
    .transform((value) => millisecondsOf(value) as number)
    .refine((ms) => ms >= 1 && ms <= 24 * DAY_MS, aTimeout)
    .default(30_000),
  logger: z
    .custom<Logger>(
      (value) => ['debug', 'info', 'warn', 'error'].every((level) => method(level)(value)),
      { error: 'a logger with debug, info, warn and error' },
    )
    .optional(),
})

const withSync = commonSchema.extend({
  sync: z.custom<HubspotSync>((value) => method('run')(value) && method('list')(value), {
    error: 'a mirror made by createHubspotSync(…)',
  }),
  webhooks: z
    .strictObject(
      {
        clientSecret: z.string({ error: aSecret }).min(1, aSecret),
        publicUrl: z
          .string({ error: aPublicUrl })
          .regex(/^https?:\/\/[^?#\s]+$/, aPublicUrl)
          .refine((url) => URL.canParse(url), aPublicUrl)
          .optional(),
      },
      { error: 'an object with clientSecret, and publicUrl behind a proxy' },
    )
    .optional(),
})
// What these are is for createMirrorReader to check.
const withStore = commonSchema.extend({
  store: z.unknown().optional(),
  objects: z.unknown().optional(),
  associations: z.unknown().optional(),
  portalId: z.unknown().optional(),
})

/** The options, checked and with their defaults: with a mirror, or with what to make a reader of. */
export type ResolvedOptions = z.output<typeof commonSchema> &
  (
    | { sync: HubspotSync; webhooks?: WebhookOptions | undefined }
    | { sync?: undefined; reads: MirrorReaderOptions }
  )

/**
 * Checks the options and fills in the defaults.
 *
 * @throws `InvalidOptionError` that says what was expected and what came.
 */
export function resolveOptions(given: unknown): ResolvedOptions {
  if (given === null || typeof given !== 'object' || !('sync' in given || 'store' in given))
    throw new InvalidOptionError(
      expectedGot(
        'createHttpHandler(…) to be given { sync }, a mirror made by createHubspotSync(…), or { store } to read alone',
        given !== null && typeof given === 'object' ? 'neither' : show(given),
      ),
    )
  if ('sync' in given && 'store' in given)
    throw new InvalidOptionError(
      expectedGot(
        'createHttpHandler(…) to be given `sync` or `store`',
        'both',
        'The mirror has its store.',
      ),
    )
  if ('sync' in given) return check(withSync, given)
  const { store, objects, associations, portalId, ...common } = check(withStore, given)
  const reads = { store, objects, associations, portalId } as unknown as MirrorReaderOptions
  return { ...common, reads }
}

/** Options whose values are never shown. */
const secret: readonly string[] = ['auth', 'clientSecret']

function check<Schema extends z.ZodObject>(schema: Schema, given: unknown): z.output<Schema> {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path.map(String) ?? []
  const where = 'createHttpHandler(…)'
  if (issue?.code === 'unrecognized_keys') {
    const known = path.length === 0 ? Object.keys(schema.shape) : undefined
    const name = [...path, issue.keys[0]].join('.')
    throw new InvalidOptionError(noOptionNamed(name, where, known))
  }
  const value = path.reduce((at, key) => (at as Record<string, unknown> | undefined)?.[key], given)
  const got = path.some((key) => secret.includes(key)) ? kindOf(value) : show(value)
  throw new InvalidOptionError(
    expectedGot(`\`${path.join('.')}\` in ${where} to be ${issue?.message}`, got),
  )
}
