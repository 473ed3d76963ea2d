import { z } from '@hono/zod-openapi'
import { count, moment } from './schemas.js'

const text = (description: string) => z.string().nullable().openapi({ description })

const valueSchema = z
  .strictObject({
    property: z.string().openapi({ description: "The property, by HubSpot's internal name." }),
    changedAt: moment().openapi({ description: 'When the value was written in HubSpot.' }),
    ordinal: count().openapi({
      description: 'The place among the values of the same moment. 0 nearly always.',
    }),
    value: text('The value as HubSpot has it, as text. Empty where it was cleared.'),
    label: text(
      "What HubSpot's pages show for a stage, a pipeline or an owner. Null for other properties.",
    ),
    sourceType: z.string().openapi({ description: 'What wrote it: `CRM_UI`, `API` and others.' }),
    sourceRef: text("HubSpot's `sourceId`: a user, a worker, a record."),
    sourceLabel: text("HubSpot's name of the source."),
    userId: text('The user who wrote it.'),
    userName: text('The name of that user. Null if the mirror does not have it.'),
    mergedFrom: text('The record that had the value, if it was merged into this one.'),
    isAfterGap: z.boolean().openapi({
      description:
        'Whether there may have been other values between this one and the one before it, which HubSpot had dropped before they were read.',
    }),
  })
  .openapi('HistoryValue')

/** A page of the history of a record. */
export const historyPageSchema = z
  .strictObject({
    results: z.array(valueSchema),
    paging: z.strictObject({ next: z.strictObject({ after: z.string() }).optional() }),
  })
  .openapi('HistoryPage')

const gapSchema = z
  .strictObject({
    object: z.string(),
    id: z.string(),
    property: z.string(),
    after: moment().nullable(),
    before: moment(),
  })
  .openapi('HistoryGap')

/** The history in the status of an object. Absent if none is kept. */
export const historyStatusSchema = z
  .strictObject({
    lacking: z.array(z.string()),
    readAt: moment().nullable(),
    gaps: count(),
    gapsByProperty: z.record(z.string(), count()),
    gapExamples: z.array(gapSchema),
  })
  .optional()
  .openapi({
    description:
      'The history of properties. Absent if none is kept. `lacking`: what the next run reads of it; `gaps`: how many the mirror has; `gapExamples`: those that were found last.',
  })

/** The history in the report of a job. Absent if none was read. */
export const historyReportSchema = z
  .strictObject({
    added: count(),
    gaps: count(),
    gapExamples: z.array(gapSchema),
    filled: count(),
    tied: count(),
    undated: count(),
    unsettled: count(),
    unsettledExamples: z.array(
      z.strictObject({ object: z.string(), id: z.string(), property: z.string() }),
    ),
  })
  .optional()
  .openapi({ description: 'What was read of the history of properties. Absent if none was.' })
