import { z } from '@hono/zod-openapi'
import type { Column, ColumnKind, ObjectDefinition } from '@hubsync/core'
import { labelsBeside } from './labels.js'
import { moment, pagingSchema, rawSchema, statusSchema } from './schemas.js'

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

export const summaryPageSchema = z
  .strictObject({ results: z.array(summarySchema), paging: pagingSchema })
  .openapi('SummaryPage')

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
