import { type HubspotSync, memoryStore } from '@hubsync/core'
import { expect, test, vi } from 'vitest'
import { expectEqual } from '../../../../test/integration/support/equality.js'
import { createWebhookReceiver } from '../../src/webhooks/create-webhook-receiver.js'
import { clientSecret, createWebhookWorld, targetUrl } from './webhook-world.js'

const changeOf = (portalId: number, objectId: string, more: object = {}) => ({
  eventId: 1,
  subscriptionId: 1,
  appId: 1,
  occurredAt: 1,
  attemptNumber: 0,
  portalId,
  subscriptionType: 'contact.propertyChange',
  objectId: Number(objectId),
  propertyName: 'firstname',
  propertyValue: 'told',
  ...more,
})

test('a delivery is answered before anything is read from HubSpot', async () => {
  const { portal, webhooks, receiver } = await createWebhookWorld()
  portal.create('contacts', {})
  portal.fault({ kind: 'slow', milliseconds: 3_600_000, times: 1 })
  expect(await webhooks.deliver()).toEqual([204])
  expect(portal.calls).toEqual([])
  await receiver.drained()
  expect(portal.calls).not.toEqual([])
})

test('a delivery that was answered survives the process', async () => {
  const { portal, store, webhooks, receiver, again } = await createWebhookWorld()
  portal.create('contacts', {})
  await webhooks.deliver()
  await receiver.close()
  expect(portal.calls).toEqual([])
  expect(await again().syncQueued()).toBe(1)
  await expectEqual(portal, store)
})

test('records are read once another process that reads the queue has ended', async () => {
  const { portal, store, clock, webhooks, receiver } = await createWebhookWorld()
  const portalId = String(portal.portalId)
  const ask = (want: 'take' | 'release') =>
    store.lease({
      ...{ portalId, jobs: ['queue'], holder: 'other', want },
      at: new Date(clock.now()).toISOString(),
    })
  await ask('take')
  portal.create('contacts', { firstname: 'waits' })
  await webhooks.deliver()
  // It waits a second at a time, by the clock of the portal.
  const before = clock.now()
  await vi.waitFor(() => expect(clock.now()).toBeGreaterThan(before + 1_000))
  await ask('release')
  await receiver.drained()
  await expectEqual(portal, store)
})

test('a delivery that is sent again changes nothing', async () => {
  const { portal, store, sync, webhooks, receiver, contacts, id } = await createWebhookWorld()
  portal.update('contacts', id(contacts), { firstname: 'once' })
  const request = webhooks.request(webhooks.pending)
  for (const copy of [request.clone(), request.clone(), request]) {
    expect((await receiver.receive(copy)).status).toBe(204)
    await receiver.drained()
  }
  const { results } = await sync.changes()
  expect(results).toHaveLength(1)
  await expectEqual(portal, store)
})

test('an old event that comes late does not bring old values back', async () => {
  const { portal, sync, send, receiver, contacts, id } = await createWebhookWorld()
  portal.update('contacts', id(contacts), { firstname: 'now' })
  await send([changeOf(portal.portalId, id(contacts), { propertyValue: 'long ago' })])
  await receiver.drained()
  expect(await sync.get('contacts', id(contacts))).toMatchObject({ firstName: 'now' })
})

test('records that HubSpot does not return now are read with the next delivery', async () => {
  const errors: unknown[] = []
  const logger = {
    debug() {},
    info() {},
    warn() {},
    error: (details: object) => errors.push(details),
  }
  const { portal, store, settle } = await createWebhookWorld({ receiver: { logger } })
  portal.create('contacts', { firstname: 'first' })
  const broken = portal.fault({ operation: 'batch-read', status: 400, body: {}, times: 100 })
  expect(await settle()).toEqual([204])
  expect(errors).toMatchObject([{ error: { code: 'HUBSPOT_REJECTED' } }])
  broken.remove()
  portal.create('companies', { name: 'second' })
  await settle()
  await expectEqual(portal, store)
})

test('records that HubSpot does not return now are read by the next run of all jobs', async () => {
  const { portal, store, sync, settle, contacts, companies, id } = await createWebhookWorld({
    census: false,
    associationSweep: false,
  })
  // Without the event, no run would notice this change.
  portal.dissociate('contacts', id(contacts), 'companies', id(companies))
  const broken = portal.fault({ operation: 'batch-read', status: 400, body: {}, times: 100 })
  await settle()
  broken.remove()
  await sync.run()
  await expectEqual(portal, store)
})

test('a delivery that cannot be queued is refused, and accepted when HubSpot sends it again', async () => {
  const { portal, store, sync, clock, webhooks, settle } = await createWebhookWorld()
  let full = true
  const enqueue: HubspotSync['enqueue'] = (records) =>
    full ? Promise.reject(new Error('disk full')) : sync.enqueue(records)
  const receiver = createWebhookReceiver({
    sync: { ...sync, enqueue },
    clientSecret,
    logger: undefined,
    bodyLimit: 1_000_000,
    clientTimeout: 30_000,
    now: () => clock.now(),
  })
  portal.create('contacts', {})
  const response = await receiver.receive(webhooks.request(webhooks.pending))
  expect(response.status).toBe(503)
  expect(await response.text()).not.toContain('disk')
  full = false
  expect(await settle()).toEqual([204])
  await expectEqual(portal, store)
})

test('a delivery before the first run is accepted, because that run reads everything', async () => {
  const { portal, store, sync, receiver, settle } = await createWebhookWorld({ run: false })
  portal.create('contacts', {})
  expect(await settle()).toEqual([204])
  expect(receiver.counts).toMatchObject({ accepted: 0 })
  await sync.run()
  await expectEqual(portal, store)
})

test('events of another portal, of unknown kinds and of objects that are not mirrored are accepted and counted', async () => {
  const { portal, send, receiver, contacts, companies, id } = await createWebhookWorld()
  const { portalId } = portal
  const contact = id(contacts)
  const response = await send([
    changeOf(portalId + 1, contact),
    changeOf(portalId, contact, { subscriptionType: 'contact.applause' }),
    changeOf(portalId, contact, { subscriptionType: 'conversation.newMessage' }),
    changeOf(portalId, contact, { objectId: null }),
    changeOf(portalId, contact, { objectId: '../../contacts' }),
    changeOf(portalId, contact, { subscriptionType: 'ticket.creation' }),
    changeOf(portalId, contact, { subscriptionType: 'object.creation', objectTypeId: '2-77' }),
    changeOf(portalId, contact, {
      subscriptionType: 'contact.associationChange',
      associationType: 'CONTACT_TO_TICKET',
      fromObjectId: Number(contact),
      toObjectId: 5,
    }),
    changeOf(portalId, contact, {
      subscriptionType: 'object.associationChange',
      objectTypeId: '0-2',
      fromObjectTypeId: '0-2',
      toObjectTypeId: '0-2',
      fromObjectId: Number(id(companies)),
      toObjectId: Number(id(companies, 1)),
    }),
    'not an event',
    null,
  ])
  expect(response.status).toBe(204)
  expect(receiver.counts).toEqual({
    deliveries: 1,
    refused: 0,
    accepted: 0,
    otherPortal: 1,
    unknown: 6,
    notMirrored: 4,
  })
  await receiver.drained()
  expect(portal.calls).toEqual([])
})

test.each([
  ['no JSON', '{"objectId":'],
  ['an object', '{}'],
  ['a null', 'null'],
  ['nothing', ''],
])('%s in place of events is refused, once the signature was right', async (_, body) => {
  const { send, receiver } = await createWebhookWorld({ run: false })
  const response = await send(body)
  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(receiver.counts.refused).toBe(1)
})

test('a body above the limit is refused, whatever its content-length', async () => {
  const { webhooks, receiver } = await createWebhookWorld({
    run: false,
    receiver: { bodyLimit: 100 },
  })
  const announced = webhooks.request('x'.repeat(101))
  announced.headers.set('content-length', '101')
  expect((await receiver.receive(announced)).status).toBe(413)
  expect((await receiver.receive(webhooks.request('x'.repeat(101)))).status).toBe(413)
  expect((await receiver.receive(webhooks.request(`[${' '.repeat(98)}]`))).status).toBe(204)
})

test('any method except POST is refused', async () => {
  const { receiver } = await createWebhookWorld({ run: false })
  const response = await receiver.receive(new Request(targetUrl))
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('POST')
})

test('a thousand concurrent deliveries are queued in a few commits', async () => {
  const { portal, store, sync, clock, webhooks } = await createWebhookWorld({
    open: () => memoryStore(),
    size: { contacts: 500, companies: 0, deals: 0 },
  })
  let commits = 0
  const enqueue: HubspotSync['enqueue'] = (records) => {
    commits++
    return sync.enqueue(records)
  }
  const receiver = createWebhookReceiver({
    sync: { ...sync, enqueue },
    clientSecret,
    logger: undefined,
    bodyLimit: 1_000_000,
    clientTimeout: 30_000,
    now: () => clock.now(),
  })
  for (const { id } of portal.records('contacts')) portal.update('contacts', id, { firstname: 'x' })
  const deliveries = webhooks.pending.flatMap((event) => [event, event])
  const replies = await Promise.all(
    deliveries.map((event) => receiver.receive(webhooks.request([event]))),
  )
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([204]))
  expect(receiver.counts).toMatchObject({ deliveries: 1_000, accepted: 1_000 })
  expect(commits).toBeLessThan(20)
  await receiver.drained()
  await expectEqual(portal, store)
})
