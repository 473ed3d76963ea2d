import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createHttpHandler, type HttpHandler } from '@hubsync/http'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createWorld } from './support/world.js'

/** How users mount a handler at a path in each framework. */
const hosts: Record<string, (handler: HttpHandler, basePath: string) => Promise<Server> | Server> =
  {
    'node:http': ({ listener }) => createServer(listener),
    Express: ({ listener }, basePath) => {
      const app = express()
      app.use(basePath || '/', listener)
      app.use(express.json())
      return createServer(app)
    },
    Fastify: async ({ listener }, basePath) => {
      const app = fastify()
      await app.register(async (scope) => {
        // The handler reads the bodies itself.
        scope.removeAllContentTypeParsers()
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
        scope.all(`${basePath}/*`, (request, reply) => {
          reply.hijack()
          return listener(request.raw, reply.raw)
        })
      })
      await app.ready()
      return app.server
    },
    Hono: ({ fetch }, basePath) => {
      const app = new Hono()
      app.all(`${basePath}/*`, ({ req, env }) => fetch(req.raw, env))
      return createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
    },
  }

async function serve(server: Server): Promise<string> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe.each(Object.entries(hosts))('mounted in %s', (_, mount) => {
  test.each(['', '/crm', '/api/v2/crm'])(
    'at "%s" it reads, starts jobs and shows the status page',
    async (basePath) => {
      const { sync, ids } = await createWorld()
      const handler = createHttpHandler({ sync, auth: 'all', basePath })
      onTestFinished(() => handler.close())
      const url = await serve(await mount(handler, basePath))
      const headers = { authorization: 'Bearer all' }
      const call = (path: string, init: RequestInit = {}) =>
        fetch(`${url}${path}`, { headers, ...init })
      const page = await call(`${basePath}/contacts?limit=3&status=ALL`)
      expect(await page.json()).toMatchObject({ results: [{}, {}, {}] })
      expect((await call(`${basePath}/contacts/${ids.contacts[0]}`)).status).toBe(200)
      expect((await call(`${basePath}/contacts`, { headers: {} })).status).toBe(401)
      expect((await call(`${basePath}/health`, { headers: {} })).status).toBe(200)
      expect((await call(`${basePath}/contacts`, { method: 'HEAD' })).status).toBe(200)
      if (basePath) expect((await call('/contacts')).status).toBe(404)
      const started = await call(`${basePath}/etl/hubspot/pets`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: '{}',
      })
      expect(started.status).toBe(202)
      const location = started.headers.get('location') as string
      expect(location.startsWith(`${basePath}/etl/hubspot/runs/`)).toBe(true)
      expect((await call(location)).status).toBe(200)
      const events = await call(location, { headers: { ...headers, accept: 'text/event-stream' } })
      expect(await events.text()).toMatch(/event: end\n/)
      const described = await call(`${basePath}/api/docs-json`)
      expect(((await described.json()) as { servers: unknown }).servers).toEqual([
        { url: basePath || '/' },
      ])
    },
  )
})
