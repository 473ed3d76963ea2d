import {
  createMirrorReader,
  InvalidOptionError,
  type MirrorReader,
  type ObjectDefinition,
} from '@hubsync/core'
import { Guard } from './auth.js'
import type { HandlerContext } from './context.js'
import { createListener, type Listener } from './listener.js'
import { type HttpHandlerOptions, resolveOptions } from './options.js'
import {
  createRouter,
  expectBounded,
  failureReply,
  MAX_BODY,
  refuseOtherMethods,
} from './router.js'
import { mountChanges } from './routes/changes.js'
import { mountDocs } from './routes/docs.js'
import { mountHealth } from './routes/health.js'
import { mountRecords, othersOf } from './routes/records.js'
import { mountRuns } from './routes/runs.js'
import { mountStatus } from './routes/status.js'
import { mountStatusPage } from './routes/status-page.js'
import { mountTriggers } from './routes/triggers.js'
import { mountWebhooks } from './routes/webhooks.js'
import { RunningJobs } from './running-jobs.js'
import { createWebhookReceiver, type Webhooks } from './webhooks/create-webhook-receiver.js'

/** An HTTP interface of a mirror, to mount in a server. */
export interface HttpHandler {
  /** Answers a request of the Web's standard, for Hono and its like. */
  fetch(request: Request, bindings?: unknown): Promise<Response>

  /** Answers a request of `node:http`, for Express and Fastify too. */
  listener: Listener

  /** What became of HubSpot's webhooks; undefined where they aren't received. */
  readonly webhooks: Webhooks | undefined

  /**
   * Ends the runs that were started here, at their next page boundary, the reading of what webhooks named, and the replies that
   * follow runs; resolves when they are over. Have the server take no new clients
   * first, without waiting for it (`server.close()`): it waits for clients that this ends. Close the mirror, which stays yours, afterwards.
   */
  close(): Promise<void>
}

/**
 * Makes an HTTP interface of a mirror: reads, jobs to start, a page for people, and their description. Without `auth`, every route
 * but `/health` refuses, and that of webhooks is open to whoever signs as HubSpot does.
 *
 * @throws `InvalidOptionError` that says what was expected and what came.
 *
 * @example
 * ```ts
 * const handler = createHttpHandler({ sync, auth: process.env.API_TOKEN })
 * createServer(handler.listener).listen(3000)
 * ```
 */
export function createHttpHandler<const Objects extends readonly ObjectDefinition[]>(
  given: HttpHandlerOptions<Objects>,
): HttpHandler {
  const options = resolveOptions(given)
  const { sync, auth, basePath, maxLimit, clientTimeout, logger } = options
  const reader = sync ?? (createMirrorReader(options.reads) as unknown as MirrorReader)
  const receiver =
    options.sync && options.webhooks
      ? createWebhookReceiver({
          ...options.webhooks,
          sync: options.sync,
          logger,
          bodyLimit: MAX_BODY,
          clientTimeout,
        })
      : undefined
  const closing = new AbortController()
  const context: HandlerContext = {
    reader,
    sync,
    basePath,
    maxLimit,
    logger,
    jobs: sync && new RunningJobs(sync),
    webhooks: receiver,
    guard: new Guard(auth),
    paths: new Map(),
    closing: closing.signal,
  }
  expectFreeFields(context)
  const app = createRouter(context)
  mountHealth(app, context)
  mountStatus(app, context)
  mountChanges(app, context)
  mountRuns(app, context)
  mountTriggers(app, context)
  for (const object of reader.objects) mountRecords(app, context, object)
  mountWebhooks(app, context)
  mountStatusPage(app, context)
  mountDocs(app, context)
  refuseOtherMethods(app, context)

  async function fetch(request: Request, bindings?: unknown): Promise<Response> {
    try {
      expectBounded(request)
      return await app.fetch(request, bindings as object)
    } catch (error) {
      return failureReply(error, logger)
    }
  }

  return {
    fetch,
    listener: createListener(fetch, clientTimeout),
    webhooks: receiver,
    async close() {
      await Promise.all([context.jobs?.close(), receiver?.close()])
      closing.abort()
    },
  }
}

/** A field of a record has one meaning; that no object is called as a path of ours is core's to see to. */
function expectFreeFields(context: HandlerContext): void {
  for (const { name, columns } of context.reader.objects) {
    const field = [...othersOf(context, name), 'paging'].find((other) => other in columns)
    if (field !== undefined)
      throw new InvalidOptionError(
        `Expected the columns of "${name}" to leave "${field}" alone, which its details have for something else. Give the column another name.`,
      )
  }
}
