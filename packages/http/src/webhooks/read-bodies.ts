import { Problem } from '../problem.js'

/** How much is read before it is known who sends it. */
export interface BodyLimits {
  /** The most bytes of one body. */
  bytes: number
  /** The most bytes of all bodies that are being read. */
  together: number
  /** How long one body may take, in milliseconds. */
  ms: number
}

/** Why a body was not read to its end. */
export type BodyFailure = 'too-large' | 'too-slow' | 'no-room' | 'broken-off'

/** What a body of unknown length is given room for at first, in bytes. */
const FIRST_ROOM = 4_096

/**
 * Makes a reader of request bodies that share one budget, so that no number of clients who send slowly fills the memory.
 * Pieces are copied together as they come: what a small one weighs around its bytes is not kept.
 */
export function createBodyReader({
  bytes,
  together,
  ms,
}: BodyLimits): (request: Request) => Promise<Uint8Array | BodyFailure> {
  let held = 0

  return async ({ headers, body }) => {
    if (Number(headers.get('content-length') ?? 0) > bytes) return 'too-large'
    const reader = body?.getReader()
    if (!reader) return new Uint8Array()
    let isLate = false
    let read = Buffer.alloc(0)
    let size = 0
    const giveUp = () => reader.cancel().catch(() => {})
    const timer = setTimeout(() => {
      isLate = true
      void giveUp()
    }, ms).unref()
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (isLate) return 'too-slow'
        if (done) return read.subarray(0, size)
        const needed = size + value.byteLength
        if (needed > bytes) return 'too-large'
        if (needed > read.byteLength) {
          const room = Math.min(bytes, Math.max(needed, 2 * read.byteLength, FIRST_ROOM))
          const more = room - read.byteLength
          if (held + more > together) return 'no-room'
          held += more
          read = Buffer.concat([read], room)
        }
        read.set(value, size)
        size = needed
      }
    } catch {
      return isLate ? 'too-slow' : 'broken-off'
    } finally {
      clearTimeout(timer)
      held -= read.byteLength
      void giveUp()
    }
  }
}

/** The problem that a body is which was not read. The connection is of no more use: the rest of the body may still come. */
export function unreadBody(why: BodyFailure, limit: number): Problem {
  const [status, code, detail] = problems[why]
  const headers = { connection: 'close', ...(status === 503 ? { 'retry-after': '5' } : {}) }
  return new Problem(status, code, detail.replace('LIMIT', String(limit)), {}, headers)
}

const problems: Record<BodyFailure, [status: number, code: string, detail: string]> = {
  'too-large': [413, 'BODY_TOO_LARGE', 'Expected a body of at most LIMIT bytes.'],
  'too-slow': [408, 'BODY_TOO_SLOW', 'Expected a body that comes within seconds.'],
  'no-room': [503, 'TOO_MANY_BODIES', 'Too many deliveries are being read. Send it again.'],
  'broken-off': [400, 'INVALID_INPUT', 'Expected a body that comes to its end.'],
}
