import type { Clock } from '../clock.js'
import { AbortedError } from '../errors.js'
import { type ApiCall, createEndpoints, type Endpoints } from './endpoints.js'
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
}

/** The one portal's client: its token, limits and retries are shared by all jobs. */
export class HubspotClient {
  readonly endpoints: Endpoints
  readonly #requester: ApiRequester
  readonly #token: TokenSource | undefined
  readonly #clock: Clock
  readonly #budget: RateBudget
  readonly #timeoutMs: number

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

  /** HubSpot for one job: its calls are told to `observer` and end when `signal` aborts. */
  observedBy(observer: CallObserver, signal?: AbortSignal): Hubspot {
    return {
      endpoints: this.endpoints,
      ask: (call) => this.#ask(call, observer, signal),
    }
  }

  async #ask(call: ApiCall, observer: CallObserver, signal?: AbortSignal): Promise<Reply> {
    let renewed = false
    for (let number = 1; ; number++) {
      const waited = await this.#budget.take(call.lane, signal)
      if (waited > 0) observer.wait(call, waited)
      const token = await this.#token?.get()
      if (signal?.aborted) throw new AbortedError()
      observer.call(call)
      const attempt = { call, number, chance: Math.random() }
      const verdict = await send(this.#requester, call, {
        token,
        timeoutMs: this.#timeoutMs,
        signal,
      }).then(
        (reply) => {
          this.#budget.learn(reply.headers)
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
      else await this.#clock.sleep(verdict.waitMs, signal)
    }
  }
}
