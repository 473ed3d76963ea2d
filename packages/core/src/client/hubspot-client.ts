import type { Clock } from '../clock.js'
import { AbortedError } from '../errors.js'
import { type ApiCall, createEndpoints, type Endpoints } from './endpoints.js'
import type { Lane } from './limits.js'
import { type FixedLimits, RateBudget } from './rate-budget.js'
import { judgeReply, judgeThrown } from './retry.js'
import type { TokenSource } from './token.js'
import { type ApiRequester, CALL_TIMEOUT_MS, type Reply, send } from './transport.js'

/** Who is told what happens to a call. */
export interface CallObserver {
  /** An attempt is about to be sent. Throwing stops it. */
  call(call: ApiCall): void
  /** The call will be sent again. */
  retry(
    call: ApiCall,
    retry: { attempt: number; waitMs: number; throttled: boolean; why: string },
  ): void
  /** The call waited for its turn. */
  wait(call: ApiCall, ms: number): void
}

/** HubSpot as one job of one run sees it: ask, and get an answer or an error that says what to do. */
export interface Hubspot {
  readonly endpoints: Endpoints
  /** A successful reply, whose JSON is an object. */
  ask(call: ApiCall): Promise<Reply>
  /** How many calls have to be under way for the lane's limit, and not HubSpot's latency, to be what one waits for. */
  callsToFill(lane: Lane): number
}

/** What a lane is expected to take for a reply before it has been seen, in milliseconds. */
const FIRST_LATENCY_MS = 250
/** More calls at once than this are never made, however slow HubSpot is. */
const MOST_AT_ONCE = 24

/** The one portal's client: its token, limits and retries are shared by all jobs. */
export class HubspotClient {
  readonly endpoints: Endpoints
  readonly #requester: ApiRequester
  readonly #token: TokenSource | undefined
  readonly #clock: Clock
  readonly #budget: RateBudget
  readonly #timeoutMs: number
  readonly #latency: Record<Lane, number> = {
    burst: FIRST_LATENCY_MS,
    search: FIRST_LATENCY_MS,
    associations: FIRST_LATENCY_MS,
  }

  #latestDate: number | undefined

  constructor(parts: {
    requester: ApiRequester
    /** Left out where the requester brings its own. */
    token?: TokenSource | undefined
    clock: Clock
    apiVersion: string
    limits?: FixedLimits
    timeoutMs?: number
  }) {
    this.endpoints = createEndpoints(parts.apiVersion)
    this.#requester = parts.requester
    this.#token = parts.token
    this.#clock = parts.clock
    this.#budget = new RateBudget(parts.clock, parts.limits)
    this.#timeoutMs = parts.timeoutMs ?? CALL_TIMEOUT_MS
  }

  /** The day's quota as HubSpot last reported it. */
  get daily(): { limit: number; remaining: number } | undefined {
    return this.#budget.daily
  }

  /**
   * The latest moment that HubSpot's own clock has shown in a reply, in milliseconds: it is past, whatever the clock of this machine
   * says. Undefined before the first.
   */
  get latestDate(): number | undefined {
    return this.#latestDate
  }

  /** The milliseconds from one call of a lane to the next, by the limits as they are known. */
  spacing(lane: Lane): number {
    return this.#budget.spacing(lane)
  }

  /**
   * HubSpot for one job: its calls are told to `observer` and end when `signal` aborts. Where jobs wait for the same limit, the
   * lower `priority` goes first.
   */
  observedBy(
    observer: CallObserver,
    { signal, priority = 0 }: { signal?: AbortSignal | undefined; priority?: number } = {},
  ): Hubspot {
    return {
      endpoints: this.endpoints,
      ask: (call) => this.#ask(call, observer, priority, signal),
      callsToFill: (lane) =>
        Math.min(MOST_AT_ONCE, Math.ceil(this.#latency[lane] / this.#budget.spacing(lane)) + 1),
    }
  }

  async #ask(
    call: ApiCall,
    observer: CallObserver,
    priority: number,
    signal?: AbortSignal,
  ): Promise<Reply> {
    let renewed = false
    for (let number = 1; ; number++) {
      const waited = await this.#budget.take(call.lane, priority, signal)
      if (waited > 0) observer.wait(call, waited)
      const token = await this.#token?.get()
      if (signal?.aborted) throw new AbortedError()
      observer.call(call)
      const sentAt = this.#clock.now()
      const attempt = { call, number, chance: Math.random() }
      const verdict = await send(this.#requester, call, {
        token,
        timeoutMs: this.#timeoutMs,
        signal,
      }).then(
        (reply) => {
          this.#budget.learn(reply.headers)
          const date = Date.parse(reply.headers.get('date') ?? '')
          if (date > (this.#latestDate ?? 0)) this.#latestDate = date
          const took = Math.max(0, this.#clock.now() - sentAt)
          this.#latency[call.lane] += (took - this.#latency[call.lane]) / 8
          const judged = judgeReply(reply, attempt)
          return judged.kind === 'ok' ? { ...judged, reply } : judged
        },
        (thrown: unknown) => judgeThrown(thrown, attempt),
      )
      if ('reply' in verdict) return verdict.reply
      if (verdict.kind === 'fail') throw verdict.error
      if (verdict.kind === 'renew-token') {
        if (renewed || token === undefined || !(await this.#token?.renew(token)))
          throw verdict.error
        renewed = true
        continue
      }
      if (verdict.kind !== 'retry') continue
      observer.retry(call, { attempt: number, ...verdict })
      if (verdict.throttled) this.#budget.pause(call.lane, verdict.waitMs)
      else await this.#sleep(verdict.waitMs, signal)
    }
  }

  /** Clocks differ in what they reject with. */
  async #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(ms, signal)
    } catch (error) {
      throw signal?.aborted ? new AbortedError() : error
    }
  }
}
