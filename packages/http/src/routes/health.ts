import type { OpenAPIHono } from '@hono/zod-openapi'
import { isHubsyncError } from '@hubsync/core'
import type { HandlerContext } from '../context.js'
import { inTime } from '../in-time.js'
import { query } from '../parameters.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { healthSchema } from '../schemas.js'

/** How long the database may take: whoever asks has little patience. */
const PATIENCE_MS = 5_000

interface Health {
  status: 'ok'
  mirrored: boolean
  objects: Record<string, { completeUpTo: string | null }>
}

/** Liveness and freshness, for anybody: it tells no more than how old the data is. */
export function mountHealth(app: OpenAPIHono, context: HandlerContext): void {
  const route = defineRoute(context, 'open', {
    method: 'get',
    path: '/health',
    tags: ['mirror'],
    summary: 'Whether the server lives and reaches its database, and how fresh each object is',
    request: { query: query({}) },
    responses: {
      200: { description: 'It does.', content: { 'application/json': { schema: healthSchema } } },
      ...problems(400),
    },
  })
  let asked: Promise<Health> | undefined
  serve(app, route, async (c) => {
    // However many ask at once, the database is asked once: this route is open to all.
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
    for (const { name } of reader.objects)
      objects[name] = { completeUpTo: await reader.completeUpTo(name, { signal }) }
  } catch (error) {
    if (!isHubsyncError(error) || error.code !== 'NOT_MIRRORED') throw error
    for (const { name } of reader.objects) objects[name] = { completeUpTo: null }
    return { status: 'ok', mirrored: false, objects }
  }
  return { status: 'ok', mirrored: true, objects }
}
