import { z } from '@hono/zod-openapi'
import { historyReportSchema } from './history-schemas.js'
import { count, moment } from './schemas.js'

const jobStatus = z.enum(['complete', 'partial', 'failed', 'skipped']).openapi({
  description: '`skipped`: another run is at this job.',
})
const errorSchema = z.strictObject({ code: z.string(), message: z.string() }).openapi('RunError')

export const leftOutSchema = z
  .strictObject({ of: z.array(z.string()), scopes: z.array(z.string()), message: z.string() })
  .openapi({
    description:
      'What the token may not read, the names of what that would have been of, and the scopes that it lacks for it.',
  })

/** The report of a job. */
export const jobReportSchema = z
  .strictObject({
    status: jobStatus,
    started: z.boolean(),
    reason: z.string().optional(),
    ...Object.fromEntries(
      [
        'read',
        'created',
        'updated',
        'unchanged',
        'archived',
        'restored',
        'removed',
        'misfits',
        'unlinked',
        'unreadable',
        'calls',
        'retries',
        'durationMs',
      ].map((name) => [name, count()]),
    ),
    error: z
      .strictObject({
        code: z.string(),
        message: z.string(),
        category: z.string().optional(),
        correlationId: z.string().optional(),
        requiredScopes: z.array(z.string()).optional(),
      })
      .optional(),
    history: historyReportSchema,
    leftOut: leftOutSchema.optional(),
    heldBy: z.strictObject({ run: z.string(), since: moment() }).optional().openapi({
      description: 'The run that a skipped job was left to.',
    }),
  })
  .openapi('JobReport')

export const runSchema = z
  .strictObject({
    id: z.string(),
    status: z.enum(['running', 'lost', 'complete', 'partial', 'failed', 'busy']).openapi({
      description:
        '`lost`: silent for 2 minutes, so its process has probably died. `busy`: another run was at all of its jobs.',
    }),
    jobs: z.array(z.string()),
    startedAt: moment(),
    finishedAt: moment().nullable(),
    error: errorSchema.nullable(),
    counts: z.record(z.string(), jobReportSchema).nullable().openapi({
      description: 'The report of each job, after the run has ended.',
    }),
    progress: z
      .record(
        z.string(),
        z
          .strictObject({
            status: z.enum(['running', 'complete', 'partial', 'failed', 'skipped']),
            phase: z.string().nullable(),
            done: count(),
            total: count().nullable(),
          })
          .openapi('JobProgress'),
      )
      .nullable()
      .openapi({ description: 'The progress of each job, while the run is running.' }),
  })
  .openapi('Run')

export const runsSchema = z.strictObject({ results: z.array(runSchema) }).openapi('Runs')

export const acceptedSchema = z
  .strictObject({
    runId: z.string(),
    status: z.literal('running'),
    jobs: z.array(z.string()).openapi({
      description:
        'Empty before the first run of a mirror that asks HubSpot which objects there are.',
    }),
    startedAt: moment(),
  })
  .openapi('AcceptedRun')
