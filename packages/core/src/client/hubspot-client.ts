import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.js'
import { AbortedError } from '../errors.js'
import { type ApiCall, createEndpoints, type Endpoints } from './endpoints.js'
import { HubspotTime } from './hubspot-time.js'
import type { Lane } from './limits.js'
import type { Turn } from './paced-lane.js'
import { PieceSize } from './piece-size.js'
import { type FixedLimits, RateBudget } from './rate-budget.js'
import { judgeReply, judgeThrown } from './retry.js'
import { inRunTime, mostMs, noTokenInTime, noTurnInTime, type RunTime } from './run-time.js'
import type { TokenSource } from './token.js'
import { type ApiRequester, type Reply, send } from './transport.js'

/** Observes what happens to a call. */
export interface CallObserver {
  /** An attempt is about to be sent. An error that is thrown here stops it. */
  call(call: ApiCall): void
  /** The call will be sent again. */
  retry(
    call: ApiCall,
    retry: { attempt: number; waitMs: number; throttled: boolean; why: string },
  ): void
  /** An attempt has ended: with a reply, whatever its status, or without one. */
  answered(call: ApiCall, attempt: Answered): void
  /** The call waited for its turn. */
  wait(call: ApiCall, ms: number): void
}

/** How an attempt ended. Moments are in milliseconds since 1970. */
interface Answered {
  /** Counted from 1. */
  attempt: number
  reply: Reply | undefined
  sentAt: number
  endedAt: number
}

/** HubSpot for one job of one run: it answers, or throws an error that says what to do. */
export interface Hubspot {
  readonly endpoints: Endpoints
  /**
   * The present moment by HubSpot's clock. Call the function after a reply has come: only then is it known how far off
   * this machine's clock is.
   */
  now(): () => string
  /** How many records, up to `most`, a kind of call asks for at once. All jobs share what was learned about that. */
  pieceSize(kind: string, most: number): PieceSize
  /**
   * What replies have shown about something, such as which properties of a type HubSpot leaves out. Empty at first. All
   * jobs share it, and add to it.
   *
   * @param subject - what it is about.
   */
  learned(subject: string): Set<string>
  /** Resolves to a successful reply, whose JSON is an object. */
  ask(call: ApiCall): Promise<Reply>
  /**
   * How many calls this job should have under way, so that the lane's limit is the bottleneck and not HubSpot's
   * latency. Calls of other jobs with precedence are subtracted. At least one.
   */
  callsToFill(lane: Lane): number
}

/** The place of a job's calls among all others. */
interface Place extends RunTime {
  /** Calls with lower numbers go first when they wait for the same limit. */
  priority: number
}

/** The latency that a lane is expected to have before its first reply, in milliseconds. */
const FIRST_LATENCY_MS = 250
/** Most calls at once, however slow HubSpot is. */
const MOST_AT_ONCE = 24

/** The client of one portal. All jobs share its token, limits and retries. */
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

  readonly #pieceSizes = new Map<string, PieceSize>()
  readonly #learned = new Map<string, Set<string>>()
  readonly time: HubspotTime
  #reached = false
  #calls = 0
  /** By priority: how many calls wait for their turn or for a reply. */
  readonly #underWay: Record<Lane, Map<number, number>> = {
    burst: new Map(),
    search: new Map(),
    associations: new Map(),
  }

  constructor(parts: {
    requester: ApiRequester
    /** Absent if the requester adds its own token. */
    token?: TokenSource | undefined
    clock: Clock
    apiVersion: string
    limits?: FixedLimits
    timeoutMs: number
  }) {
    this.endpoints = createEndpoints(parts.apiVersion)
    this.#requester = parts.requester
    this.#token = parts.token
    this.#clock = parts.clock
    this.time = new HubspotTime(parts.clock)
    this.#budget = new RateBudget(parts.clock, parts.limits)
    this.#timeoutMs = parts.timeoutMs
  }

  /** The daily limit and what is left of it, as HubSpot last reported. */
  get daily(): { limit: number; remaining: number } | undefined {
    return this.#budget.daily
  }

  /** How many requests were sent, repeated ones included. */
  get calls(): number {
    return this.#calls
  }

  /** The milliseconds from one call of a lane to the next, by the limits known now. */
  spacing(lane: Lane): number {
    return this.#budget.spacing(lane)
  }

  /** HubSpot for one job. `observer` hears of its calls. */
  observedBy(observer: CallObserver, place: Place = { priority: 0 }): Hubspot {
    const { priority } = place
    const own = { burst: 0, search: 0, associations: 0 }
    const count = (lane: Lane, change: 1 | -1) => {
      own[lane] += change
      const calls = this.#underWay[lane]
      calls.set(priority, (calls.get(priority) ?? 0) + change)
    }
    return {
      endpoints: this.endpoints,
      now: () => this.time.mark(),
      pieceSize: (kind, most) => this.#pieceSize(kind, most),
      learned: (subject) => this.#learnedAbout(subject),
      ask: async (call) => {
        count(call.lane, 1)
        try {
          return await this.#ask(call, observer, place)
        } finally {
          count(call.lane, -1)
        }
      },
      callsToFill: (lane) => {
        const ofOthers = this.#callsUpTo(lane, priority) - own[lane]
        return Math.max(1, this.#callsToFill(lane) - ofOthers)
      },
    }
  }

  #pieceSize(kind: string, most: number): PieceSize {
    const size = this.#pieceSizes.get(kind) ?? new PieceSize(most)
    this.#pieceSizes.set(kind, size)
    return size
  }

  #learnedAbout(subject: string): Set<string> {
    const learned = this.#learned.get(subject) ?? new Set()
    this.#learned.set(subject, learned)
    return learned
  }

  /** How many calls of this priority and of those with precedence are under way. */
  #callsUpTo(lane: Lane, priority: number): number {
    let sum = 0
    for (const [each, calls] of this.#underWay[lane]) if (each <= priority) sum += calls
    return sum
  }

  #callsToFill(lane: Lane): number {
    const inOneLatency = this.#latency[lane] / this.#budget.spacing(lane)
    // Half as many more: otherwise a lane that fell behind could not catch up.
    return Math.min(MOST_AT_ONCE, Math.ceil(1.5 * inOneLatency) + 1)
  }

  async #ask(call: ApiCall, observer: CallObserver, place: Place): Promise<Reply> {
    const { signal, priority } = place
    let renewed = false
    for (let number = 1; ; number++) {
      const turn = await inRunTime(
        place,
        (signal) => this.#budget.take(call.lane, priority, signal),
        () => noTurnInTime(call),
      )
      const { token, verdict } = await this.#attempt(call, number, observer, turn, place).finally(
        () => turn.end(),
      )
      if ('reply' in verdict) return verdict.reply
      if (verdict.kind === 'fail') {
        if (verdict.pauseMs !== undefined) this.#budget.pause(call.lane, verdict.pauseMs)
        throw verdict.error
      }
      if (verdict.kind === 'renew-token') {
        const renew = async () => token !== undefined && this.#token?.renew(token)
        if (renewed || !(await inRunTime(place, renew, noTokenInTime))) throw verdict.error
        renewed = true
        continue
      }
      if (verdict.kind !== 'retry') continue
      if (signal?.aborted) throw new AbortedError()
      observer.retry(call, { attempt: number, ...verdict })
      if (verdict.throttled) this.#budget.pause(call.lane, verdict.waitMs)
      else await this.#sleep(verdict.waitMs, signal)
    }
  }

  /** Sends a call once, and judges its outcome. */
  async #attempt(call: ApiCall, number: number, observer: CallObserver, turn: Turn, place: Place) {
    const { signal, msLeft } = place
    if (signal?.aborted) throw new AbortedError()
    if (turn.waited > 0) observer.wait(call, turn.waited)
    const token = await inRunTime(place, async () => this.#token?.get(), noTokenInTime)
    if (signal?.aborted) throw new AbortedError()
    observer.call(call)
    this.#calls++
    const sentAt = this.#clock.now()
    const attempt = { call, number, chance: Math.random(), msLeft, reached: this.#reached }
    const timeoutMs = Math.min(this.#timeoutMs, Math.max(0, mostMs(msLeft) ?? this.#timeoutMs))
    const sending = send(this.#requester, call, { token, timeoutMs, signal })
    // If the clock fails, that error is thrown where the call is awaited.
    handedOver()
      .then(() => turn.leave())
      .catch(() => {})
    const verdict = await sending.then(
      (reply) => {
        this.#reached = true
        turn.answered()
        this.#budget.learn(reply.headers, turn)
        const endedAt = this.#clock.now()
        this.time.learn(reply.headers, sentAt, endedAt)
        observer.answered(call, { attempt: number, reply, sentAt, endedAt })
        const took = Math.max(0, endedAt - sentAt)
        this.#latency[call.lane] += (took - this.#latency[call.lane]) / 8
        const judged = judgeReply(reply, { ...attempt, now: endedAt })
        return judged.kind === 'ok' ? { ...judged, reply } : judged
      },
      (thrown: unknown) => {
        const endedAt = this.#clock.now()
        observer.answered(call, { attempt: number, reply: undefined, sentAt, endedAt })
        return judgeThrown(thrown, { ...attempt, now: endedAt })
      },
    )
    return { token, verdict }
  }

  /** Clocks reject with different errors when they are aborted. */
  async #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(ms, signal)
    } catch (error) {
      throw signal?.aborted ? new AbortedError() : error
    }
  }
}

/**
 * Resolves when a request that was just handed to `fetch` has been sent, if a connection was open for it. A commit
 * before that would delay both.
 */
async function handedOver(): Promise<void> {
  // A connection whose last reply has just ended takes the next request one turn of the event loop later.
  await setImmediate()
  await setImmediate()
}
