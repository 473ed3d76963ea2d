import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Problem, problemReply } from './problem.js'

/** A request listener of `node:http`, which Express and Fastify accept too. */
export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/** Creates a listener from a `fetch`, with timeouts against clients that are slow on purpose. */
export function createListener(
  fetch: (request: Request, bindings: object) => Promise<Response>,
  clientTimeout: number,
): Listener {
  const listen = getRequestListener(fetch, {
    // Don't replace the host's global `Request` and `Response`.
    overrideGlobalObjects: false,
    // Clients of HTTP/1.0 send no Host header, but a URL needs a host.
    hostname: 'localhost',
    errorHandler: () =>
      problemReply(new Problem(400, 'BAD_REQUEST', 'Expected a valid path and `Host` header.')),
  })
  return (incoming, outgoing) => {
    limitClient(incoming, outgoing, clientTimeout)
    return listen(incoming, outgoing)
  }
}

/** How long to wait after a reply for a client that is still sending: if cut off at once, it may not see the reply. */
const AFTER_REPLY_MS = 500

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * Disconnects a client that is too slow in sending its body or receiving its reply. Waiting for a job doesn't count.
 */
function limitClient(incoming: IncomingMessage, outgoing: ServerResponse, ms: number): void {
  outgoing.setTimeout(ms, () => {
    // If nothing is buffered, the client isn't slow: the reply follows a run in which nothing happens.
    if (outgoing.writableLength > 0) outgoing.destroy()
  })
  if (incoming.complete || !hasBody(incoming)) return
  // GET and HEAD have no body, but node:http would read one until its end, which may never come.
  if (incoming.method === 'GET' || incoming.method === 'HEAD')
    outgoing.once('finish', () => setTimeout(() => incoming.destroy(), AFTER_REPLY_MS).unref())
  const timer = setTimeout(() => {
    if (!incoming.complete) incoming.destroy()
  }, ms).unref()
  outgoing.once('close', () => clearTimeout(timer))
  incoming.once('end', () => clearTimeout(timer))
}
