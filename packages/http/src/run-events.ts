import type { HandlerContext } from './context.js'
import { inTime } from './in-time.js'
import { Problem } from './problem.js'
import { securityHeaders } from './reply.js'
import type { StartedRun } from './running-jobs.js'
import type { Run } from './runs.js'

/** The maximum number of open streams. */
const MOST_STREAMS = 100
/** How often the store is read for a run of another process. */
const LOOK_MS = 2_000
/** How long the database may take for such a read. */
const PATIENCE_MS = 5_000
/** How often a comment is sent, so that no proxy closes an idle connection. */
const ALIVE_MS = 15_000

const headers: Record<string, string> = {
  ...securityHeaders,
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Proxies that buffer replies would delay the events.
  'x-accel-buffering': 'no',
}

/** A run to follow: its current state, and the source of updates. */
interface Followed {
  now: Run
  /** Set if this process has started the run. */
  started: StartedRun | undefined
  /** Reads the run again, if another process has started it. */
  look: (signal: AbortSignal) => Promise<Run | undefined>
}

/** Streams runs as server-sent events: `progress` at once and whenever a run advances, then `end` with its report. */
export class RunEvents {
  #open = 0

  constructor(private readonly context: Pick<HandlerContext, 'closing' | 'logger'>) {}

  /** The reply to HEAD. It has no stream, because nothing would end a stream that nobody reads. */
  head(): Response {
    return new Response(null, { headers })
  }

  /** @throws a problem with status 503 if too many streams are open. */
  follow(followed: Followed): Response {
    if (this.#open >= MOST_STREAMS)
      throw new Problem(503, 'TOO_MANY_STREAMS', 'Too many runs are being followed. Poll instead.')
    this.#open++
    const stream = new RunStream(followed, this.context, () => {
      this.#open--
    })
    return new Response(new ReadableStream<Uint8Array>(stream), { headers })
  }
}

class RunStream {
  readonly #followed: Followed
  readonly #context: Pick<HandlerContext, 'closing' | 'logger'>
  readonly #onStop: () => void
  readonly #timers: NodeJS.Timeout[] = []
  readonly #end = () => {
    if (this.#stop()) this.#controller?.close()
  }
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #unhear = () => {}
  #isOpen = true
  #isLooking = false

  constructor(
    followed: Followed,
    context: Pick<HandlerContext, 'closing' | 'logger'>,
    onStop: () => void,
  ) {
    this.#followed = followed
    this.#context = context
    this.#onStop = onStop
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller
    const { now, started } = this.#followed
    const { closing } = this.#context
    this.#tell(now)
    if (!this.#isOpen) return
    closing.addEventListener('abort', this.#end)
    this.#every(ALIVE_MS, () => this.#hasRoom() && this.#send(': alive\n\n'))
    if (started) this.#unhear = started.hear(() => this.#tell(started.now))
    else this.#every(LOOK_MS, () => this.#look())
    if (closing.aborted) this.#end()
  }

  cancel(): void {
    this.#stop()
  }

  async #look(): Promise<void> {
    // While a read gets no answer, no other is started.
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      const now = await inTime(PATIENCE_MS, undefined, this.#followed.look)
      if (now) this.#tell(now)
    } catch (error) {
      this.#context.logger?.error({ error }, 'a run could not be followed')
      this.#end()
    } finally {
      this.#isLooking = false
    }
  }

  #tell(now: Run): void {
    const over = now.status !== 'running'
    // A client that reads too slowly misses `progress` events, but never `end`.
    if (over || this.#hasRoom())
      this.#send(`event: ${over ? 'end' : 'progress'}\ndata: ${JSON.stringify(now)}\n\n`)
    if (over) this.#end()
  }

  #send(text: string): void {
    if (this.#isOpen) this.#controller?.enqueue(new TextEncoder().encode(text))
  }

  #hasRoom(): boolean {
    return (this.#controller?.desiredSize ?? 0) > 0
  }

  #every(ms: number, work: () => unknown): void {
    this.#timers.push(setInterval(work, ms).unref())
  }

  /** Returns whether the stream was still open. */
  #stop(): boolean {
    if (!this.#isOpen) return false
    this.#isOpen = false
    this.#unhear()
    for (const timer of this.#timers) clearInterval(timer)
    this.#context.closing.removeEventListener('abort', this.#end)
    this.#onStop()
    return true
  }
}
