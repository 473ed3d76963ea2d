import { HttpResponse, http, type RequestHandler } from 'msw'
import { fromRequest, toResponse, untilAborted } from './fetch.js'
import type { IncomingRequest, Outcome } from './request-handler.js'

/** MSW handlers that answer every request under `baseUrl`. */
export function createHandlers(
  baseUrl: string,
  handle: (request: IncomingRequest) => Promise<Outcome>,
): RequestHandler[] {
  const base = new URL(baseUrl).href.replace(/\/$/, '')
  const answer = async (incoming: IncomingRequest): Promise<Response> => {
    const outcome = await handle(incoming)
    if (outcome.kind === 'reset') return HttpResponse.error()
    if (outcome.kind === 'hang') return untilAborted(incoming.signal)
    return toResponse(outcome)
  }
  return [
    http.all(`${base}/*`, async ({ request }) => {
      const incoming = await fromRequest(request)
      const url = new URL(incoming.url.href.slice(base.length), incoming.url.origin)
      try {
        return await answer({ ...incoming, url })
      } catch (error) {
        // The caller has already got the error from its own signal. If thrown here, MSW would print it.
        if (request.signal.aborted) return HttpResponse.error()
        throw error
      }
    }),
  ]
}
