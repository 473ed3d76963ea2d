import { createHash } from 'node:crypto'
import type { Context, TypedResponse } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import type { JSONParsed } from 'hono/utils/types'

/** On every reply: it is data, to be shown by nobody but who asked for it. */
export const securityHeaders: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  vary: 'authorization, accept',
}

interface ReplyOptions<Status> {
  status?: Status
  headers?: Record<string, string>
  /** `revalidate`: kept by the client alone, and asked for again each time, by its `ETag`. */
  cache?: 'no-store' | 'revalidate'
}

/** Sends JSON of the type that the route promises. */
export function reply<Body, Status extends StatusCode = 200>(
  context: Context,
  body: Body,
  { status = 200 as Status, headers, cache = 'no-store' }: ReplyOptions<Status> = {},
): Response & TypedResponse<JSONParsed<Body>, Status, 'json'> {
  const text = JSON.stringify(body)
  const sent = {
    ...securityHeaders,
    ...{ 'content-type': 'application/json', 'cache-control': cache as string },
    ...headers,
  }
  if (cache === 'no-store') return new Response(text, { status, headers: sent }) as never
  return revalidated(context.req.header('if-none-match'), text, sent) as never
}

/** Sends content with its `ETag`, or 304 where the client has it already. */
export function revalidated(
  ifNoneMatch: string | undefined,
  content: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Response {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`
  const sent = { ...headers, etag, 'cache-control': 'private, no-cache' }
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, etag)) {
    const { 'content-type': _, ...kept } = sent as Record<string, string>
    return new Response(null, { status: 304, headers: kept })
  }
  return new Response(content, { status: 200, headers: sent })
}

function matches(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
