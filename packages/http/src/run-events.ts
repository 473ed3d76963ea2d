import type { HandlerContext } from './context.js'
import { inTime } from './in-time.js'
import { Problem } from './problem.js'
import { securityHeaders } from './reply.js'
import type { StartedRun } from './running-jobs.js'
import type { Run } from './runs.js'

/** How many replies may stay open at once. */
const MOST_STREAMS = 100
/** How often a run of another process is looked at. */
const LOOK_MS = 2_000
/** How long the database may take over a look. */
const PATIENCE_MS = 5_000
/** How often something is sent where nothing happens, so that nobody in between closes the connection. */
const ALIVE_MS = 15_000

const headers: Record<string, string> = {
  ...securityHeaders,
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Proxies that gather replies would keep the steps back.
  'x-accel-buffering': 'no',
}

/** A run to follow: as it stands, and how to learn of more. */
interface Followed {
  now: Run
  /** Set where the run is one of this process. */
  started: StartedRun | undefined
  /** Looks it up again, where it is another's. */
  look: (signal: AbortSignal) => Promise<Run | undefined>
}

/**
 * Follows runs by server-sent events: how a run stands, at once and whenever it has gone on, as `progress`; then `end` with its
 * report.
 */
export class RunEvents {
  #open = 0

  constructor(private readonly context: Pick<HandlerContext, 'closing' | 'logger'>) {}

  /** What `follow` answers to who asks for its head alone: nothing would ever end a stream that nobody reads. */
  head(): Response {
    return new Response(null, { headers })
  }

  /** @throws a problem of status 503 where too many are followed. */
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
    // A store that doesn't answer isn't asked again and again.
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
    // A client that reads too slowly misses steps, never the end.
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

  /** Whether it was open until now. */
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
