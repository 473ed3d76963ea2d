import { adviceOnLoading, InvalidOptionError, isNotInstalled } from '../errors.js'
import { causeOf, rememberToken } from '../harmless-text.js'
import type { ApiCall } from './endpoints.js'
import { within } from './within.js'

/** What is used of `@hubspot/api-client`'s `Client`: any object with this method will do. */
export interface ApiRequester {
  /** Sends one request, and resolves to its reply whatever the status. Rejects where no reply came. */
  apiRequest(request: {
    method: string
    path: string
    qs?: Record<string, string>
    body?: unknown
    headers?: Record<string, string>
    /** Aborts when nobody waits for the reply any more. Whoever heeds it saves a connection; HubSpot's client doesn't. */
    signal?: AbortSignal
  }): Promise<{
    status: number
    headers: { get(name: string): string | null }
    text(): Promise<string>
  }>
}

/** HubSpot's largest replies, a hundred records with all their properties, have a few. */
const LONGEST_REPLY_MIB = 64

/** A reply that is longer than any of HubSpot's is: what stands in its place may send without end. */
export class TooLong extends Error {}

/** A reply as it came, whatever its status. */
export interface Reply {
  status: number
  headers: { get(name: string): string | null }
  text: string
  /** The body as JSON, or undefined where it isn't any. */
  json: unknown
}

/** Whether HubSpot has done what it was asked for: all of it, or with a 207 what it could. */
export function isSuccess({ status }: Pick<Reply, 'status'>): boolean {
  return status >= 200 && status < 300
}

/**
 * Sends one call, once. It is cancelled when it takes too long or `signal` aborts, socket and all, where the requester heeds the signal
 * that it is given. HubSpot's own client doesn't: then nobody waits for the call, which goes on until the runtime's own limit.
 */
export function send(
  requester: ApiRequester & { config?: { accessToken?: unknown } | undefined },
  call: ApiCall,
  {
    token,
    timeoutMs,
    signal,
  }: { token?: string | undefined; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Reply> {
  // HubSpot's client has a token of its own where it was lent.
  for (const used of [token, requester.config?.accessToken])
    if (typeof used === 'string') rememberToken(used)
  const request = async (cancelled: AbortSignal): Promise<Reply> => {
    const response = await requester.apiRequest({
      method: call.method,
      path: call.path,
      ...(call.query ? { qs: call.query } : {}),
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
      signal: cancelled,
    })
    const text = await textOf(response)
    return { status: response.status, headers: response.headers, text, json: parse(text) }
  }
  return within({ ms: timeoutMs, signal }, request)
}

/** The text of a reply, read by pieces where it comes so. Whoever sends it is let go where it is too long. */
async function textOf(
  response: Awaited<ReturnType<ApiRequester['apiRequest']>> & { body?: unknown },
): Promise<string> {
  const body = response.body as AsyncIterable<Uint8Array> | null | undefined
  if (typeof body?.[Symbol.asyncIterator] !== 'function') return response.text()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const piece of body) {
    size += piece.byteLength
    if (size > LONGEST_REPLY_MIB * 1024 * 1024)
      throw new TooLong(`its body has more than ${LONGEST_REPLY_MIB} MiB`)
    text += decoder.decode(piece, { stream: true })
  }
  return text + decoder.decode()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands in for a client, loaded when first used: importing hubsync must stay cheap. */
export function lazyClient(baseUrl: string): ApiRequester {
  let client: Promise<ApiRequester> | undefined
  return {
    apiRequest: async (request) => {
      client ??= loadClient(baseUrl)
      return (await client).apiRequest(request)
    },
  }
}

/**
 * Sends the requests that HubSpot's client makes. Not by that client: it can't cancel what it sends, and making one changes the limits and
 * retries of every other in the process (decision 0028).
 */
async function loadClient(baseUrl: string): Promise<ApiRequester> {
  try {
    const module = await import('@hubspot/api-client/lib/src/services/http/Request.js')
    // Of a CommonJS module that a bundler puts into a chunk of its own, the default export is all there is.
    const { Request = (module as unknown as { default: typeof module }).default.Request } = module
    return {
      async apiRequest({ signal, ...request }) {
        const made = new Request({ basePath: baseUrl }, request)
        return fetch(made.getUrl(), { ...made.getSendData(), signal: signal ?? null })
      },
    }
  } catch (cause) {
    throw new InvalidOptionError(
      isNotInstalled('@hubspot/api-client', cause)
        ? 'Expected the package "@hubspot/api-client" to be installed. Install it: npm install @hubspot/api-client (for a bundle that leaves it out, beside it); or give your own `client`.'
        : `Expected the package "@hubspot/api-client" to load: ${causeOf(cause)}. ${adviceOnLoading(cause)}, or give your own \`client\`.`,
      { cause },
    )
  }
}
