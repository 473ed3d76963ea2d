import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { HubsyncError } from '@hubsync/core'
import type { Context } from 'hono'
import type { HandlerContext } from '../context.js'
import { addPath } from '../paths.js'
import { reply, revalidated, securityHeaders } from '../reply.js'
import { SESSION_COOKIE } from '../sign-in/sessions.js'

const assets = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const

type Asset = keyof typeof assets

// All URLs are relative to the page, so it works at any mount path.
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>hubsync API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/initializer.js"></script>
</body>
</html>
`

const initializer = `SwaggerUIBundle({
  url: new URL('docs-json', document.baseURI).href,
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
})
`

/** Swagger UI sets styles by script, which `style-src` allows, and embeds its images as data in its style sheet. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Serves the OpenAPI document and Swagger UI. Call it after all routes are added. */
export function mountDocs(app: OpenAPIHono, context: HandlerContext): void {
  const { guard, paths, basePath } = context
  const asset = (path: string, answer: (c: Context) => Response | Promise<Response>) => {
    addPath(paths, 'docs', 'get', path)
    app.get(path, guard.requires('docs'), answer)
  }
  const send = (c: Context, content: string | Uint8Array<ArrayBuffer>, type: string) =>
    revalidated(c, content, {
      ...securityHeaders,
      'content-type': type,
      'content-security-policy': policy,
    })
  let described: unknown
  asset('/api/docs-json', (c) => {
    described ??= describe(app, basePath)
    return reply(c, described, { cache: 'revalidate' })
  })
  asset('/api/docs', (c) => send(c, page, 'text/html; charset=utf-8'))
  asset('/api/docs/initializer.js', (c) => send(c, initializer, 'text/javascript; charset=utf-8'))
  for (const name of Object.keys(assets) as Asset[])
    asset(`/api/docs/${name}`, async (c) => send(c, await readAsset(name), assets[name]))
}

const read = new Map<Asset, Promise<Uint8Array<ArrayBuffer>>>()

/** A file of Swagger UI. It is read once and kept in memory. */
function readAsset(name: Asset): Promise<Uint8Array<ArrayBuffer>> {
  const content = read.get(name) ?? load(name)
  read.set(name, content)
  return content
}

async function load(name: Asset): Promise<Uint8Array<ArrayBuffer>> {
  // A CommonJS bundle has no `import.meta.url`.
  const here = import.meta.url || pathToFileURL(__filename)
  const packed = new URL(`./swagger-ui/${name}.br`, here)
  if (existsSync(packed))
    return new Uint8Array(await promisify(brotliDecompress)(await readFile(packed)))
  try {
    // When running from the sources: the compressed files only exist in the built package.
    return new Uint8Array(await readFile(createRequire(here).resolve(`swagger-ui-dist/${name}`)))
  } catch (cause) {
    throw new HubsyncError(
      'UNEXPECTED',
      `Expected the files of Swagger UI in "${fileURLToPath(new URL('./swagger-ui', here))}". Copy the folder dist/swagger-ui of @hubsync/http there: a bundle needs it beside itself.`,
      { cause },
    )
  }
}

function describe(app: OpenAPIHono, basePath: string) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: 'Signing in at /sign-in with a token sets it. For browsers.',
  })
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'hubsync',
      version: '1',
      description: 'A mirror of a HubSpot account: its records, its change feed, its runs.',
    },
    servers: [{ url: basePath || '/' }],
  })
}
