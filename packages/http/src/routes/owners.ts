import type { OpenAPIHono } from '@hono/zod-openapi'
import { referenceTables } from '@hubsync/core/store'
import type { HandlerContext } from '../context.js'
import { Problem } from '../problem.js'
import { readPeople } from '../read-part.js'
import { memberSchemas } from '../reference-schemas.js'
import { reply } from '../reply.js'
import { serve } from '../router.js'
import { nameOf } from '../summary-name.js'
import { detailRoute, listed, pageRoute } from './row-routes.js'

type Name = keyof typeof memberSchemas

/** The routes of owners and of teams: pages of them, and each with those at the other end. */
export function mountOwners(app: OpenAPIHono, context: HandlerContext): void {
  for (const name of ['owners', 'teams'] as const) {
    mountPage(app, context, name)
    mountDetail(app, context, name)
  }
}

function mountPage(app: OpenAPIHono, context: HandlerContext, name: Name): void {
  const { reader } = context
  const route = pageRoute(context, {
    name,
    columns: columnsOf(name),
    isDated: false,
    description:
      'In the order of the ids as text. Filters are combined: a result has all their values.',
    schema: memberSchemas[name].page,
    refusals: [404],
  })
  serve(app, route, async (c, signal) => {
    const wanted = { ...listed(c.req.valid('query'), context), signal }
    const page = await readPeople(
      reader,
      signal,
      () => reader.list(name, wanted),
      ({ results }) => results.length === 0,
    )
    return reply(c, page, { cache: 'revalidate' }) as never
  })
}

function mountDetail(app: OpenAPIHono, context: HandlerContext, name: Name): void {
  const { reader } = context
  const other = name === 'owners' ? 'teams' : 'owners'
  const route = detailRoute(context, {
    name,
    summary: `One of the ${name}, with its ${other}`,
    is: `The ${name === 'owners' ? 'owner' : 'team'}.`,
    schema: memberSchemas[name].detail,
  })
  serve(app, route, async (c, signal) => {
    const { id } = c.req.valid('param')
    const raw = c.req.valid('query').raw === 'true'
    const row = await readPeople(
      reader,
      signal,
      () => reader.get(name, id, { raw, signal }),
      (found) => found === null,
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

/** The columns that owners or teams are filtered by. Each has the name of HubSpot's field. */
function columnsOf(name: Name) {
  const columns = referenceTables.find((table) => table.name === name)?.columns ?? []
  const own = columns.filter((column) => !column.name.startsWith('source'))
  return Object.fromEntries(
    own.map((column) => [column.name, { kind: column.kind, property: column.name }]),
  )
}
