import { z } from '@hono/zod-openapi'
import { historyStatusSchema } from './history-schemas.js'
import { leftOutSchema, runSchema } from './run-schemas.js'
import { count, moment } from './schemas.js'

const partSchema = z
  .strictObject({
    readAt: moment().nullable(),
    rows: z.record(z.string(), count()),
    leftOut: leftOutSchema.nullable(),
  })
  .openapi('ReferenceStatus')

const statusErrorSchema = z.strictObject({
  job: z.string(),
  code: z.string(),
  message: z.string(),
  category: z.string().nullable(),
  correlationId: z.string().nullable(),
  at: moment(),
  advice: z.string(),
})

export const mirrorStatusSchema = z
  .strictObject({
    portal: z.strictObject({
      portalId: z.string(),
      uiDomain: z.string(),
      timeZone: z.string(),
      firstRunAt: moment(),
      lastRunAt: moment(),
    }),
    objects: z.record(
      z.string(),
      z.strictObject({
        active: count(),
        archived: count(),
        phase: z.enum(['new', 'backfill', 'changes', 'gone']),
        completeUpTo: moment().nullable(),
        backfill: z.strictObject({ read: count(), total: count().nullable() }).nullable(),
        archivedAt: moment().nullable(),
        censusAt: moment().nullable(),
        openWindows: count(),
        unanswered: count(),
        lastRun: z
          .strictObject({
            id: z.string(),
            status: z.enum(['complete', 'partial', 'failed', 'skipped']),
            at: moment(),
          })
          .nullable(),
        lastError: statusErrorSchema.nullable(),
        history: historyStatusSchema,
      }),
    ),
    associations: z.record(
      z.string(),
      z.strictObject({ sweptAt: moment().nullable(), unanswered: count() }),
    ),
    reference: z
      .strictObject({
        owners: partSchema.optional(),
        pipelines: partSchema.optional(),
        catalogue: partSchema.optional(),
      })
      .openapi({
        description: 'What lies around the records. Parts that are left out are absent.',
      }),
    lastRun: runSchema.nullable(),
    lastError: statusErrorSchema.nullable(),
    working: z
      .array(
        z.strictObject({
          job: z.string(),
          run: z.string(),
          since: moment(),
          heardAt: moment(),
          isAlive: z.boolean(),
        }),
      )
      .openapi({ description: 'Who is at which job, in this process or another.' }),
    unindexedFilters: z
      .array(z.strictObject({ object: z.string(), column: z.string(), rows: count() }))
      .openapi({
        description:
          'Columns without an index by which lists were filtered: each such list reads up to so many rows.',
      }),
    definitions: z
      .strictObject({
        added: z.array(
          z.strictObject({
            table: z.string(),
            isNew: z.boolean(),
            columns: z.array(z.string()),
            properties: z.array(z.string()),
            filledFrom: z.enum(['raw', 'hubspot']),
            calls: count().nullable(),
          }),
        ),
        stale: z.array(
          z.strictObject({
            table: z.string(),
            column: z.string().nullable(),
            rows: count(),
            since: moment().nullable(),
            shared: z.boolean(),
            keptAt: moment().optional(),
          }),
        ),
        refused: z.array(
          z.strictObject({
            table: z.string(),
            column: z.string(),
            was: z.string(),
            kind: z.string(),
          }),
        ),
      })
      .openapi({
        description:
          'How the tables differ from the definitions: what the next run adds, what is left stale, and columns whose kind has changed.',
      }),
  })
  .openapi('Status')

export const healthSchema = z
  .strictObject({
    status: z.literal('ok'),
    mirrored: z.boolean().openapi({ description: 'Whether a run has been made.' }),
    objects: z.record(z.string(), z.strictObject({ completeUpTo: moment().nullable() })),
  })
  .openapi('Health')
