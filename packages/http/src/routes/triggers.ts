import type { OpenAPIHono } from '@hono/zod-openapi'
import { isHubsyncError } from '@hubsync/core'
import type { HandlerContext } from '../context.js'
import { inTime, PATIENCE_MS } from '../in-time.js'
import { flag, query } from '../parameters.js'
import { Problem, problemOf } from '../problem.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { alreadyRunning, type RunningJobs } from '../running-jobs.js'
import { acceptedSchema, runSchema } from '../schemas.js'

/** The routes that start jobs: those of each object, and the associations. */
export function mountTriggers(app: OpenAPIHono, context: HandlerContext): void {
  const { sync, jobs } = context
  if (!sync || !jobs) return
  for (const { name } of sync.objects) {
    mountTrigger(app, context, jobs, { path: name, job: name })
    mountTrigger(app, context, jobs, { path: `${name}/archived`, job: `${name}:archived` })
  }
  if (sync.jobs.includes('associations'))
    mountTrigger(app, context, jobs, { path: 'associations', job: 'associations' })
}

function mountTrigger(
  app: OpenAPIHono,
  context: HandlerContext,
  jobs: RunningJobs,
  { path, job }: { path: string; job: string },
): void {
  const route = defineRoute(context, 'trigger', {
    method: 'post',
    path: `/etl/hubspot/${path}`,
    tags: ['runs'],
    summary: `Starts the job ${job}`,
    request: { query: query({ wait: flag }) },
    responses: {
      200: {
        description: 'With `wait=true`: the run, after it has ended.',
        content: { 'application/json': { schema: runSchema } },
      },
      202: {
        description: 'The job has started. `Location` is the URL of its run.',
        content: { 'application/json': { schema: acceptedSchema } },
      },
      ...problems(400, 409, 502),
    },
  })
  serve(
    app,
    route,
    async (c, signal) => {
      const run = await inTime(PATIENCE_MS, signal, (signal) => jobs.start(job, signal))
      const { id, startedAt } = run.now
      const headers = { location: `${context.basePath}/etl/hubspot/runs/${id}` }
      if (c.req.valid('query').wait !== 'true') {
        const accepted = { runId: id, status: 'running' as const, jobs: [job], startedAt }
        return reply(c, accepted, { status: 202, headers })
      }
      await run.done
      if (run.error !== undefined) throw failed(context, run.error, id)
      const report = run.now.counts?.[job]
      // Another run had it by the time that this one asked, or took it over since.
      if (report?.status === 'skipped') throw alreadyRunning(report.heldBy?.run)
      return reply(c, run.now, { status: 200, headers })
    },
    // A run takes as long as HubSpot has records.
    Number.POSITIVE_INFINITY,
  )
}

/** The problem for a run that rejected, so that it has no report. */
function failed({ logger }: HandlerContext, error: unknown, runId: string): Problem {
  logger?.error({ runId, error }, `run failed: ${String(error)}`)
  const problem = problemOf(error, { runId })
  return isHubsyncError(error)
    ? problem
    : new Problem(problem.status, problem.code, problem.detail, { runId })
}
