import { AbortedError, InvalidOptionError } from '../errors.js'
import { rememberToken } from '../harmless-text.js'
import type { ApiCall } from './endpoints.js'

/** What is used of `@hubspot/api-client`'s `Client`: any object with this method will do. */
export interface ApiRequester {
  apiRequest(request: {
    method: string
    path: string
    qs?: Record<string, string>
    body?: unknown
    headers?: Record<string, string>
  }): Promise<{
    status: number
    headers: { get(name: string): string | null }
    text(): Promise<string>
  }>
}

/** A reply as it came, whatever its status. */
export interface Reply {
  status: number
  headers: { get(name: string): string | null }
  text: string
  /** The body as JSON, or undefined where it isn't any. */
  json: unknown
}

/** How long HubSpot may take over one call. It cuts its own replies off after 100 s (status 524). */
export const CALL_TIMEOUT_MS = 60_000

/** No reply came in time. */
export class CallTimeout extends Error {}

/**
 * Sends one call, once. HubSpot's client knows neither timeout nor abort, so both are raced here;
 * a socket that it leaves hanging is closed by the runtime's own limit.
 */
export async function send(
  requester: ApiRequester,
  call: ApiCall,
  {
    token,
    timeoutMs,
    signal,
  }: { token?: string | undefined; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Reply> {
  if (signal?.aborted) throw new AbortedError()
  let stop: () => void = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () => reject(new CallTimeout(`no reply within ${timeoutMs} ms`)),
      timeoutMs,
    )
    const abort = () => reject(new AbortedError())
    signal?.addEventListener('abort', abort, { once: true })
    stop = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  })
  try {
    return await Promise.race([request(requester, call, token), interrupted])
  } finally {
    stop()
  }
}

async function request(
  requester: ApiRequester & { config?: { accessToken?: unknown } | undefined },
  call: ApiCall,
  token: string | undefined,
): Promise<Reply> {
  // HubSpot's client has a token of its own where it was lent.
  const own = requester.config?.accessToken
  if (typeof own === 'string') rememberToken(own)
  const response = await requester.apiRequest({
    method: call.method,
    path: call.path,
    ...(call.query ? { qs: call.query } : {}),
    ...(call.body === undefined ? {} : { body: call.body }),
    ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, json: parse(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * HubSpot's client, loaded when first used: it is large, and importing hubsync must stay cheap. Its own
 * limiter and retries stay off, since they are shared by every client in the process.
 */
export function lazyClient(baseUrl: string): ApiRequester {
  let client: Promise<ApiRequester> | undefined
  return {
    apiRequest: async (request) => {
      client ??= loadClient(baseUrl)
      return (await client).apiRequest(request)
    },
  }
}

async function loadClient(baseUrl: string): Promise<ApiRequester> {
  try {
    const { Client } = await import('@hubspot/api-client')
    return new Client({ basePath: baseUrl })
  } catch (cause) {
    throw new InvalidOptionError(
      'Expected the package "@hubspot/api-client" to be installed. Install it, or give your own `client`.',
      { cause },
    )
  }
}
