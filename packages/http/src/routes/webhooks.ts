import type { IncomingMessage } from 'node:http'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { HandlerContext } from '../context.js'
import { defineRoute, problems, serve } from '../router.js'

/** The route of HubSpot's webhooks. It needs no token: deliveries are signed with the client secret. */
export function mountWebhooks(app: OpenAPIHono, context: HandlerContext): void {
  const { webhooks, basePath } = context
  if (!webhooks) return
  const route = defineRoute(context, 'open', {
    method: 'post',
    path: '/webhooks/hubspot',
    tags: ['webhooks'],
    summary: 'Receives a delivery of HubSpot, which is authenticated by its signature',
    description:
      'The body is a JSON array of events. Their records are added to the queue, and read after the reply.',
    responses: {
      204: { description: 'The records are in the queue.' },
      ...problems(400, 401, 408, 413),
    },
  })
  serve(app, route, async ({ req, env }) => {
    // A host that mounts the handler may have removed the base path from the URL.
    const { origin, search } = new URL(req.url)
    const address = `${origin}${basePath}${req.path}${search}`
    const { incoming } = (env ?? {}) as { incoming?: IncomingMessage & { rawBody?: unknown } }
    const isRead = incoming?.readableDidRead === true && !Buffer.isBuffer(incoming.rawBody)
    return (await webhooks.receive(req.raw, address, isRead || req.raw.bodyUsed)) as never
  })
}
