import type { OpenAPIHono } from '@hono/zod-openapi'
import { askUntil, HubsyncError, isHubsyncError } from '@hubsync/core'
import type { HandlerContext } from '../context.js'
import { query } from '../parameters.js'
import { Problem } from '../problem.js'
import { reply } from '../reply.js'
import { defineRoute, problems, serve } from '../router.js'
import { healthSchema } from '../schemas.js'

/** How long the database may take. */
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
    asked ??= inTime(() => readHealth(context)).finally(() => {
      asked = undefined
    })
    return reply(c, await asked)
  })
}

/** Whoever asks has little patience, and a database that never answers has failed too. It is told to let go of what it was asked. */
async function inTime(read: () => Promise<Health>): Promise<Health> {
  const silent = Promise.withResolvers<never>()
  const givenUp = new AbortController()
  const timer = setTimeout(() => {
    const detail = `The database did not answer within ${PATIENCE_MS / 1_000} seconds.`
    silent.reject(new Problem(503, 'STORE_FAILED', detail, {}, { 'retry-after': '5' }))
    givenUp.abort(new HubsyncError('STORE_FAILED', detail))
  }, PATIENCE_MS)
  try {
    return await Promise.race([askUntil(givenUp.signal, read), silent.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function readHealth({ reader }: HandlerContext): Promise<Health> {
  const objects: Health['objects'] = {}
  try {
    for (const { name } of reader.objects)
      objects[name] = { completeUpTo: await reader.completeUpTo(name) }
  } catch (error) {
    if (!isHubsyncError(error) || error.code !== 'NOT_MIRRORED') throw error
    for (const { name } of reader.objects) objects[name] = { completeUpTo: null }
    return { status: 'ok', mirrored: false, objects }
  }
  return { status: 'ok', mirrored: true, objects }
}
