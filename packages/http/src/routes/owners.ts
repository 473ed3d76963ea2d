import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MirrorReader } from '@hubsync/core'
import { referenceTables } from '@hubsync/core/store'
import type { HandlerContext } from '../context.js'
import {
  afterId,
  columnFilters,
  flag,
  idParameters,
  limit,
  query,
  statusFilter,
} from '../parameters.js'
import { Problem } from '../problem.js'
import { readPart } from '../read-part.js'
import { memberSchemas } from '../reference-schemas.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { nameOf } from '../summary-name.js'

type Name = keyof typeof memberSchemas

/** The routes of owners and of teams: pages of them, and each with those at the other end. */
export function mountOwners(app: OpenAPIHono, context: HandlerContext): void {
  for (const name of ['owners', 'teams'] as const) {
    mountPage(app, context, name)
    mountDetail(app, context, name)
  }
}

function mountPage(app: OpenAPIHono, context: HandlerContext, name: Name): void {
  const { reader, maxLimit } = context
  const own = { limit: limit(maxLimit), after: afterId, status: statusFilter }
  const filters = columnFilters({ columns: columnsOf(name) }, Object.keys(own))
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: `/${name}`,
    tags: [name],
    summary: `A page of ${name}`,
    description:
      'In the order of the ids as text. Filters are combined: a result has all their values.',
    request: { query: query({ ...own, ...filters }) },
    responses: {
      200: {
        description: 'A page.',
        content: { 'application/json': { schema: memberSchemas[name].page } },
      },
      ...problems(400, 404),
    },
  })
  serve(app, route, async (c, signal) => {
    const { limit = Math.min(100, maxLimit), after, status, ...where } = c.req.valid('query')
    const page = await readPart(
      { reader, part: 'owners', signal },
      () => reader.list(name, { after, limit, status, where, raw: false, signal }),
      async ({ results }) => results.length === 0 && (await hasNoOwner(reader, signal)),
    )
    return reply(c, page, { cache: 'revalidate' }) as never
  })
}

function mountDetail(app: OpenAPIHono, context: HandlerContext, name: Name): void {
  const { reader } = context
  const other = name === 'owners' ? 'teams' : 'owners'
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: `/${name}/{id}`,
    tags: [name],
    summary: `One of the ${name}, with its ${other}`,
    request: { params: idParameters, query: query({ raw: flag }) },
    responses: {
      200: {
        description: `The ${name === 'owners' ? 'owner' : 'team'}.`,
        content: { 'application/json': { schema: memberSchemas[name].detail } },
      },
      ...problems(400, 404),
    },
  })
  serve(app, route, async (c, signal) => {
    const { id } = c.req.valid('param')
    const raw = c.req.valid('query').raw === 'true'
    const row = await readPart(
      { reader, part: 'owners', signal },
      () => reader.get(name, id, { raw, signal }),
      async (found) => found === null && (await hasNoOwner(reader, signal)),
    )
    if (!row)
      throw new Problem(404, 'NOT_FOUND', `Expected the id of one of the ${name} in the mirror.`)
    const members = await reader.related(name, id, other, { raw: false, signal })
    const named = members.map(({ record, isPrimary }) => ({
      id: record.id,
      name: nameOf({ ...record }),
      isPrimary,
    }))
    return reply(c, { ...row, [other]: named }, { cache: 'revalidate' }) as never
  })
}

/** Whether the store has no owner at all. Teams come with owners. */
async function hasNoOwner(reader: MirrorReader, signal: AbortSignal): Promise<boolean> {
  const any = { limit: 1, status: 'ALL', raw: false, signal } as const
  return (await reader.list('owners', any)).results.length === 0
}

/** The columns that owners or teams are filtered by. Each has the name of HubSpot's field. */
function columnsOf(name: Name) {
  const columns = referenceTables.find((table) => table.name === name)?.columns ?? []
  const own = columns.filter((column) => !column.name.startsWith('source'))
  return Object.fromEntries(
    own.map((column) => [column.name, { kind: column.kind, property: column.name }]),
  )
}
