import type { OpenAPIHono } from '@hono/zod-openapi'
import { isHubsyncError } from '@hubsync/core'
import type { HandlerContext } from '../context.js'
import { inTime } from '../in-time.js'
import { query } from '../parameters.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { healthSchema } from '../status-schemas.js'

/** How long the database may take. It is short, because health checks have short timeouts. */
const PATIENCE_MS = 5_000

interface Health {
  status: 'ok'
  mirrored: boolean
  objects: Record<string, { completeUpTo: string | null }>
}

/** Liveness and freshness. Everybody may call it, so it only says how old the data is. */
export function mountHealth(app: OpenAPIHono, context: HandlerContext): void {
  const route = defineRoute(context, 'open', {
    method: 'get',
    path: '/health',
    tags: ['mirror'],
    summary: 'Whether the server is running and reaches its database, and how fresh each object is',
    request: { query: query({}) },
    responses: {
      200: {
        description: 'The server is running and reaches its database.',
        content: { 'application/json': { schema: healthSchema } },
      },
      ...problems(400),
    },
  })
  let asked: Promise<Health> | undefined
  serve(app, route, async (c) => {
    // Concurrent requests share one read, because everybody may call this route.
    asked ??= inTime(PATIENCE_MS, undefined, (signal) => readHealth(context, signal)).finally(
      () => {
        asked = undefined
      },
    )
    return reply(c, await asked)
  })
}

async function readHealth({ reader }: HandlerContext, signal: AbortSignal): Promise<Health> {
  const objects: Health['objects'] = {}
  try {
    await reader.ready({ signal })
    for (const { name } of reader.objects)
      objects[name] = { completeUpTo: await reader.completeUpTo(name, { signal }) }
  } catch (error) {
    if (!isHubsyncError(error) || error.code !== 'NOT_MIRRORED') throw error
    for (const { name } of reader.objects) objects[name] = { completeUpTo: null }
    return { status: 'ok', mirrored: false, objects }
  }
  return { status: 'ok', mirrored: true, objects }
}
