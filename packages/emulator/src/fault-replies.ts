import { partialStatus } from './api-versions.js'
import { toMilliseconds } from './clock.js'
import type { Fault } from './faults.js'
import { type HubspotRecord, isoDate } from './record-shape.js'
import {
  burstLimit,
  dailyLimit,
  errorBody,
  expiredToken,
  htmlPage,
  json,
  missingScopes,
  Refusal,
  type Reply,
  searchLimit,
  unauthenticated,
} from './replies.js'

/** What a fault needs for a realistic reply. */
export interface FaultContext {
  readonly now: number
  readonly version: string
  readonly portalId: number
  readonly requestId: string
  readonly scopes: () => readonly string[]
}

const PAGE_TITLES: Readonly<Record<number, string>> = {
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
  520: '520: Web server is returning an unknown error',
  521: '521: Web server is down',
  522: '522: Connection timed out',
  523: '523: Origin is unreachable',
  524: '524: A timeout occurred',
}

function refusalOf(fault: Fault, context: FaultContext): Refusal | undefined {
  switch (fault.kind) {
    case 'empty':
      return new Refusal(fault.status ?? 200, '')
    case 'html':
      return htmlPage(
        fault.status ?? 502,
        PAGE_TITLES[fault.status ?? 502] ?? `Error ${fault.status}`,
      )
    case 'not-json':
      return new Refusal(
        fault.status ?? 502,
        'upstream connect error or disconnect/reset before headers',
      )
    case 'error':
      return new Refusal(fault.status ?? 500, errorBody('internal error'))
    case 'locked':
      return new Refusal(
        423,
        errorBody('The resource is locked by a high volume of writes', 'LOCKED'),
      )
    case 'migrating':
      return new Refusal(
        477,
        errorBody('This account is being migrated between data centers', 'MIGRATION_IN_PROGRESS'),
      )
    case 'daily':
      return dailyLimit(context.requestId)
    case 'burst':
      return burstLimit(`publicapi:private_app-api-calls-ten-secondly:${context.portalId}`)
    case 'secondly':
      return searchLimit()
    case 'expired-token':
      return expiredToken(context.now, context.now)
    case 'unknown-token':
      return unauthenticated()
    case 'missing-scope':
      return missingScopes(fault.scopes ?? context.scopes())
    default:
      return undefined
  }
}

/** The reply of a fault; undefined for faults that only change the real reply. */
export function replyOfFault(fault: Fault, context: FaultContext): Reply | undefined {
  const own = fault.kind === undefined ? { ...json(fault.body ?? '', fault.status!) } : undefined
  const reply = own ?? refusalOf(fault, context)?.reply
  if (!reply) return undefined
  const retryAfter = fault.retryAfter ?? (fault.kind === 'migrating' ? 60 : undefined)
  return {
    ...reply,
    headers: {
      ...reply.headers,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...fault.headers,
    },
  }
}

interface BatchError {
  context?: Record<string, string[]>
}

interface BatchBody {
  results?: { id?: string; from?: { id: string } }[]
  errors?: BatchError[]
  numErrors?: number
}

/** A batch reply without some ids (`omit`), or with errors about them (`partial`). */
export function withoutIds(reply: Reply, fault: Fault, { version }: FaultContext): Reply {
  const ids = new Set(fault.ids?.map(String))
  const body = reply.body as BatchBody
  if (ids.size === 0 || !Array.isArray(body.results)) return reply
  const results = body.results.filter((result) => !ids.has(result.from?.id ?? result.id ?? ''))
  const errors = (body.errors ?? []).flatMap((error) => withoutNames(error, ids))
  if (fault.kind === 'partial') {
    const about = body.results.some((result) => result.from) ? 'fromObjectId' : 'ids'
    errors.push({
      ...errorBody('internal error', 'INTERNAL_ERROR'),
      context: { [about]: [...ids] },
    })
  }
  const { numErrors: _, errors: __, ...rest } = body
  const failed = errors.length > 0 ? { errors, numErrors: errors.length } : {}
  const status = errors.length > 0 ? partialStatus(version) : 200
  return { ...reply, status, body: { ...rest, results, ...failed } }
}

/** A reply in which some records have a wrong modification date. */
export function misdated(reply: Reply, fault: Fault, { now }: FaultContext): Reply {
  const ids = new Set(fault.ids?.map(String))
  const updatedAt = isoDate(toMilliseconds(fault.updatedAt ?? now))
  const body = reply.body as { results?: Partial<HubspotRecord>[] }
  if (!Array.isArray(body.results)) return reply
  const results = body.results.map((record) => {
    if (!ids.has(record.id ?? '')) return record
    const properties = { ...record.properties }
    for (const name of ['lastmodifieddate', 'hs_lastmodifieddate'])
      if (properties[name]) properties[name] = updatedAt
    return { ...record, properties, updatedAt }
  })
  return { ...reply, body: { ...body, results } }
}

function withoutNames(error: BatchError, ids: ReadonlySet<string>): BatchError[] {
  const key = error.context?.ids ? 'ids' : 'fromObjectId'
  const named = error.context?.[key]
  if (!named) return [error]
  const rest = named.filter((id) => !ids.has(id))
  return rest.length === 0 ? [] : [{ ...error, context: { ...error.context, [key]: rest } }]
}
