import { Problem } from '../problem.js'

/** Limits for bodies of senders that aren't authenticated yet. */
export interface BodyLimits {
  /** The maximum size of one body, in bytes. */
  bytes: number
  /** The maximum size of all bodies that are being read, in bytes. */
  together: number
  /** How long one body may take, in milliseconds. */
  ms: number
}

export type BodyFailure = 'too-large' | 'too-slow' | 'no-room' | 'broken-off'

/** The first buffer of a body of unknown length, in bytes. */
const FIRST_ROOM = 4_096

/** A body that is being read. */
interface Reading {
  /** The size of its buffer, in bytes. */
  room: number
  /** Set once the body is given up. */
  failure?: BodyFailure
  giveUp(): void
}

/**
 * Creates a reader of request bodies that share one memory budget, so that slow clients can't fill the memory. If the
 * budget is used up, the oldest body is given up: HubSpot sends its bodies quickly, so slow senders can't keep them
 * out. Chunks are copied into one buffer, because many small ones would have a large overhead.
 */
export function createBodyReader({
  bytes,
  together,
  ms,
}: BodyLimits): (request: Request) => Promise<Uint8Array | BodyFailure> {
  /** Oldest first. */
  const readings = new Set<Reading>()
  let held = 0

  function release(reading: Reading): void {
    readings.delete(reading)
    held -= reading.room
    reading.room = 0
  }

  function end(reading: Reading, failure: BodyFailure): void {
    reading.failure = failure
    release(reading)
    reading.giveUp()
  }

  /** Enlarges the buffer of a body. Gives up older bodies if the budget is used up. */
  function grow(own: Reading, more: number): void {
    for (const oldest of readings) {
      if (held + more <= together) break
      end(oldest, 'no-room')
      if (oldest === own) return
    }
    own.room += more
    held += more
  }

  return async ({ headers, body }) => {
    if (Number(headers.get('content-length') ?? 0) > bytes) return 'too-large'
    const reader = body?.getReader()
    if (!reader) return new Uint8Array()
    const own: Reading = { room: 0, giveUp: () => void reader.cancel().catch(() => {}) }
    readings.add(own)
    const timer = setTimeout(() => end(own, 'too-slow'), ms).unref()
    let read = Buffer.alloc(0)
    let size = 0
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (own.failure) return own.failure
        if (done) return read.subarray(0, size)
        const needed = size + value.byteLength
        if (needed > bytes) return 'too-large'
        if (needed > read.byteLength) {
          const room = Math.min(bytes, Math.max(needed, 2 * read.byteLength, FIRST_ROOM))
          grow(own, room - read.byteLength)
          if (own.failure) return own.failure
          read = Buffer.concat([read], room)
        }
        read.set(value, size)
        size = needed
      }
    } catch {
      return own.failure ?? 'broken-off'
    } finally {
      clearTimeout(timer)
      release(own)
      own.giveUp()
    }
  }
}

/** The problem for a body that wasn't read to its end. It closes the connection, because the rest may still arrive. */
export function unreadBody(why: BodyFailure, limits: BodyLimits): Problem {
  const [status, code, detail] = problems[why](limits)
  const later: Record<string, string> = status === 503 ? { 'retry-after': '5' } : {}
  return new Problem(status, code, detail, {}, { connection: 'close', ...later })
}

type Reply = [status: number, code: string, detail: string]

const problems: Record<BodyFailure, (limits: BodyLimits) => Reply> = {
  'too-large': ({ bytes }) => [413, 'BODY_TOO_LARGE', `Expected a body of at most ${bytes} bytes.`],
  'too-slow': ({ ms }) => [408, 'BODY_TOO_SLOW', `Expected the whole body within ${ms / 1_000} s.`],
  'no-room': () => [503, 'TOO_MANY_BODIES', 'Too many bodies are being read. Send it again.'],
  'broken-off': () => [400, 'INVALID_INPUT', 'The body ended early. Send it again.'],
}
