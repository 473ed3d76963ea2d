import { createHubspotSync, memoryStore, type Store } from '@hubsync/core'
import { createPortal } from '@hubsync/emulator'
import { context, metrics, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'

const spans = new InMemorySpanExporter()
const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({
  exporter: figures,
  exportIntervalMillis: 3_600_000,
})
const portal = createPortal({ limits: { burst: 10_000, search: 1_000, associations: 10_000 } })
portal.createMany('contacts', 120, (index) => ({ email: `person-${index}@example.com` }))
const server = setupServer(...portal.handlers())

beforeAll(async () => {
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }),
  )
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  server.listen({ onUnhandledFrame: 'error' })
  portal.fault({ kind: 'html', operation: 'list', times: 1 })
  const sync = createHubspotSync({ accessToken: portal.token, store: memoryStore() })
  await sync.run()
  await sync.close()
  portal.fault({ kind: 'missing-scope', path: '/deals', times: 9 })
  const refused = createHubspotSync({ accessToken: portal.token, store: memoryStore() })
  await refused.run({ jobs: ['deals'] })
  await refused.close()
  portal.clearFaults()
  await reader.forceFlush()
})
afterAll(() => {
  server.close()
  trace.disable()
  metrics.disable()
  context.disable()
})

const named = (name: string) => spans.getFinishedSpans().filter((span) => span.name === name)

/** The points of a metric, by the requested attributes. */
function points(metric: string, ...attributes: string[]) {
  const found = figures
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .find(({ descriptor }) => descriptor.name === metric)
  return (found?.dataPoints ?? []).map(({ attributes: all, value }) => [
    ...attributes.map((name) => all[name]),
    typeof value === 'number' ? value : (value as { count: number }).count,
  ])
}

test('a run is a span that says how it ended', () => {
  const [run] = named('hubsync.run')
  expect(run?.attributes).toMatchObject({
    'hubsync.status': 'complete',
    'hubsync.portal_id': String(portal.portalId),
  })
})

test('a job is a child of its run, and the calls it makes are children of it', () => {
  const [run] = named('hubsync.run')
  const [job] = named('hubsync.job contacts')
  expect(job?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId)
  const pages = spans
    .getFinishedSpans()
    .filter((span) => span.parentSpanContext?.spanId === job?.spanContext().spanId)
  expect(pages.length).toBeGreaterThan(1)
  expect(pages.map(({ attributes }) => attributes['hubsync.job'])).toContain('contacts')
})

test('a job is a span that says how it ended, and with how many calls', () => {
  const [job] = named('hubsync.job contacts')
  expect(job?.attributes).toMatchObject({ 'hubsync.status': 'complete' })
  expect(job?.attributes['hubsync.calls']).toBeGreaterThan(1)
  expect(job?.status.code).toBe(SpanStatusCode.UNSET)
})

test('a job that failed is a span with an error, and the reason', () => {
  const job = named('hubsync.job deals').at(-1)
  expect(job?.attributes).toMatchObject({ 'hubsync.status': 'failed' })
  expect(job?.status).toMatchObject({
    code: SpanStatusCode.ERROR,
    message: expect.stringContaining('scope'),
  })
})

test('calls are counted by lane and status, refused ones too', () => {
  const calls = points('hubsync.calls', 'hubsync.lane', 'http.response.status_code')
  expect(calls).toContainEqual(['burst', 502, 1])
  expect(calls.find(([lane, status]) => lane === 'burst' && status === 200)?.[2]).toBeGreaterThan(2)
})

test('rows are counted by what became of them', () => {
  expect(points('hubsync.rows', 'hubsync.job', 'hubsync.change')).toContainEqual([
    'contacts',
    'created',
    120,
  ])
})

test('each object tells how far it is behind', () => {
  expect(points('hubsync.lag', 'hubsync.object').map(([object]) => object)).toEqual([
    'contacts',
    'companies',
    'deals',
  ])
})

test('a run ends as it should where its store can no longer tell how far an object is behind', async () => {
  const store = memoryStore()
  let isOver = false
  const failing: Store = {
    ...store,
    async commit(batch) {
      isOver ||= Boolean(batch.run?.finishedAt)
      return store.commit(batch)
    },
    async checkpoints(portalId) {
      if (isOver) throw new Error('The store is gone.')
      return store.checkpoints(portalId)
    },
  }
  const sync = createHubspotSync({ accessToken: portal.token, store: failing })
  expect(await sync.run()).toMatchObject({ status: 'complete' })
  expect(isOver).toBe(true)
  await sync.close()
})
