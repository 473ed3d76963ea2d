import type { z } from '@hono/zod-openapi'
import type { HandlerContext } from '../context.js'
import {
  afterId,
  columnFilters,
  type FilteredColumn,
  flag,
  idParameters,
  limit,
  query,
  statusFilter,
  updatedSince,
} from '../parameters.js'
import { defineRoute, problems } from '../router.js'

/** The route of a page of rows: of the records of an object, or of owners and teams. */
export function pageRoute(
  context: HandlerContext,
  {
    name,
    columns,
    isDated,
    description,
    schema,
    refusals = [],
  }: {
    name: string
    columns: Readonly<Record<string, FilteredColumn>>
    /** Whether HubSpot dates every change, so that rows can be filtered by that. */
    isDated: boolean
    description: string
    schema: z.ZodObject
    refusals?: 404[]
  },
) {
  const parameters = { limit: limit(context.maxLimit), after: afterId, status: statusFilter }
  const own = isDated ? { ...parameters, updatedSince } : parameters
  const filters = columnFilters({ columns }, Object.keys(own))
  return defineRoute(context, 'read', {
    method: 'get',
    path: `/${name}`,
    tags: [name],
    summary: `A page of ${name}`,
    description,
    request: { query: query({ ...own, ...filters }) },
    responses: {
      200: { description: 'A page.', content: { 'application/json': { schema } } },
      ...problems(400, ...refusals),
    },
  })
}

/** The parameters of a page, as the mirror's `list` takes them. */
export function listed(
  { limit, after, status, updatedSince, ...where }: PageQuery,
  { maxLimit }: Pick<HandlerContext, 'maxLimit'>,
) {
  return {
    after,
    limit: limit ?? usualLimit(maxLimit),
    status,
    updatedSince,
    where: where as { [column: string]: string | number | boolean | null },
    raw: false as const,
  }
}

/** How many results a page has by default. */
export function usualLimit(maxLimit: number): number {
  return Math.min(100, maxLimit)
}

/** The values of columns, beside the parameters that every page has. */
type PageQuery = { [column: string]: unknown } & {
  limit?: number | undefined
  after?: string | undefined
  status?: 'ACTIVE' | 'ARCHIVED' | 'ALL' | undefined
  updatedSince?: string | undefined
}

/** The route of one row. */
export function detailRoute(
  context: HandlerContext,
  {
    name,
    summary,
    description,
    is,
    schema,
  }: {
    name: string
    summary: string
    description?: string
    /** What the reply is: `The record.` */
    is: string
    schema: z.ZodObject
  },
) {
  return defineRoute(context, 'read', {
    method: 'get',
    path: `/${name}/{id}`,
    tags: [name],
    summary,
    ...(description === undefined ? {} : { description }),
    request: { params: idParameters, query: query({ raw: flag }) },
    responses: {
      200: { description: is, content: { 'application/json': { schema } } },
      ...problems(400, 404),
    },
  })
}
