import type { IncomingRequest, Outcome } from './request-handler.js'

/** Converts a standard `Request`. */
export async function fromRequest(request: Request): Promise<IncomingRequest> {
  return {
    method: request.method,
    url: new URL(request.url),
    authorization: request.headers.get('authorization') ?? undefined,
    contentType: request.headers.get('content-type') ?? undefined,
    body: await request.text(),
    signal: request.signal,
  }
}

const encoder = new TextEncoder()

/** The body of a reply, which breaks off half way if it is truncated. */
function bodyOf({
  kind,
  status,
  text,
}: Extract<Outcome, { text: string }>): string | ReadableStream | null {
  if (status === 204) return null
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

/** The error of `fetch` for a broken connection. */
export function connectionReset(): TypeError {
  return new TypeError('fetch failed', {
    cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  })
}

/** Rejects when the signal aborts, and otherwise never settles. */
export function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** Converts a reply to a standard `Response`. */
export function toResponse(outcome: Extract<Outcome, { text: string }>): Response {
  return new Response(bodyOf(outcome), { status: outcome.status, headers: outcome.headers })
}
