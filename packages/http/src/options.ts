import {
  type Duration,
  type HubspotSync,
  InvalidOptionError,
  type Logger,
  type MirrorReaderOptions,
  type ObjectDefinition,
  type PortalReaderOptions,
  readerOptionNames,
} from '@hubsync/core'
import { expectedGot, kindOf, millisecondsOf, noOptionNamed, show } from '@hubsync/core/store'
import { z } from 'zod'
import type { Auth, Check } from './auth.js'
import type { WebhookOptions } from './webhooks/create-webhook-receiver.js'

/** The options of every handler. */
export interface CommonOptions {
  /**
   * Who may do what: a bearer token for everything, or `{ read, trigger, docs }`. A right that isn't listed is refused.
   *
   * @defaultValue nobody may do anything
   *
   */
  auth?: Auth | undefined
  /**
   * The path at which clients see the handler, such as `/crm`.
   *
   * @defaultValue the root
   *
   */
  basePath?: string | undefined
  /**
   * The maximum number of records in a page, 1 to 1,000.
   *
   * @defaultValue 100
   *
   */
  maxLimit?: number | undefined
  /**
   * How long the `listener` waits for a client that is slow in sending its body or receiving its reply: a duration such
   * as `'30s'`, or milliseconds. For bodies of webhooks it waits at most 5 seconds.
   *
   * @defaultValue `'30s'`
   *
   */
  clientTimeout?: Duration | undefined
  /** Logs internal errors, whose details the client doesn't get. @defaultValue none */
  logger?: Logger | undefined
}

/** The options of `createHttpHandler`: a mirror, or a store that is only read. */
export type HttpHandlerOptions<
  Objects extends readonly ObjectDefinition[] = readonly ObjectDefinition[],
> = CommonOptions &
  (
    | {
        /** The mirror to read and whose jobs can be started. The handler doesn't close it. */
        sync: HubspotSync<Objects>
        /**
         * Receives HubSpot's webhooks at `/webhooks/hubspot`.
         *
         * @defaultValue no such route
         */
        webhooks?: WebhookOptions | undefined
      }
    | MirrorReaderOptions<Objects>
    | PortalReaderOptions
  )

const method = (name: string) => (value: unknown) =>
  typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function'

const aToken =
  'a token of printable characters without spaces, a list of such, a function of the request'

const anAuth = `${aToken}, or { read, trigger, docs }, each one of these or 'public'`
const notPublic = `a token other than 'public', which would open everything to everybody, including jobs. To open reads to everybody, pass { read: 'public' }`
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
// The longest timer of Node.js.
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
// createMirrorReader checks these.
const ofReads = Object.fromEntries(
  readerOptionNames.map((name) => [name, z.unknown().optional()]),
) as Record<keyof MirrorReaderOptions, z.ZodOptional<z.ZodUnknown>>
const withStore = commonSchema.extend(ofReads)

/** The checked options with their defaults: with a mirror, or with the options of a reader. */
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
        'createHttpHandler(…) to be given { sync }, a mirror made by createHubspotSync(…), or { store } to only read',
        given !== null && typeof given === 'object' ? 'neither' : show(given),
      ),
    )
  if ('sync' in given && 'store' in given)
    throw new InvalidOptionError(
      expectedGot(
        'createHttpHandler(…) to be given either `sync` or `store`',
        'both',
        'The mirror already has a store.',
      ),
    )
  if ('sync' in given) return check(withSync, given)
  const options = check(withStore, given)
  const reads = Object.fromEntries(readerOptionNames.map((name) => [name, options[name]]))
  return { ...options, reads: reads as unknown as MirrorReaderOptions }
}

/** Options whose values must not appear in messages. */
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
