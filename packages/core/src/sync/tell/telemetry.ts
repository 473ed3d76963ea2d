import { setImmediate } from 'node:timers/promises'
import type { Attributes, Context, Meter, Span, Tracer } from '@opentelemetry/api'
import type { SyncEvent } from '../../events.js'
import type { Listener } from './event-stream.js'

type Api = typeof import('@opentelemetry/api')

let loaded: Promise<Api | undefined> | undefined

/** Loads the OpenTelemetry API of this process, once. */
export function loadTelemetry(): Promise<Api | undefined> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Api | undefined> {
  try {
    // The package is optional: bundlers must not follow its name, and minifiers must not insert the constant here.
    const name = '@opentelemetry/api'.normalize()
    return (await import(name)) as Api
  } catch {
    return undefined
  } finally {
    // Looking for a package and loading it holds up the event loop, as the beginning of a run does by itself.
    await setImmediate()
  }
}

/** Records spans and metrics of a run, `hubsync.*`, with the host's OpenTelemetry, if there is one. */
export function telemetry(now: () => number): Listener {
  let api: Api | undefined
  let run: TracedRun | undefined
  return {
    async open() {
      api = await loadTelemetry()
    },
    hear(event) {
      // The host may register its providers between two runs.
      if (event.type === 'run-start' && api) run = new TracedRun(api, event, now)
      else run?.hear(event)
    },
    within: (job, work) => run?.within(job, work) ?? work(),
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
      description: 'Rows by what happened to them',
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

class TracedRun {
  readonly #api: Api
  readonly #now: () => number
  readonly #tracer: Tracer
  readonly #meters: ReturnType<typeof metersOf>
  readonly #attributes: Attributes
  readonly #span: Span
  readonly #context: Context
  readonly #jobs = new Map<string, { span: Span; context: Context }>()

  constructor(
    api: Api,
    { run, portalId, jobs }: Extract<SyncEvent, { type: 'run-start' }>,
    now: () => number,
  ) {
    this.#api = api
    this.#now = now
    this.#tracer = api.trace.getTracer('@hubsync/core')
    this.#meters = metersOf(api.metrics.getMeter('@hubsync/core'))
    this.#attributes = { 'hubsync.portal_id': portalId }
    const attributes = { ...this.#attributes, 'hubsync.run_id': run, 'hubsync.jobs': [...jobs] }
    this.#span = this.#tracer.startSpan('hubsync.run', { attributes })
    this.#context = api.trace.setSpan(api.context.active(), this.#span)
  }

  hear(event: SyncEvent): void {
    if (event.type === 'job-start') this.#jobStarts(event.job)
    else if (event.type === 'call') this.#called(event)
    else if (event.type === 'retry') this.#meters.retries.add(1, this.#of(event))
    else if (event.type === 'wait') {
      const seen = { ...this.#attributes, 'hubsync.lane': event.lane }
      this.#meters.waits.record(event.waitMs / 1_000, seen)
    } else if (event.type === 'commit') this.#committed(event)
    else if (event.type === 'job-end') this.#jobEnds(event)
    else if (event.type === 'run-end') this.#runEnds(event)
  }

  /** Runs the work of a job within its span, so that the host's own spans belong to it. */
  within<T>(job: string, work: () => Promise<T>): Promise<T> {
    return this.#api.context.with(this.#jobs.get(job)?.context ?? this.#context, work)
  }

  #of({ job }: { job: string }): Attributes {
    return { ...this.#attributes, 'hubsync.job': job }
  }

  #jobStarts(job: string): void {
    const attributes = this.#of({ job })
    const span = this.#tracer.startSpan(`hubsync.job ${job}`, { attributes }, this.#context)
    this.#jobs.set(job, { span, context: this.#api.trace.setSpan(this.#context, span) })
  }

  #called(event: Extract<SyncEvent, { type: 'call' }>): void {
    const { job, method, path, lane, attempt, status, sentAt, endedAt } = event
    const seen = { ...this.#attributes, 'hubsync.lane': lane }
    const outcome = status === undefined ? {} : { 'http.response.status_code': status }
    this.#meters.calls.add(1, { ...seen, ...outcome })
    this.#meters.callDuration.record((endedAt - sentAt) / 1_000, seen)
    const attributes: Attributes = {
      ...seen,
      ...outcome,
      'hubsync.job': job,
      'http.request.method': method,
      'url.path': path,
    }
    if (attempt > 1) attributes['http.request.resend_count'] = attempt - 1
    const { SpanKind, SpanStatusCode } = this.#api
    const span = this.#tracer.startSpan(
      `${method} ${path}`,
      { kind: SpanKind.CLIENT, startTime: sentAt, attributes },
      this.#jobs.get(job)?.context ?? this.#context,
    )
    if (status === undefined || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endedAt)
  }

  #committed(event: Extract<SyncEvent, { type: 'commit' }>): void {
    const seen = this.#of(event)
    this.#meters.commits.add(1, seen)
    for (const change of ['created', 'updated', 'unchanged', 'archived', 'removed'] as const)
      if (event[change] > 0)
        this.#meters.rows.add(event[change], { ...seen, 'hubsync.change': change })
  }

  #jobEnds({ job, status, reason, calls }: Extract<SyncEvent, { type: 'job-end' }>): void {
    // A job that was never started has no span.
    const span = this.#jobs.get(job)?.span
    this.#jobs.delete(job)
    if (!span) return
    span.setAttributes({ 'hubsync.status': status, 'hubsync.calls': calls })
    if (status === 'failed') this.#fail(span, reason)
    span.end()
  }

  #runEnds(event: Extract<SyncEvent, { type: 'run-end' }>): void {
    const { status, calls, durationMs, completeUpTo, error } = event
    for (const [object, moment] of Object.entries(completeUpTo)) {
      const behindMs = this.#now() - Date.parse(moment)
      this.#meters.lag.record(behindMs / 1_000, { ...this.#attributes, 'hubsync.object': object })
    }
    this.#meters.runs.record(durationMs / 1_000, { ...this.#attributes, 'hubsync.status': status })
    this.#span.setAttributes({ 'hubsync.status': status, 'hubsync.calls': calls })
    if (status === 'failed') this.#fail(this.#span, error?.message)
    this.#span.end()
  }

  #fail(span: Span, message: string | undefined): void {
    const code = this.#api.SpanStatusCode.ERROR
    span.setStatus(message === undefined ? { code } : { code, message })
  }
}
