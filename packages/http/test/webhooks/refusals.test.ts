import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttpHandler } from '@hubsync/http'
import express, { type RequestHandler } from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createWorld, tokens } from '../support/world.js'
import { clientSecret, createWebhookWorld, targetUrl } from './webhook-world.js'

/** A logger that records warnings. */
function warnings() {
  const warned: string[] = []
  const none = () => {}
  const logger = {
    debug: none,
    info: none,
    error: none,
    warn: (_: unknown, text?: string) => void warned.push(String(text)),
  }
  return { warned, logger }
}

/** A handler in Express behind a body parser, and a portal that sends a delivery to it. */
async function behind(parser: RequestHandler) {
  const { warned, logger } = warnings()
  const { portal, sync, clock, ids } = await createWorld()
  const handler = createHttpHandler({ sync, auth: tokens, logger, webhooks: { clientSecret } })
  const server = createServer(express().use(parser).use(handler.listener)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await handler.close()
    server.closeAllConnections()
    server.close()
  })
  clock.set(Date.now())
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}/webhooks/hubspot`
  const webhooks = portal.webhooks({ url, clientSecret, fetch })
  portal.update('contacts', ids.contacts[0] as string, { firstname: 'told' })
  const deliver = async () => (await fetch(webhooks.request(webhooks.pending))).status
  return { warned, deliver }
}

describe('behind a parser of bodies', () => {
  test('a delivery is refused, and the log says how to mount the handler', async () => {
    const { warned, deliver } = await behind(express.json())
    expect(await deliver()).toBe(401)
    expect(warned).toEqual([expect.stringMatching(/body was read before .* Mount the handler/)])
  })

  test('a delivery whose bytes were kept is accepted', async () => {
    const verify = (request: IncomingMessage & { rawBody?: Buffer }, _: unknown, body: Buffer) => {
      request.rawBody = body
    }
    const { warned, deliver } = await behind(express.json({ verify }))
    expect(await deliver()).toBe(204)
    expect(warned).toEqual([])
  })
})

test.each<[string, (signed: Request) => Request, RegExp]>([
  ['no signature', () => new Request(targetUrl, { method: 'POST', body: '[]' }), /no header/],
  [
    'the signature of another address',
    (signed) => new Request(`${targetUrl}?more`, signed),
    /for the address https:\/\/crm\.example\.com\/webhooks\/hubspot\?more\..* `publicUrl`/,
  ],
  [
    'a signature that is too old',
    (signed) => {
      signed.headers.set('x-hubspot-request-timestamp', '0')
      return signed
    },
    /before now by this machine's clock/,
  ],
  [
    'an empty body in the place of one that was read',
    ({ headers }) => new Request(targetUrl, { method: 'POST', headers }),
    /body was read before/,
  ],
  ['another method', () => new Request(targetUrl), /POST/],
])('the log says why a delivery is refused: %s', async (_, send, why) => {
  const { warned, logger } = warnings()
  const { webhooks, receiver } = await createWebhookWorld({ receiver: { logger } })
  await receiver.receive(send(webhooks.request([])))
  expect(warned).toEqual([expect.stringMatching(why)])
})

test('a body that the host has consumed is reported as such', async () => {
  const { warned, logger } = warnings()
  const { webhooks, receiver } = await createWebhookWorld({ receiver: { logger } })
  const request = webhooks.request([])
  await request.text()
  expect((await receiver.receive(request)).status).toBe(401)
  expect(warned).toEqual([expect.stringMatching(/body was read before/)])
})
