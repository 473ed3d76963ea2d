import type { Attributes, Context, Meter, Span, Tracer } from '@opentelemetry/api'
import type { SyncEvent } from '../../events.js'

type Api = typeof import('@opentelemetry/api')

/** One attempt of a call to HubSpot, as it ended. */
interface AnsweredCall {
  method: string
  path: string
  lane: 'burst' | 'search' | 'associations'
  /** 1 for the first attempt. */
  attempt: number
  /** Undefined where no reply came. */
  status: number | undefined
  /** Moments in milliseconds since 1970. */
  sentAt: number
  endedAt: number
}

/** Where the figures go: `hubsync.*` spans and metrics of the host's OpenTelemetry. Without that, nowhere. */
export interface Telemetry {
  /** Begins a run; what it returns is told the rest of it. */
  run(attributes: Attributes): RunTelemetry
}

/** The telemetry of one run. */
export interface RunTelemetry {
  /** Does the work of a job, whose calls become children of its span. */
  job<T>(name: string, work: () => Promise<T>): Promise<T>
  call(job: string, call: AnsweredCall): void
  event(event: SyncEvent): void
  /** How far an object is behind HubSpot, in milliseconds. */
  lag(object: string, ms: number): void
  end(outcome: {
    status: string
    durationMs: number
    calls?: number
    message?: string | undefined
  }): void
}

export const silentRun: RunTelemetry = {
  job: (_, work) => work(),
  call() {},
  event() {},
  lag() {},
  end() {},
}

const silent: Telemetry = { run: () => silentRun }

let loaded: Promise<Telemetry> | undefined

/** The telemetry of this process, looked for once. */
export function loadTelemetry(): Promise<Telemetry> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Telemetry> {
  try {
    // Not a name that bundlers follow: the package is for the host to install, or not.
    const name = '@opentelemetry/api'
    return telemetryOf((await import(name)) as Api)
  } catch {
    return silent
  }
}

/** The telemetry that an OpenTelemetry API leads to. */
function telemetryOf(api: Api): Telemetry {
  // Asked for at each run: the host may register its providers after the first.
  return {
    run: (attributes) =>
      new TracedRun(
        api,
        api.trace.getTracer('@hubsync/core'),
        metersOf(api.metrics.getMeter('@hubsync/core')),
        attributes,
      ),
  }
}

function metersOf(meter: Meter) {
  return {
    calls: meter.createCounter('hubsync.calls', {
      description: 'Requests sent to HubSpot, repeated ones included',
      unit: '{call}',
    }),
    callDuration: meter.createHistogram('hubsync.call.duration', {
      description: 'From sending a request to its reply',
      unit: 's',
    }),
    waits: meter.createHistogram('hubsync.wait.duration', {
      description: "Time that calls waited for one of HubSpot's limits",
      unit: 's',
    }),
    retries: meter.createCounter('hubsync.retries', {
      description: 'Requests sent again',
      unit: '{call}',
    }),
    commits: meter.createCounter('hubsync.commits', {
      description: 'Pages committed to the store',
      unit: '{commit}',
    }),
    rows: meter.createCounter('hubsync.rows', {
      description: 'Rows by what became of them',
      unit: '{row}',
    }),
    lag: meter.createGauge('hubsync.lag', {
      description: 'How far an object is behind HubSpot, at the end of a run',
      unit: 's',
    }),
    runs: meter.createHistogram('hubsync.run.duration', {
      description: 'How long runs take',
      unit: 's',
    }),
  }
}

class TracedRun implements RunTelemetry {
  readonly #api: Api
  readonly #tracer: Tracer
  readonly #meters: ReturnType<typeof metersOf>
  readonly #attributes: Attributes
  readonly #span: Span
  readonly #context: Context
  readonly #jobs = new Map<string, { span: Span; context: Context }>()

  constructor(
    api: Api,
    tracer: Tracer,
    meters: ReturnType<typeof metersOf>,
    attributes: Attributes,
  ) {
    this.#api = api
    this.#tracer = tracer
    this.#meters = meters
    this.#attributes = { 'hubsync.portal_id': attributes['hubsync.portal_id'] ?? '' }
    this.#span = tracer.startSpan('hubsync.run', { attributes })
    this.#context = api.trace.setSpan(api.context.active(), this.#span)
  }

  async job<T>(name: string, work: () => Promise<T>): Promise<T> {
    const attributes = { ...this.#attributes, 'hubsync.job': name }
    const span = this.#tracer.startSpan(`hubsync.job ${name}`, { attributes }, this.#context)
    const context = this.#api.trace.setSpan(this.#context, span)
    this.#jobs.set(name, { span, context })
    try {
      return await this.#api.context.with(context, work)
    } finally {
      this.#jobs.delete(name)
      span.end()
    }
  }

  call(job: string, { method, path, lane, attempt, status, sentAt, endedAt }: AnsweredCall): void {
    const seen = { ...this.#attributes, 'hubsync.lane': lane }
    const outcome = status === undefined ? {} : { 'http.response.status_code': status }
    this.#meters.calls.add(1, { ...seen, ...outcome })
    this.#meters.callDuration.record((endedAt - sentAt) / 1_000, seen)
    const span = this.#tracer.startSpan(
      `${method} ${path}`,
      {
        kind: this.#api.SpanKind.CLIENT,
        startTime: sentAt,
        attributes: {
          ...seen,
          ...outcome,
          'hubsync.job': job,
          'http.request.method': method,
          'url.path': path,
          ...(attempt > 1 ? { 'http.request.resend_count': attempt - 1 } : {}),
        },
      },
      this.#jobs.get(job)?.context ?? this.#context,
    )
    if (status === undefined || status >= 400)
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR })
    span.end(endedAt)
  }

  event(event: SyncEvent): void {
    const seen = { ...this.#attributes, 'hubsync.job': event.job }
    if (event.type === 'wait')
      this.#meters.waits.record(event.waitMs / 1_000, {
        ...this.#attributes,
        'hubsync.lane': event.lane,
      })
    if (event.type === 'retry') this.#meters.retries.add(1, seen)
    if (event.type === 'job-end') this.#jobEnds(event)
    if (event.type !== 'commit') return
    this.#meters.commits.add(1, seen)
    for (const change of ['created', 'updated', 'unchanged', 'archived', 'removed'] as const)
      if (event[change] > 0)
        this.#meters.rows.add(event[change], { ...seen, 'hubsync.change': change })
  }

  lag(object: string, ms: number): void {
    this.#meters.lag.record(ms / 1_000, { ...this.#attributes, 'hubsync.object': object })
  }

  end({ status, durationMs, calls, message }: Parameters<RunTelemetry['end']>[0]): void {
    this.#meters.runs.record(durationMs / 1_000, { ...this.#attributes, 'hubsync.status': status })
    this.#span.setAttribute('hubsync.status', status)
    if (calls !== undefined) this.#span.setAttribute('hubsync.calls', calls)
    if (status === 'failed') this.#fail(this.#span, message)
    this.#span.end()
  }

  #jobEnds({ job, status, reason }: Extract<SyncEvent, { type: 'job-end' }>): void {
    const span = this.#jobs.get(job)?.span
    span?.setAttribute('hubsync.status', status)
    if (span && status === 'failed') this.#fail(span, reason)
  }

  #fail(span: Span, message?: string): void {
    const code = this.#api.SpanStatusCode.ERROR
    span.setStatus(message === undefined ? { code } : { code, message })
  }
}
