import type { OpenAPIHono } from '@hono/zod-openapi'
import type { HandlerContext } from '../context.js'
import { afterChange, limit, query } from '../parameters.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { changesSchema } from '../schemas.js'

/** The change feed. */
export function mountChanges(app: OpenAPIHono, context: HandlerContext): void {
  const { reader, maxLimit } = context
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: '/changes',
    tags: ['mirror'],
    summary:
      'What was created, updated, archived, restored, merged or removed, in the order of the commits',
    description: 'Follow it by giving the `cursor` of each page as `after` to the next.',
    request: { query: query({ after: afterChange, limit: limit(maxLimit) }) },
    responses: {
      200: {
        description: 'A page of changes.',
        content: { 'application/json': { schema: changesSchema } },
      },
      ...problems(400),
    },
  })
  serve(app, route, async (c) => {
    const { after = 0, limit = Math.min(100, maxLimit) } = c.req.valid('query')
    return reply(c, await reader.changes({ after, limit }), { cache: 'revalidate' })
  })
}
