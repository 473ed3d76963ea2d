import type { OpenAPIHono } from '@hono/zod-openapi'
import { isHubsyncError } from '@hubsync/core'
import type { Context } from 'hono'
import type { HandlerContext } from '../context.js'
import { inTime, PATIENCE_MS } from '../in-time.js'
import { latestRuns } from '../latest-runs.js'
import { viewerOf } from '../pages/viewer.js'
import { addPath } from '../paths.js'
import { securityHeaders } from '../reply.js'
import { renderStatusPage } from '../status-page/render-status-page.js'
import { RUNS_SHOWN } from '../status-page/run-chart.js'
import { statusPageAssets } from '../status-page/status-page-assets.js'
import type { StatusPageInput } from '../status-page/status-page-input.js'
import { toldStatus } from '../told.js'

/** Serves the status page with its style and script. */
export function mountStatusPage(app: OpenAPIHono, context: HandlerContext): void {
  const { guard, paths, basePath } = context
  const serve = (path: string, answer: (c: Context) => Response | Promise<Response>) => {
    addPath(paths, 'read', 'get', path)
    app.get(path, guard.requires('read'), answer)
  }
  serve('/', async ({ req }) => {
    const mirror = await inTime(PATIENCE_MS, req.raw.signal, (signal) =>
      readMirror(context, signal),
    )
    const viewer = await viewerOf(guard, req.raw)
    const canStart = context.sync !== undefined
    const shown = { ...mirror, now: Date.now(), basePath, viewer, canStart }
    const { html, headers } = renderStatusPage(shown)
    return new Response(html, { headers: { ...securityHeaders, ...headers } })
  })
  for (const [name, { body, headers }] of Object.entries(statusPageAssets))
    serve(`/${name}`, () => new Response(body, { headers: { ...securityHeaders, ...headers } }))
}

/** The status of the mirror and its latest runs. Before the first run the status is null. */
async function readMirror(
  context: HandlerContext,
  signal: AbortSignal,
): Promise<Pick<StatusPageInput, 'status' | 'runs'>> {
  try {
    const status = toldStatus(await context.reader.status({ signal }))
    const runs = await latestRuns(context, RUNS_SHOWN, signal)
    return { status, runs }
  } catch (error) {
    if (!isHubsyncError(error) || error.code !== 'NOT_MIRRORED') throw error
    return { status: null, runs: context.jobs?.list() ?? [] }
  }
}
