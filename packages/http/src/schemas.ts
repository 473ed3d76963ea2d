import { z } from '@hono/zod-openapi'
import type { Column, ColumnKind, ObjectDefinition } from '@hubsync/core'
import { historyReportSchema, historyStatusSchema } from './history-schemas.js'
import { labelsBeside } from './labels.js'

export const moment = () => z.string().openapi({ format: 'date-time' })
const count = () => z.int().min(0)

const values: Record<ColumnKind, () => z.ZodType> = {
  text: () => z.string(),
  email: () => z.string(),
  phone: () => z.string(),
  integer: () => z.int(),
  number: () => z.number(),
  decimal: () => z.string().openapi({ description: 'An exact decimal number.' }),
  boolean: () => z.boolean(),
  date: () => z.string().openapi({ format: 'date' }),
  datetime: moment,
  list: () => z.array(z.string()),
}

const columnSchema = ({ kind, property }: Column) =>
  values[kind]()
    .nullable()
    .openapi({ description: `HubSpot's \`${property}\`.` })

const labelSchema = (column: string) =>
  z
    .string()
    .nullable()
    .openapi({
      description: `What HubSpot's pages show for \`${column}\`. Null if HubSpot doesn't list it.`,
    })

export const statusSchema = z.enum(['ACTIVE', 'ARCHIVED'])

const summarySchema = z
  .strictObject({
    id: z.string(),
    name: z
      .string()
      .nullable()
      .openapi({ description: 'The name of the record, if one of its columns has one.' }),
    labels: z
      .array(z.string())
      .openapi({ description: 'The labels of the associations that have one, such as `Primary`.' }),
  })
  .openapi('Summary')

const nextSchema = z
  .strictObject({ after: z.string() })
  .optional()
  .openapi({ description: 'The cursor of the next page. Absent on the last page.' })
export const pagingSchema = z.strictObject({ next: nextSchema })

export const rawSchema = z
  .looseObject({})
  .optional()
  .openapi({ description: "HubSpot's whole object. Only with `raw=true`." })

/** `line_items` as `LineItems`. */
function componentName(object: string): string {
  return object.replace(/(^|_+)(\w)/g, (_, __, letter: string) => letter.toUpperCase())
}

/** The schemas of an object's records, from the columns of its definition. */
export function recordSchemas(object: ObjectDefinition, others: readonly string[]) {
  const { name, columns } = object
  const title = componentName(name)
  const labels = labelsBeside(object)
  const record = z.strictObject({
    id: z.string(),
    status: statusSchema,
    url: z.string().nullable(),
    createdAt: moment().nullable(),
    updatedAt: moment(),
    archivedAt: moment().nullable(),
    ...Object.fromEntries(
      Object.entries(columns).flatMap(([column, definition]) => [
        [column, columnSchema(definition)],
        ...labels
          .filter((label) => label.column.name === column)
          .map((label) => [label.name, labelSchema(column)]),
      ]),
    ),
  })
  const further = z.strictObject(
    Object.fromEntries(others.map((other) => [other, pagingSchema.optional()])),
  )
  return {
    page: z
      .strictObject({
        results: z.array(record.openapi(`${title}Record`)),
        paging: pagingSchema,
        completeUpTo: moment().nullable().openapi({
          description:
            "Every change up to this time of HubSpot's clock is in the mirror. Null until the first read is complete.",
        }),
      })
      .openapi(`${title}Page`),
    detail: record
      .extend({
        ...Object.fromEntries(others.map((other) => [other, z.array(summarySchema)])),
        paging: further.optional().openapi({
          description: 'The cursors of lists of associated records that are cut off.',
        }),
        raw: rawSchema,
      })
      .openapi(`${title}Detail`),
  }
}

export const summaryPageSchema = z
  .strictObject({ results: z.array(summarySchema), paging: pagingSchema })
  .openapi('SummaryPage')

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({ description: 'The kind of error, for programs to decide by.' }),
    detail: z.string(),
    errors: z
      .array(z.strictObject({ in: z.string(), name: z.string(), expected: z.string() }))
      .optional(),
    mergedInto: z.string().optional(),
    runId: z.string().optional(),
  })
  .openapi('Problem')

const jobStatus = z.enum(['complete', 'partial', 'failed', 'skipped']).openapi({
  description: '`skipped`: another run is at this job.',
})
const errorSchema = z.strictObject({ code: z.string(), message: z.string() }).openapi('RunError')

const leftOutSchema = z
  .strictObject({ of: z.array(z.string()), scopes: z.array(z.string()), message: z.string() })
  .openapi({
    description:
      'What the token may not read, the names of what that would have been of, and the scopes that it lacks for it.',
  })

const partSchema = z
  .strictObject({
    readAt: moment().nullable(),
    rows: z.record(z.string(), count()),
    leftOut: leftOutSchema.nullable(),
  })
  .openapi('ReferenceStatus')

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

const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])

export const changesSchema = z
  .strictObject({
    results: z.array(
      z
        .strictObject({
          seq: z.int(),
          object: z.string(),
          id: z.string(),
          kind: z.enum(['created', 'updated', 'archived', 'restored', 'merged', 'removed']),
          columns: z.record(z.string(), z.strictObject({ old: valueSchema, new: valueSchema })),
          at: moment(),
        })
        .openapi('Change'),
    ),
    cursor: z.string().openapi({
      description:
        'The `after` of the next page. It stays the same if nothing is new. Treat it as opaque: its format may change.',
    }),
    forgotten: z.boolean().openapi({
      description: 'Without `after`: whether changes before these were already forgotten.',
    }),
  })
  .openapi('ChangePage')

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
