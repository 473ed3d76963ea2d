import {
  createMirrorReader,
  InvalidOptionError,
  isHubsyncError,
  type MirrorReader,
  type ObjectDefinition,
} from '@hubsync/core'
import { Guard } from './auth.js'
import type { HandlerContext } from './context.js'
import { inTime } from './in-time.js'
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
import { mountDefinitions } from './routes/definitions.js'
import { mountDocs } from './routes/docs.js'
import { mountExplorer } from './routes/explorer.js'
import { mountHealth } from './routes/health.js'
import { mountHistory } from './routes/history.js'
import { mountOwners } from './routes/owners.js'
import { mountRecords, othersOf } from './routes/records.js'
import { mountRunNow } from './routes/run-now.js'
import { mountRuns } from './routes/runs.js'
import { mountSignIn } from './routes/sign-in.js'
import { mountStatus } from './routes/status.js'
import { mountStatusPage } from './routes/status-page.js'
import { mountTriggers } from './routes/triggers.js'
import { mountWebhooks } from './routes/webhooks.js'
import { RunningJobs } from './running-jobs.js'
import { Tries } from './sign-in/tries.js'
import { createWebhookReceiver, type Webhooks } from './webhooks/create-webhook-receiver.js'

/** The HTTP interface of a mirror, to mount in a server. */
export interface HttpHandler {
  /** Answers a standard `Request`, for Hono and similar frameworks. */
  fetch(request: Request, bindings?: unknown): Promise<Response>

  /** Answers a request of `node:http`. It can also be mounted in Express and Fastify. */
  listener: Listener

  /** Counts of HubSpot's webhooks. Undefined if they aren't received. */
  readonly webhooks: Webhooks | undefined

  /**
   * Ends the runs that were started over HTTP, at their next page boundary, the reads for webhooks, and the replies
   * that follow a run. Resolves when they have ended. Call `server.close()` first, without waiting for it: it waits for
   * clients that only `close()` disconnects. Close the mirror afterwards: the handler doesn't.
   *
   */
  close(): Promise<void>
}

/**
 * Creates the HTTP interface of a mirror: reads, starting jobs, the status page and an OpenAPI document. Without
 * `auth`, every route except `/health` refuses. The route of webhooks checks HubSpot's signature instead.
 *
 * @throws `InvalidOptionError` if an option is invalid. The message says what was expected and what was given.
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
  const shared: Omit<HandlerContext, 'paths'> = {
    reader,
    sync,
    basePath,
    maxLimit,
    logger,
    jobs: sync && new RunningJobs(sync),
    webhooks: receiver,
    guard: new Guard(auth),
    tries: new Tries(),
    closing: closing.signal,
  }
  let routed = routesFor(shared)

  /** The routes for what the mirror has now. Its objects and pairs may become known only after it was made. */
  async function routes(request: Request) {
    await learnObjects(reader, request.signal)
    if (routed.objects !== reader.objects || routed.pairs !== reader.pairs)
      routed = routesFor(shared)
    return routed.app
  }

  async function fetch(request: Request, bindings?: unknown): Promise<Response> {
    try {
      expectBounded(request)
      const app = await routes(request)
      return await app.fetch(request, bindings as object)
    } catch (error) {
      return failureReply(error, shared, request)
    }
  }

  return {
    fetch,
    listener: createListener(fetch, clientTimeout),
    webhooks: receiver,
    async close() {
      await Promise.all([shared.jobs?.close(), receiver?.close()])
      closing.abort()
    },
  }
}

/** All routes of a handler, with those of each object, and the objects and pairs that they are for. */
function routesFor(shared: Omit<HandlerContext, 'paths'>) {
  const context: HandlerContext = { ...shared, paths: new Map() }
  const { objects, pairs } = context.reader
  expectFreeFields(context)
  const app = createRouter(context)
  mountHealth(app, context)
  mountStatus(app, context)
  mountChanges(app, context)
  mountRuns(app, context)
  mountTriggers(app, context)
  for (const object of objects) {
    mountRecords(app, context, object)
    mountHistory(app, context, object)
  }
  mountOwners(app, context)
  mountDefinitions(app, context)
  mountWebhooks(app, context)
  mountSignIn(app, context)
  mountRunNow(app, context)
  mountExplorer(app, context)
  mountStatusPage(app, context)
  mountDocs(app, context)
  refuseOtherMethods(app, context)
  return { app, objects, pairs }
}

/** How long the database may take to say which objects there are. */
const PATIENCE_MS = 5_000

/** Has a mirror read from its store which objects and pairs it has, if it doesn't know yet. */
async function learnObjects(reader: MirrorReader, client: AbortSignal): Promise<void> {
  try {
    await inTime(PATIENCE_MS, client, (signal) => reader.ready({ signal }))
  } catch (error) {
    // Before the first run there are none. A closed mirror says so in the routes.
    if (!isHubsyncError(error) || !['NOT_MIRRORED', 'CLOSED'].includes(error.code)) throw error
  }
}

/** Throws if a column has the name of another field of a record. Core checks that no object has the name of a path. */
function expectFreeFields(context: HandlerContext): void {
  for (const { name, columns } of context.reader.objects) {
    const field = [...othersOf(context, name), 'paging'].find((other) => other in columns)
    if (field !== undefined)
      throw new InvalidOptionError(
        `Expected no column "${field}" in "${name}": the reply for a record has another field of that name. Give the column another name.`,
      )
  }
}
