import type { OpenAPIHono } from '@hono/zod-openapi'
import type { HandlerContext } from '../context.js'
import { latestRuns } from '../latest-runs.js'
import { limit, query, runParameters } from '../parameters.js'
import { Problem } from '../problem.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { RunEvents } from '../run-events.js'
import { runSchema, runsSchema } from '../run-schemas.js'
import { type Run, storedRuns } from '../runs.js'
import { usualLimit } from './row-routes.js'

/** How many of the latest runs are searched for an id: first a few, then as many as the mirror returns. */
const LOOKED_THROUGH = [50, 1_000]

/** The routes of the list of runs and of one run. */
export function mountRuns(app: OpenAPIHono, context: HandlerContext): void {
  mountHistory(app, context)
  mountRun(app, context)
}

function mountHistory(app: OpenAPIHono, context: HandlerContext): void {
  const { maxLimit } = context
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: '/etl/hubspot/runs',
    tags: ['runs'],
    summary: 'The latest runs, newest first',
    request: { query: query({ limit: limit(maxLimit) }) },
    responses: {
      200: { description: 'Runs.', content: { 'application/json': { schema: runsSchema } } },
      ...problems(400),
    },
  })
  serve(app, route, async (c, signal) => {
    const { limit = usualLimit(maxLimit) } = c.req.valid('query')
    const results = await latestRuns(context, limit, signal)
    return reply(c, { results }, { cache: 'revalidate' })
  })
}

function mountRun(app: OpenAPIHono, context: HandlerContext): void {
  const events = new RunEvents(context)
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: '/etl/hubspot/runs/{id}',
    tags: ['runs'],
    summary: 'One of the latest 1,000 runs, with its progress while it is running',
    description:
      'With `Accept: text/event-stream` the reply is a stream of events: `progress` whenever the run advances, then `end`. The data of each is the run.',
    request: { params: runParameters, query: query({}) },
    responses: {
      200: {
        description: 'The run.',
        content: {
          'application/json': { schema: runSchema },
          'text/event-stream': { schema: { type: 'string' } },
        },
      },
      ...problems(400, 404),
    },
  })
  serve(app, route, async (c, signal) => {
    const { id } = c.req.valid('param')
    const started = context.jobs?.get(id.toLowerCase())
    const look = (until: AbortSignal) => findRun(context, id.toLowerCase(), until)
    const now = started?.now ?? (await look(signal))
    if (!now)
      throw new Problem(404, 'NOT_FOUND', 'Expected the id of one of the latest 1,000 runs.')
    const wantsEvents = /\btext\/event-stream\b/i.test(c.req.header('accept') ?? '')
    if (wantsEvents) {
      const isHead = c.req.method === 'HEAD'
      return (isHead ? events.head() : events.follow({ now, started, look })) as never
    }
    return reply(c, now)
  })
}

async function findRun(
  { reader }: HandlerContext,
  id: string,
  signal: AbortSignal,
): Promise<Run | undefined> {
  for (const limit of LOOKED_THROUGH) {
    const runs = await storedRuns(reader, limit, signal)
    const found = runs.find((run) => run.id === id)
    if (found || runs.length < limit) return found
  }
  return undefined
}
