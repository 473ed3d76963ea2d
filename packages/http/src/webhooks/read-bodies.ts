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

/** The reply where a body wasn't read to its end. It closes the connection, because the rest may still arrive. */
export function unreadBody(why: BodyFailure, limits: BodyLimits): Problem {
  const [status, code, detail] = problems[why](limits)
  const later: Record<string, string> = status === 503 ? { 'retry-after': '5' } : {}
  return new Problem(status, code, detail, {}, { connection: 'close', ...later })
}

type Reply = [status: number, code: string, detail: string]

const problems: Record<BodyFailure, (limits: BodyLimits) => Reply> = {
  'too-large': ({ bytes }) => [413, 'BODY_TOO_LARGE', `Expected a body of at most ${bytes} bytes.`],
  'too-slow': ({ ms }) => [408, 'BODY_TOO_SLOW', `Expected the whole body within ${ms / 1_000} s.`],
  'no-room': () => [503, 'TOO_MANY_BODIES', 'Too many deliveries are being read. Send it again.'],
  'broken-off': () => [400, 'INVALID_INPUT', 'The body ended early. Send it again.'],
}
