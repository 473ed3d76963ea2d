import type { OpenAPIHono } from '@hono/zod-openapi'
import { isHubsyncError } from '@hubsync/core'
import type { HandlerContext } from '../context.js'
import { inTime, PATIENCE_MS } from '../in-time.js'
import { flag, query } from '../parameters.js'
import { Problem, problemOf } from '../problem.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { acceptedSchema, runSchema } from '../run-schemas.js'
import { alreadyRunning, type RunningJobs } from '../running-jobs.js'
import type { Run } from '../runs.js'

/** The routes that start jobs: everything that is due, those of each object, and the associations. */
export function mountTriggers(app: OpenAPIHono, context: HandlerContext): void {
  const { sync, jobs } = context
  if (!sync || !jobs) return
  mountTrigger(app, context, jobs, { path: '/etl/hubspot', job: undefined })
  const mountJob = (path: string, job: string) =>
    mountTrigger(app, context, jobs, { path: `/etl/hubspot/${path}`, job })
  for (const { name } of sync.objects) {
    // HubSpot may no longer have the type. Its rows are still there.
    if (!sync.jobs.includes(name)) continue
    mountJob(name, name)
    mountJob(`${name}/archived`, `${name}:archived`)
  }
  if (sync.jobs.includes('associations')) mountJob('associations', 'associations')
}

function mountTrigger(
  app: OpenAPIHono,
  context: HandlerContext,
  jobs: RunningJobs,
  { path, job }: { path: string; job: string | undefined },
): void {
  const route = defineRoute(context, 'trigger', {
    method: 'post',
    path,
    tags: ['runs'],
    summary: job === undefined ? 'Starts everything that is due' : `Starts the job ${job}`,
    request: { query: query({ wait: flag }) },
    responses: {
      200: {
        description: 'With `wait=true`: the run, after it has ended.',
        content: { 'application/json': { schema: runSchema } },
      },
      202: {
        description: 'The run has started. `Location` is its URL.',
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
      const { id, jobs: started, startedAt } = run.now
      const headers = { location: `${context.basePath}/etl/hubspot/runs/${id}` }
      if (c.req.valid('query').wait !== 'true') {
        const accepted = { runId: id, status: 'running' as const, jobs: started, startedAt }
        return reply(c, accepted, { status: 202, headers })
      }
      await run.done
      if (run.error !== undefined) throw failed(context, run.error, id)
      const left = leftToOthers(run.now)
      if (left) throw alreadyRunning(left.heldBy?.run)
      return reply(c, run.now, { status: 200, headers })
    },
    // A run takes as long as HubSpot has records.
    Number.POSITIVE_INFINITY,
  )
}

/** A job of the run, if all of them were left to others, which had them first or took them over since. */
function leftToOthers({ counts }: Run) {
  const reports = Object.values(counts ?? {})
  return reports.every(({ status }) => status === 'skipped') ? reports[0] : undefined
}

/** The problem for a run that rejected, so that it has no report. */
function failed({ logger }: HandlerContext, error: unknown, runId: string): Problem {
  logger?.error({ runId, error }, `run failed: ${String(error)}`)
  const problem = problemOf(error, { runId })
  return isHubsyncError(error)
    ? problem
    : new Problem(problem.status, problem.code, problem.detail, { runId })
}
