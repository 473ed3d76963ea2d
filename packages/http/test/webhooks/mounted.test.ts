import { createHttpHandler } from '@hubsync/http'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, onTestFinished, test } from 'vitest'
import { caller, createWorld, tokens } from '../support/world.js'

const clientSecret = 'd2f1-not-a-token'
const path = '/webhooks/hubspot'

/** A handler that receives webhooks and a portal that sends them, both on the machine's clock. */
async function receiving(
  target: string,
  options: { publicUrl?: string; basePath?: string; arrivesAt?: string } = {},
) {
  const { publicUrl, basePath, arrivesAt = target } = options
  const { portal, sync, clock, ids } = await createWorld()
  const handler = createHttpHandler({
    sync,
    auth: tokens,
    basePath,
    webhooks: { clientSecret, publicUrl },
  })
  onTestFinished(() => handler.close())
  clock.set(Date.now())
  const webhooks = portal.webhooks({
    url: target,
    clientSecret,
    fetch: async (request) => {
      const { method, headers } = request
      const body = await request.text()
      return handler.fetch(new Request(arrivesAt, { method, headers, body }))
    },
  })
  return { portal, sync, handler, webhooks, ids }
}

test.each<[string, string, Parameters<typeof receiving>[1]]>([
  ['by its own address', `https://crm.example${path}`, {}],
  ['below a base path', `https://crm.example/crm${path}`, { basePath: '/crm' }],
  [
    'behind a proxy that ends TLS',
    `https://crm.example${path}`,
    { publicUrl: 'https://crm.example', arrivesAt: `http://10.0.0.7:3000${path}` },
  ],
  [
    'behind a proxy that changes the path',
    `https://crm.example/hooks`,
    { publicUrl: 'https://crm.example/hooks', arrivesAt: `http://10.0.0.7:3000${path}` },
  ],
])('the handler receives webhooks %s', async (_, target, options) => {
  const { portal, sync, handler, webhooks, ids } = await receiving(target, options)
  const [contact = ''] = ids.contacts
  portal.update('contacts', contact, { firstname: 'told' })
  expect(await webhooks.deliver()).toEqual([204])
  await handler.webhooks?.drained()
  expect(await sync.get('contacts', contact)).toMatchObject({ firstName: 'told' })
  expect(handler.webhooks?.counts).toMatchObject({ deliveries: 1, refused: 0 })
})

test('a token does not open the route of webhooks, and a delivery needs none', async () => {
  const { handler, webhooks } = await receiving(`https://crm.example${path}`)
  const post = { method: 'POST', body: '[]' }
  for (const token of [...Object.values(tokens), clientSecret])
    expect((await caller(handler, token)(path, post)).status).toBe(401)
  expect((await caller(handler)(path)).status).toBe(405)
  expect((await handler.fetch(webhooks.request([]))).status).toBe(204)
})

test('the route of webhooks is in the document only if webhooks are received', async () => {
  const { handler } = await receiving(`https://crm.example${path}`)
  const { body } = await caller(handler, tokens.docs)('/api/docs-json')
  expect(Object.keys(body.paths[path].post.responses)).toEqual(
    expect.arrayContaining(['204', '400', '401', '413', '503']),
  )
  expect(body.paths[path].post.security).toEqual([])
  expect(await new Validator().validate(structuredClone(body))).toEqual({ valid: true })
  const { handler: without } = await createWorld({ run: false })
  const other = await caller(without, tokens.docs)('/api/docs-json')
  expect(other.body.paths[path]).toBeUndefined()
  expect(without.webhooks).toBeUndefined()
})
