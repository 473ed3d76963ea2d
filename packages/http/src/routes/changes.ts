import type { OpenAPIHono } from '@hono/zod-openapi'
import { changesSchema } from '../change-schemas.js'
import type { HandlerContext } from '../context.js'
import { afterChange, limit, query } from '../parameters.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'

export function mountChanges(app: OpenAPIHono, context: HandlerContext): void {
  const { reader, maxLimit } = context
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: '/changes',
    tags: ['mirror'],
    summary:
      'The records that were created, updated, archived, restored, merged or removed, in the order of the commits',
    description:
      'Get the cursor of now (`after=now`) and read the records. Then follow the feed: pass the `cursor` of each page as `after` of the next. Status 410 means that changes after the cursor may have been missed: start again.',
    request: { query: query({ after: afterChange, limit: limit(maxLimit) }) },
    responses: {
      200: {
        description: 'A page of changes.',
        content: { 'application/json': { schema: changesSchema } },
      },
      ...problems(400, 410),
    },
  })
  serve(app, route, async (c, signal) => {
    const { after, limit = Math.min(100, maxLimit) } = c.req.valid('query')
    return reply(c, await reader.changes({ after, limit, signal }), { cache: 'revalidate' })
  })
}
