import { adviceOnLoading, InvalidOptionError, isNotInstalled } from '../errors.js'
import { causeOf, rememberToken } from '../harmless-text.js'
import type { ApiCall } from './endpoints.js'
import { within } from './within.js'

/** The part of `@hubspot/api-client`'s `Client` that is used. Any object with this method will do. */
export interface ApiRequester {
  /** Sends one request, and resolves to its reply, whatever the status. Rejects if no reply came. */
  apiRequest(request: {
    method: string
    path: string
    qs?: Record<string, string>
    /** To be sent as JSON, as `content-type: application/json`: HubSpot refuses other bodies. */
    body?: unknown
    headers?: Record<string, string>
    /**
     * Aborts when nobody waits for the reply any more. A requester that listens to it frees the connection; HubSpot's
     * client doesn't.
     */
    signal?: AbortSignal
  }): Promise<{
    status: number
    headers: { get(name: string): string | null }
    text(): Promise<string>
  }>
}

/** HubSpot's largest replies, 100 records with all their properties, have a few MiB. */
const LONGEST_REPLY_MIB = 64

/** A reply is longer than any of HubSpot's: a server in its place may send without end. */
export class TooLong extends Error {}

/** A reply, whatever its status. */
export interface Reply {
  status: number
  headers: { get(name: string): string | null }
  text: string
  /** The body as JSON, or undefined if it is none. */
  json: unknown
}

/** Whether HubSpot has done what it was asked: all of it, or, with a 207, what it could. */
export function isSuccess({ status }: Pick<Reply, 'status'>): boolean {
  return status >= 200 && status < 300
}

/**
 * Sends one call, once. If it takes too long or `signal` aborts, it is cancelled with its connection, provided that the
 * requester listens to its signal. HubSpot's own client doesn't: then the call goes on until the runtime's own limit,
 * and its result is ignored.
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
  // A client that was lent has its own token.
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

/** The text of a reply, read in pieces if the body is a stream. A reply that is too long is cancelled. */
async function textOf(
  response: Awaited<ReturnType<ApiRequester['apiRequest']>> & { body?: unknown },
): Promise<string> {
  const body = response.body as AsyncIterable<Uint8Array> | null | undefined
  if (typeof body?.[Symbol.asyncIterator] !== 'function') return response.text()
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.byteLength
    if (size > LONGEST_REPLY_MIB * 1024 * 1024)
      throw new TooLong(`its body has more than ${LONGEST_REPLY_MIB} MiB`)
    pieces.push(piece)
  }
  return new TextDecoder().decode(Buffer.concat(pieces))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A requester in place of HubSpot's client, loaded when it is first used: importing hubsync must stay fast. */
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
 * Sends the requests that HubSpot's client would send. Not with that client: it can't cancel a request, and making one
 * changes the limits and retries of all others in the process (decision 0028).
 */
async function loadClient(baseUrl: string): Promise<ApiRequester> {
  try {
    const module = await import('@hubspot/api-client/lib/src/services/http/Request.js')
    // If a bundler puts a CommonJS module into a chunk of its own, it has only the default export.
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
        ? 'Expected the package "@hubspot/api-client" to be installed. Install it: npm install @hubspot/api-client. If a bundle leaves it out, install it next to the bundle. Or give your own `client`.'
        : `Expected the package "@hubspot/api-client" to load: ${causeOf(cause)}. ${adviceOnLoading(cause)}, or give your own \`client\`.`,
      { cause },
    )
  }
}
