import type { Access } from '../access.js'
import type { Account } from '../account.js'
import type { ApiVersion } from '../api-versions.js'
import type { Bin } from '../bin.js'
import type { Crm } from '../crm.js'
import type { Apps, Grant } from '../oauth/apps.js'
import type { ObjectTable } from '../object-table.js'
import type { Operation } from '../operations.js'
import type { IdOrder, LifecyclePipelines, ListOrder } from '../portal-variants.js'
import type { RateLimits } from '../rate-limits.js'
import { invalid, type Reply, unknownObjectType } from '../replies.js'

/** The data that a route can use. */
export interface Context {
  readonly crm: Crm
  readonly bin: Bin
  readonly account: Account
  readonly limits: RateLimits
  readonly access: Access<Grant>
  readonly apps: Apps
  readonly idOrder: { readonly sort: IdOrder; readonly filter: IdOrder }
  readonly listOrder: ListOrder
  readonly lifecyclePipelines: LifecyclePipelines
  readonly associationPageSize: number
  readonly now: number
  readonly version: ApiVersion
  readonly params: Readonly<Record<string, string>>
  readonly url: URL
  /** Whether the token has one of these scopes. */
  readonly holds: (scopes: readonly string[]) => boolean
  readonly body: unknown
  /** The body as a form, which calls about tokens have in place of JSON. */
  readonly form: URLSearchParams
}

/** One endpoint. */
export interface Route {
  readonly operation: Operation
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Whether it changes the portal. @defaultValue it only reads */
  readonly writes?: boolean
  /** Patterns with `:names`; `:version` stands for a dated version. */
  readonly paths: readonly string[]
  readonly lane: 'burst' | 'search' | 'associations'
  /** Whether it needs no token, counts towards no limit and may have a form as its body. @defaultValue false */
  readonly isOpen?: boolean
  /** Whether one of the scopes is enough. @defaultValue all are needed */
  readonly anyScope?: boolean
  /** The scopes it needs. */
  readonly scopes: (context: Context) => readonly string[]
  readonly handle: (context: Context) => Reply
}

/** The table for the object type in the path. */
export function tableOf({ crm, params }: Context, name = 'type'): ObjectTable {
  const type = crm.types.find(params[name]!)
  if (!type) throw unknownObjectType(params[name]!)
  return crm.table(type)
}

/** A whole-number parameter within its limits. */
export function integerParameter(
  { url }: Context,
  name: string,
  { fallback, maximum }: { fallback: number; maximum: number },
): number {
  const text = url.searchParams.get(name)
  if (text === null) return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1 || value > maximum) {
    throw invalid(`${name} must be a whole number from 1 to ${maximum}, but was ${text}`, {
      context: { [name]: [text] },
    })
  }
  return value
}

/** A list parameter: comma-separated, repeated or both; undefined if it is absent. */
export function listParameter({ url }: Context, name: string): string[] | undefined {
  const given = url.searchParams.getAll(name)
  if (given.length === 0) return undefined
  return given
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter(Boolean)
}

/** A yes-or-no parameter, in any case: HubSpot's Python client writes `True`. */
export function booleanParameter({ url }: Context, name: string): boolean {
  return url.searchParams.get(name)?.toLowerCase() === 'true'
}

/** A body that must be a JSON object. */
export function objectBody({ body }: Context): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>
  throw invalid('Invalid input JSON: expected an object')
}

/** A list in a body; undefined if it is absent. */
export function listOf(body: Record<string, unknown>, name: string): unknown[] | undefined {
  const value = body[name] ?? undefined
  if (value === undefined || Array.isArray(value)) return value
  throw invalid(`Invalid input JSON: Cannot deserialize ${name}: expected a list`)
}
