import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { HandlerContext } from '../context.js'
import { markup } from '../pages/markup.js'
import { pageHeaders, pagesAsset, renderPage } from '../pages/page.js'
import { viewerOf } from '../pages/viewer.js'
import { addPath } from '../paths.js'
import { securityHeaders } from '../reply.js'
import type { Bindings } from '../router.js'
import { clientOf } from '../sign-in/client-of.js'
import { expectOwnForm } from '../sign-in/own-form.js'
import { expectOwnPage } from '../sign-in/own-pages.js'
import { createFormReader } from '../sign-in/read-form.js'
import { returnPath } from '../sign-in/return-path.js'
import { isSecure, sessionCookie } from '../sign-in/sessions.js'
import { signInMarkup } from '../sign-in/sign-in-form.js'

const title = 'Sign in: hubsync'

/** The page to sign in with a token, signing out, and the style sheet that both pages need. */
export function mountSignIn(app: OpenAPIHono, context: HandlerContext): void {
  const { guard, paths, basePath, tries } = context
  const read = createFormReader()
  const page = async (
    { req }: Context,
    { path, wrong, wait = 0 }: { path: string; wrong?: string; wait?: number },
  ) => {
    const viewer = { ...(await viewerOf(guard, req.raw)), canSignIn: false }
    const form = guard.hasTokens
      ? signInMarkup({ basePath, path, ...(wrong === undefined ? {} : { wrong }) })
      : closedMarkup
    const main = markup`<h1>Sign in</h1>${form}`
    const waiting = wait > 0 ? { 'retry-after': String(Math.ceil(wait / 1_000)) } : {}
    const refused = wrong !== undefined || !guard.hasTokens
    return new Response(renderPage({ title, viewer, basePath, main }), {
      status: wait > 0 ? 429 : refused ? 401 : 200,
      headers: { ...pageHeaders, ...waiting },
    })
  }

  addPath(paths, 'open', 'get', '/pages.css')
  app.get('/pages.css', () => {
    const { body, headers } = pagesAsset
    return new Response(body, { headers: { ...securityHeaders, ...headers } })
  })

  addPath(paths, 'open', 'get', '/sign-in')
  app.get('/sign-in', (c) => page(c, { path: `${basePath}/` }))

  addPath(paths, 'open', 'post', '/sign-in')
  app.post('/sign-in', async (c) => {
    const request = c.req.raw
    expectOwnPage(request)
    const form = await read(request)
    const path = returnPath(form.get('to'), basePath)
    const client = clientOf(request, addressOf(c))
    const wait = tries.wait(client)
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1_000)
      const wrong = `Too many wrong tokens. Wait ${seconds} s, then try again.`
      return page(c, { path, wait, wrong })
    }
    const session = guard.signIn(form.get('token')?.trim() ?? '')
    if (session === undefined) {
      tries.failed(client)
      return page(c, { path, wrong: 'This token is not known here. Check it, then try again.' })
    }
    return goTo(path, sessionCookie(session, basePath, isSecure(request)))
  })

  addPath(paths, 'open', 'post', '/sign-out')
  app.post('/sign-out', async ({ req }) => {
    if (guard.session(req.raw)) await expectOwnForm(guard, req.raw, read)
    else expectOwnPage(req.raw)
    return goTo(`${basePath}/sign-in`, sessionCookie('', basePath, isSecure(req.raw)))
  })
}

const closedMarkup = markup`<section><p>Nobody can sign in here: the option <code>auth</code> of the handler has no token. If it has a function, the site that serves this page decides who may open it.</p></section>`

/** Sends a browser to another page, after a form. */
function goTo(location: string, cookie: string): Response {
  const headers = {
    ...securityHeaders,
    'cache-control': 'no-store',
    location,
    'set-cookie': cookie,
  }
  return new Response(null, { status: 303, headers })
}

/** The address at the other end of the connection. Only a listener of `node:http` gives it. */
function addressOf({ env }: Context): string | undefined {
  return (env as Bindings | undefined)?.incoming?.socket?.remoteAddress
}
