import { createHash } from 'node:crypto'
import type { Context, TypedResponse } from 'hono'
import type { StatusCode } from 'hono/utils/http-status'
import type { JSONParsed } from 'hono/utils/types'

/** Headers of every reply. A browser must neither run it, nor embed it in a page, nor share it with other sites. */
export const securityHeaders: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  vary: 'authorization, cookie, accept',
}

const jsonHeaders = { ...securityHeaders, 'content-type': 'application/json' }

interface ReplyOptions<Status> {
  status?: Status
  headers?: Record<string, string>
  /** `revalidate`: the client may keep it, but must check its `ETag` each time. */
  cache?: 'no-store' | 'revalidate'
}

/** Sends JSON of the type that the route declares. */
export function reply<Body, Status extends StatusCode = 200>(
  context: Context,
  body: Body,
  { status = 200 as Status, headers, cache = 'no-store' }: ReplyOptions<Status> = {},
): Response & TypedResponse<JSONParsed<Body>, Status, 'json'> {
  const text = JSON.stringify(body)
  const sent = { ...jsonHeaders, 'cache-control': cache, ...headers }
  if (cache === 'no-store') return new Response(text, { status, headers: sent }) as never
  return revalidated(context, text, sent) as never
}

/** Sends content with its `ETag`, or 304 if the client already has it. */
export function revalidated(
  context: Context,
  content: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Response {
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 27)}"`
  const sent = { ...headers, etag, 'cache-control': 'private, no-cache' }
  const ifNoneMatch = context.req.header('if-none-match')
  if (ifNoneMatch === undefined || !matches(ifNoneMatch, etag))
    return new Response(content, { headers: sent })
  const { 'content-type': _, ...kept } = sent as Record<string, string>
  return new Response(null, { status: 304, headers: kept })
}

function matches(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}
