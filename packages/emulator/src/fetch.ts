import type { IncomingRequest, Outcome } from './request-handler.js'

/** A web-standard request as the portal takes it. */
export const fromRequest = async (request: Request): Promise<IncomingRequest> => ({
  method: request.method,
  url: new URL(request.url),
  authorization: request.headers.get('authorization') ?? undefined,
  body: await request.text(),
  signal: request.signal,
})

const encoder = new TextEncoder()

/** The body of an answer, which breaks off half way where it is to. */
const bodyOf = ({ kind, text }: Extract<Outcome, { text: string }>): string | ReadableStream => {
  if (kind === 'reply') return text
  const bytes = encoder.encode(text)
  let sent = false
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new TypeError('terminated'))
      else controller.enqueue(bytes.slice(0, Math.floor(bytes.length / 2)))
      sent = true
    },
  })
}

/** The error that `fetch` gives when a connection breaks. */
export const connectionReset = (): TypeError =>
  new TypeError('fetch failed', {
    cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  })

/** Settles when the signal does, and else never. */
export const untilAborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** An answer as a web-standard response. */
export const toResponse = (outcome: Extract<Outcome, { text: string }>): Response =>
  new Response(bodyOf(outcome), { status: outcome.status, headers: outcome.headers })
