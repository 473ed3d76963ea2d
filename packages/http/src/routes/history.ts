import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ObjectDefinition } from '@hubsync/core'
import type { HandlerContext } from '../context.js'
import { cursorOf, placeOf } from '../history-cursor.js'
import { historyPageSchema } from '../history-schemas.js'
import { idParameters, limit, query } from '../parameters.js'
import { addPath } from '../paths.js'
import { Problem } from '../problem.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { notHere } from './records.js'
import { usualLimit } from './row-routes.js'

/** The route of the history of a record. */
export function mountHistory(
  app: OpenAPIHono,
  context: HandlerContext,
  object: ObjectDefinition,
): void {
  const { reader, maxLimit } = context
  const { name, history } = object
  if (history !== 'all' && history.length === 0) {
    refuseHistory(app, context, name)
    return
  }
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: `/${name}/{id}/history`,
    tags: [name],
    summary: `The values that properties of one of the ${name} had, newest first`,
    description:
      'With the labels of owners, pipelines and stages. What HubSpot no longer has is there too. For a record that was merged the problem has `mergedInto`, whose history has the values of both.',
    request: {
      params: idParameters,
      query: query({
        property: propertyParameter(object),
        limit: limit(maxLimit),
        after: afterValue,
      }),
    },
    responses: {
      200: {
        description: 'A page.',
        content: { 'application/json': { schema: historyPageSchema } },
      },
      ...problems(400, 404),
    },
  })
  serve(app, route, async (c, signal) => {
    const { id } = c.req.valid('param')
    const { property, limit = usualLimit(maxLimit), after } = c.req.valid('query')
    if (!(await reader.get(name, id, { raw: false, signal })))
      throw await notHere(context, name, id, signal)
    const results = await reader.history(name, id, { property, after, limit, signal })
    const last = results.at(-1)
    const isFull = last !== undefined && results.length === limit
    const more = isFull
      ? await reader.history(name, id, { property, after: last, limit: 1, signal })
      : []
    const paging = last && more.length > 0 ? { next: { after: cursorOf(last) } } : {}
    return reply(c, { results, paging }, { cache: 'revalidate' })
  })
}

/** Says why there is no history. The document doesn't have the route: no request to it can be answered. */
function refuseHistory(app: OpenAPIHono, { guard, paths }: HandlerContext, name: string): void {
  const path = `/${name}/{id}/history`
  addPath(paths, 'read', 'get', path)
  app.get(`/${name}/:id/history`, guard.requires('read'), () => {
    throw new Problem(
      404,
      'NO_HISTORY',
      `The mirror keeps no history of ${name}: their definition asks for none. It does so with \`history\`, a list of properties.`,
    )
  })
}

/** The property whose history is wanted: by its name in HubSpot, or that of its column. It becomes the former. */
function propertyParameter({ columns, history }: ObjectDefinition) {
  const mapped = Object.entries(columns)
  if (history === 'all') {
    const expected = 'the name of a column, or of a property in HubSpot'
    return z
      .string(expected)
      .regex(/^[^\s\p{C}]{1,255}$/u, expected)
      .transform((name) => mapped.find(([column]) => column === name)?.[1].property ?? name)
      .optional()
      .openapi({ description: `Only the values of this property: ${expected}.` })
  }
  const properties: readonly string[] = history
  const names = new Map(properties.map((property) => [property, property]))
  for (const [column, { property }] of mapped) if (names.has(property)) names.set(column, property)
  const asked = [...names.keys()]
  const expected = `one of ${asked.join(', ')}: the properties whose history is kept`
  return z
    .enum(asked, expected)
    .transform((name) => names.get(name) ?? name)
    .optional()
    .openapi({ description: 'Only the values of this property.' })
}

const aCursor = 'the `paging.next.after` of a page'

/** The cursor of a page of values. */
const afterValue = z
  .string(aCursor)
  .regex(/^[\w-]{1,600}$/, aCursor)
  .transform((cursor, context) => {
    const place = placeOf(cursor)
    if (place) return place
    context.addIssue({ code: 'custom', message: aCursor })
    return z.NEVER
  })
  .optional()
  .openapi({
    type: 'string',
    description: 'The `paging.next.after` of the page before. Treat it as opaque.',
  })
