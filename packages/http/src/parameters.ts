import { z } from '@hono/zod-openapi'
import type { Column, ColumnKind } from '@hubsync/core'
import { filterExpectations, filterFromText } from '@hubsync/core/store'

/** A schema of a query: only these parameters, each at most once. */
export function query<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape)
  const only =
    names.length === 0 ? 'no query parameters' : `only the query parameters ${names.join(', ')}`
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `Expected ${only}.` : undefined),
  })
}

const idExpected = 'a record id: 1 to 20 digits'

/** A record id, in a path. */
export const idParameters = z.strictObject({
  id: z
    .string(idExpected)
    .regex(/^\d{1,20}$/, idExpected)
    .openapi({ description: "HubSpot's id of the record.", example: '501' }),
})

/**
 * The name of an object, in a path. Any text is valid, because the answer to an unknown name is 404.
 *
 * @param names - those of the objects of the mirror.
 */
export function objectParameters(names: readonly string[]) {
  const known = names.length > 0 ? { enum: [...names] } : {}
  return z.strictObject({
    object: z.string().openapi({ description: 'The name of an object.', ...known }),
  })
}

/** The cursor of a page of records. */
export const afterId = z
  .string('the `paging.next.after` of a page')
  .regex(/^\d{1,20}$/, 'the `paging.next.after` of a page')
  .optional()
  .openapi({ description: 'The `paging.next.after` of the page before.' })

/** The maximum number of results. */
export function limit(most: number) {
  const expected = `an integer from 1 to ${most}`
  return z
    .string(expected)
    .regex(/^[1-9]\d{0,3}$/, expected)
    .transform(Number)
    .refine((value) => value <= most, expected)
    .optional()
    .openapi({ type: 'integer', minimum: 1, maximum: most, default: Math.min(100, most) })
}

/** `true` or `false`. The default is false. */
export const flag = z.enum(['true', 'false'], 'true or false').optional()

export const statusFilter = z
  .enum(['ACTIVE', 'ARCHIVED', 'ALL'], 'ACTIVE, ARCHIVED or ALL')
  .optional()
  .openapi({ default: 'ACTIVE' })

const aMoment = 'a moment from 1970 to 9999, such as 2026-03-30T12:00:00Z (a + is written %2B)'
const moments = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** From the year 10000 on, ISO dates have another form, which databases refuse. */
const END = Date.UTC(10_000, 0)

export const updatedSince = z
  .string(aMoment)
  .regex(moments, aMoment)
  .refine((value) => Date.parse(value) >= 0 && Date.parse(value) < END, aMoment)
  .transform((value) => new Date(value).toISOString())
  .optional()
  .openapi({
    type: 'string',
    format: 'date-time',
    description: 'Only records modified in HubSpot at this time or later.',
  })

/** The type of a column's values in the OpenAPI document. */
const types: Record<
  ColumnKind,
  { type: 'string' | 'integer' | 'number' | 'boolean'; format?: string }
> = {
  text: { type: 'string' },
  email: { type: 'string' },
  phone: { type: 'string' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  decimal: { type: 'string' },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  list: { type: 'string' },
}

/**
 * A parameter for each column, by which the rows of an object, or owners and teams, are filtered.
 *
 * @param taken - parameters of the route. A column of such a name has no filter.
 */
export function columnFilters(
  { columns }: { columns: Readonly<Record<string, FilteredColumn>> },
  taken: Iterable<string>,
) {
  const names = new Set(taken)
  const filtered = Object.entries(columns).filter(([name]) => !names.has(name))
  return Object.fromEntries(filtered.map(([name, column]) => [name, columnFilter(column)]))
}

/** What a filter needs to know of a column. */
export type FilteredColumn = Pick<Column, 'kind' | 'property'>

function columnFilter({ kind, property }: FilteredColumn) {
  const expected =
    kind === 'list'
      ? 'empty: lists are only compared with no value'
      : `${filterExpectations[kind]}, or empty for records without a value`
  return z
    .string(expected)
    .transform((text, context) => {
      const value = filterFromText(kind, text)
      if (value !== undefined) return value
      context.addIssue({ code: 'custom', message: expected })
      return z.NEVER
    })
    .optional()
    .openapi({
      ...types[kind],
      description: `Only records with this value of HubSpot's \`${property}\`, in any spelling that means the same. Empty: only records without a value.`,
      param: { allowEmptyValue: true },
    })
}

const aCursor = 'the `cursor` of a page of changes, or `now`'

/**
 * The cursor of the change feed. A plain number, the form of earlier versions, is accepted here and refused by the
 * mirror.
 */
export const afterChange = z
  .string(aCursor)
  .regex(/^(now|\d{1,16}(\.[\w-]{16})?)$/, aCursor)
  .optional()
  .openapi({
    description:
      'The `cursor` of the page before. `now` skips all existing changes and returns the cursor to continue from. If left out, the page starts with the oldest change that is kept.',
  })

export const runParameters = z.strictObject({
  id: z
    .uuid('the id of a run, a UUID')
    .openapi({ description: 'The id of a run, as the reply to starting a job has it.' }),
})
