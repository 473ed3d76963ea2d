import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { createWorld, tokens } from './support/world.js'

const headers = { authorization: `Bearer ${tokens.read}` }

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A reply as a client sees it, without the headers of the connection. */
async function seen(reply: Response) {
  const ofConnection = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']
  const told = [...reply.headers].filter(([name]) => !ofConnection.includes(name))
  return { status: reply.status, headers: told, text: await reply.text() }
}

test('the listener sends the reply of `fetch`', async () => {
  const { handler, ids } = await createWorld()
  const url = await serve(handler.listener)
  const detail = `/contacts/${ids.contacts[0]}`
  const etag = (await fetch(`${url}${detail}`, { headers })).headers.get('etag') as string
  const requests: [path: string, init: RequestInit][] = [
    ...['/contacts', detail, '/health', '/contacts/9', '/nowhere', '/contacts/x'].flatMap(
      (path): [string, RequestInit][] => [
        [path, { headers }],
        [path, { headers, method: 'HEAD' }],
        [path, {}],
      ],
    ),
    [detail, { headers: { ...headers, 'if-none-match': etag } }],
    [detail, { headers: { ...headers, 'if-none-match': etag }, method: 'HEAD' }],
    [detail, { headers, method: 'DELETE' }],
  ]
  for (const [path, init] of requests) {
    const answered = await seen(await handler.fetch(new Request(`${url}${path}`, init)))
    expect(await seen(await fetch(`${url}${path}`, init))).toEqual(answered)
  }
})

test('the listener answers a client of HTTP/1.0, which sends no Host header', async () => {
  const { handler } = await createWorld()
  const { port } = new URL(await serve(handler.listener))
  const socket = connect(Number(port), '127.0.0.1')
  socket.end('GET /health HTTP/1.0\r\n\r\n')
  const reply = await text(socket)
  expect(reply).toMatch(/^HTTP\/1\.1 200 /)
  expect(reply).toContain('"mirrored":true')
})

test('the listener sends a content-length in bytes', async () => {
  const { handler, portal, sync } = await createWorld()
  const id = portal.create('contacts', { firstname: 'Zoë 😀' })
  await sync.run({ jobs: ['contacts'] })
  const url = await serve(handler.listener)
  const reply = await fetch(`${url}/contacts/${id}`, { headers })
  const length = Number(reply.headers.get('content-length'))
  expect(Buffer.byteLength(await reply.text())).toBe(length)
})

test('a host that passes its own bindings gets the reply, and can add to it', async () => {
  const { handler, ids } = await createWorld()
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('x-host', 'here')
  })
  app.all('/*', (c) => handler.fetch(c.req.raw, c.env))
  const url = await serve(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  const reply = await fetch(`${url}/contacts/${ids.contacts[0]}`, { headers })
  expect([reply.status, reply.headers.get('x-host')]).toEqual([200, 'here'])
  expect(await reply.json()).toMatchObject({ id: ids.contacts[0] })
})
