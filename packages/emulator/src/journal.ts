import type { Operation } from './operations.js'
import type { Lane } from './rate-limits.js'

/** One call that a portal got. */
export interface Call {
  /** 1 for the first since the portal was made. */
  readonly number: number
  /** When it came, on the portal's clock, in milliseconds. */
  readonly at: number
  /** `GET`, `POST` and so on. */
  readonly method: string
  /** The path without the query. */
  readonly path: string
  /** The parameters; of a repeated one the values, joined by commas. */
  readonly query: Readonly<Record<string, string>>
  /** The body as JSON where it is, else as text; undefined without one. */
  readonly body: unknown
  /** What it is about; undefined for a path that does not exist. */
  operation: Operation | undefined
  /** The object type as the path names it; for associations `contacts>companies`. */
  objectType: string | undefined
  /** Which of the rate limits it counts towards; undefined for a path that does not exist. */
  lane: Lane | undefined
  /** The `limit` asked for, of lists and searches. */
  limit: number | undefined
  /** How many ids were asked for, of batches. */
  ids: number | undefined
  /** The status of the answer; undefined while there is none, and for a reset or a hang. */
  status: number | undefined
  /** When the answer went off, on the portal's clock. */
  answeredAt: number | undefined
  /** How many results came back. */
  results: number | undefined
  /** The fault that it met. */
  fault: string | undefined
}

/** The call as it comes in. */
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
