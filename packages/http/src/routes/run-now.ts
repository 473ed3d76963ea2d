import type { OpenAPIHono } from '@hono/zod-openapi'
import type { HandlerContext } from '../context.js'
import { inTime, PATIENCE_MS } from '../in-time.js'
import { addPath } from '../paths.js'
import { Problem } from '../problem.js'
import { securityHeaders } from '../reply.js'
import { expectOwnForm } from '../sign-in/own-form.js'
import { createFormReader } from '../sign-in/read-form.js'

/** The button of the status page that starts everything that is due. */
export function mountRunNow(app: OpenAPIHono, context: HandlerContext): void {
  const { guard, jobs, paths, basePath } = context
  if (!jobs) return
  const read = createFormReader()
  addPath(paths, 'trigger', 'post', '/run-now')
  app.post('/run-now', guard.requires('trigger'), async ({ req }) => {
    await expectOwnForm(guard, req.raw, read)
    try {
      await inTime(PATIENCE_MS, req.raw.signal, (signal) => jobs.start(undefined, signal))
    } catch (error) {
      // The status page shows the run that is under way.
      if (!(error instanceof Problem) || error.status !== 409) throw error
    }
    const headers = { ...securityHeaders, 'cache-control': 'no-store', location: `${basePath}/` }
    return new Response(null, { status: 303, headers })
  })
}
