import type { IncomingRequest, Outcome } from './request-handler.js'

/** A web-standard request as the portal takes it. */
export async function fromRequest(request: Request): Promise<IncomingRequest> {
  return {
    method: request.method,
    url: new URL(request.url),
    authorization: request.headers.get('authorization') ?? undefined,
    body: await request.text(),
    signal: request.signal,
  }
}

const encoder = new TextEncoder()

/** The body of an answer, which breaks off half way where it is to. */
function bodyOf({ kind, text }: Extract<Outcome, { text: string }>): string | ReadableStream {
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
export function connectionReset(): TypeError {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  })
}

/** Settles when the signal does, and else never. */
export function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** An answer as a web-standard response. */
export function toResponse(outcome: Extract<Outcome, { text: string }>): Response {
  return new Response(bodyOf(outcome), { status: outcome.status, headers: outcome.headers })
}
