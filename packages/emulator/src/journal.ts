import type { Operation } from './operations.js'
import type { Lane } from './rate-limits.js'

/** A call to a portal. */
export interface Call {
  /** 1 for the first call of the portal. */
  readonly number: number
  /** When it arrived, on the portal's clock, in milliseconds. */
  readonly at: number
  /** `GET`, `POST` and so on. */
  readonly method: string
  /** The path without the query. */
  readonly path: string
  /** The query parameters. The values of a repeated one are joined with commas. */
  readonly query: Readonly<Record<string, string>>
  /** The body: parsed JSON, or text if it isn't JSON; undefined without a body. */
  readonly body: unknown
  /** The operation; undefined for an unknown path. */
  operation: Operation | undefined
  /** The object type in the path; for associations `contacts>companies`. */
  objectType: string | undefined
  /** The rate limit that it counts towards; undefined for an unknown path. */
  lane: Lane | undefined
  /** The requested `limit` of lists and searches. */
  limit: number | undefined
  /** The number of ids of batches. */
  ids: number | undefined
  /** The status of the reply; undefined while there is none, and for a reset or a hang. */
  status: number | undefined
  /** When the reply was sent, on the portal's clock. */
  answeredAt: number | undefined
  /** The number of results. */
  results: number | undefined
  /** The fault that affected it. */
  fault: string | undefined
}

/** Creates the journal entry of a call. */
export function openCall(
  number: number,
  at: number,
  method: string,
  url: URL,
  body: unknown,
): Call {
  const query: Record<string, string> = {}
  for (const name of url.searchParams.keys()) query[name] = url.searchParams.getAll(name).join(',')
  const given = body as { inputs?: unknown; limit?: unknown } | undefined
  const limit = query.limit ?? (typeof given === 'object' ? given?.limit : undefined)
  return {
    number,
    at,
    method,
    path: url.pathname,
    query,
    body,
    operation: undefined,
    objectType: undefined,
    lane: undefined,
    limit: limit === undefined ? undefined : Number(limit),
    ids: Array.isArray(given?.inputs) ? given.inputs.length : undefined,
    status: undefined,
    answeredAt: undefined,
    results: undefined,
    fault: undefined,
  }
}
