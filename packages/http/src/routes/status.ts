import type { OpenAPIHono } from '@hono/zod-openapi'
import type { HandlerContext } from '../context.js'
import { query } from '../parameters.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { runOfRecord } from '../runs.js'
import { mirrorStatusSchema } from '../status-schemas.js'
import { toldStatus } from '../told.js'

export function mountStatus(app: OpenAPIHono, context: HandlerContext): void {
  const { reader } = context
  const route = defineRoute(context, 'read', {
    method: 'get',
    path: '/status',
    tags: ['mirror'],
    summary: 'The status of each object, the last run, and the last error with what to do about it',
    request: { query: query({}) },
    responses: {
      200: {
        description: 'The status.',
        content: { 'application/json': { schema: mirrorStatusSchema } },
      },
      ...problems(400),
    },
  })
  serve(app, route, async (c, signal) => {
    const { lastRun, ...status } = toldStatus(await reader.status({ signal }))
    const running = lastRun?.status === 'running' ? await reader.running({ signal }) : []
    const told = {
      ...status,
      lastRun:
        lastRun &&
        runOfRecord(
          lastRun,
          running.find(({ id }) => id === lastRun.id),
        ),
    }
    return reply(c, told)
  })
}
