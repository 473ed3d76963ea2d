import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { Problem, problemReply } from './problem.js'
import { outlet } from './reply.js'

/** A listener of `node:http`, as Express and Fastify take it too. */
export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/** What the reply is given along with the request. */
interface Bindings {
  incoming: unknown
  [outlet]: ServerResponse
}

/** Makes a listener of what answers requests, guarded against clients that are slow on purpose. */
export function createListener(
  fetch: (request: Request, bindings: Bindings) => Promise<Response>,
  clientTimeout: number,
): Listener {
  const answer = (request: Request, { incoming, outgoing }: HttpBindings | Http2Bindings) =>
    fetch(request, { incoming, [outlet]: outgoing as ServerResponse })
  const listen = getRequestListener(answer, {
    // The host's `Request` and `Response` stay what they are.
    overrideGlobalObjects: false,
    // HTTP/1.0 clients send no Host; their URL needs one.
    hostname: 'localhost',
    errorHandler: () =>
      problemReply(new Problem(400, 'BAD_REQUEST', 'Expected a valid path and `Host` header.')),
  })
  return (incoming, outgoing) => {
    limitClient(incoming, outgoing, clientTimeout)
    return listen(incoming, outgoing)
  }
}

/** How long after its reply a client is listened to that is still sending: who is cut off at once may miss the reply. */
const AFTER_REPLY_MS = 500

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** Gives up on a client that doesn't send its body, or doesn't take its reply. Waiting for a job is neither. */
function limitClient(incoming: IncomingMessage, outgoing: ServerResponse, ms: number): void {
  outgoing.setTimeout(ms, () => {
    // Where nothing waits to be taken, nothing has been said for so long: of a run in which nothing happens.
    if (outgoing.writableLength > 0) outgoing.destroy()
  })
  if (incoming.complete || !hasBody(incoming)) return
  // To these no body belongs: node:http would take it in to its end, which may never come.
  if (incoming.method === 'GET' || incoming.method === 'HEAD')
    outgoing.once('finish', () => setTimeout(() => incoming.destroy(), AFTER_REPLY_MS).unref())
  const timer = setTimeout(() => {
    if (!incoming.complete) incoming.destroy()
  }, ms).unref()
  outgoing.once('close', () => clearTimeout(timer))
  incoming.once('end', () => clearTimeout(timer))
}
