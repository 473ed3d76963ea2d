import { createHash, createHmac } from 'node:crypto'
import { Signature } from '@hubspot/api-client'
import { expect, test } from 'vitest'
import { createPortal, type WebhookEvent, type WebhookTarget } from '../src/index.js'
import { MORNING, setUp } from './harness.js'

const url = 'https://hooks.example.com/in/hubspot?app=7'
const clientSecret = 'a secret'

/** A portal that sends its webhooks to this test. `answer` returns the status. */
const subscribe = (target: Partial<WebhookTarget> = {}, answer: () => number = () => 204) => {
  const { portal } = setUp()
  const deliveries: { events: WebhookEvent[] }[] = []
  const receive = async (request: Request) => {
    deliveries.push({ events: (await request.json()) as WebhookEvent[] })
    return new Response(null, { status: answer() })
  }
  const webhooks = portal.webhooks({ url, clientSecret, fetch: receive, ...target })
  return { portal, webhooks, deliveries }
}

test('every change of a record sends an event with HubSpot’s fields', async () => {
  const { portal, webhooks } = subscribe()
  const ada = portal.create('contacts', { firstname: 'Ada' })
  const other = portal.create('contacts', { lastname: 'Byron' })
  const firm = portal.create('companies', {})
  portal.update('contacts', ada, { firstname: 'Augusta' })
  portal.associate('contacts', ada, 'companies', firm, { primary: true })
  portal.dissociate('contacts', ada, 'companies', firm)
  portal.archive('companies', firm)
  portal.restore('companies', firm)
  const winner = portal.merge('contacts', ada, other)
  portal.privacyDelete('contacts', winner)
  const told = webhooks.pending.map(({ subscriptionType, objectId, fromObjectId }) => [
    subscriptionType,
    String(objectId ?? fromObjectId),
  ])
  expect(told).toEqual([
    ['contact.creation', ada],
    ['contact.creation', other],
    ['company.creation', firm],
    ['contact.propertyChange', ada],
    ['contact.associationChange', ada],
    ['company.associationChange', firm],
    ['contact.associationChange', ada],
    ['company.associationChange', firm],
    ['contact.associationChange', ada],
    ['company.associationChange', firm],
    ['company.deletion', firm],
    ['company.restore', firm],
    ['contact.merge', winner],
    ['contact.privacyDeletion', winner],
    ['contact.deletion', winner],
  ])
  expect(webhooks.pending[3]).toMatchObject({ propertyName: 'firstname', propertyValue: 'Augusta' })
  expect(webhooks.pending[4]).toMatchObject({
    associationType: 'CONTACT_TO_COMPANY',
    fromObjectTypeId: '0-1',
    toObjectTypeId: '0-2',
    associationRemoved: false,
    isPrimaryAssociation: true,
    occurredAt: MORNING,
  })
  expect(webhooks.pending[12]).toMatchObject({
    primaryObjectId: Number(ada),
    mergedObjectIds: [Number(other)],
    newObjectId: Number(winner),
    numberOfPropertiesMoved: 1,
  })
})

test('a purge and a calculation send no event', async () => {
  const { portal, webhooks } = subscribe()
  const [one = '', two = ''] = portal.createMany('companies', 2, () => ({}))
  await webhooks.deliver()
  portal.purge('companies', one)
  portal.setCalculated('companies', two, { num_associated_contacts: 1 })
  expect(webhooks.pending).toEqual([])
})

test('objects without subscriptions of their own are told in the generic form, and all are where asked for', () => {
  const { portal, webhooks } = subscribe({ generic: true })
  portal.defineObject({ typeId: '2-1234567', name: 'pets' })
  portal.create('pets', {})
  portal.create('contacts', {})
  expect(webhooks.pending).toMatchObject([
    { subscriptionType: 'object.creation', objectTypeId: '2-1234567' },
    { subscriptionType: 'object.creation', objectTypeId: '0-1' },
  ])
})

test('deliveries carry up to 100 events, in no order, some of them twice', async () => {
  const { portal, webhooks, deliveries } = subscribe()
  const ids = portal.createMany('contacts', 250, () => ({}))
  expect(await webhooks.deliver()).toEqual([204, 204, 204])
  const sizes = deliveries.map(({ events }) => events.length)
  expect(Math.max(...sizes)).toBe(100)
  const told = deliveries.flatMap(({ events }) => events.map(({ objectId }) => String(objectId)))
  expect(told.length).toBeGreaterThan(250)
  expect([...new Set(told)].sort()).toEqual([...ids].sort())
  expect([...new Set(told)]).not.toEqual(ids)
  expect(webhooks.pending).toEqual([])
})

test('refused events are sent again, and given up after ten more attempts', async () => {
  const { portal, webhooks, deliveries } = subscribe({}, () => 503)
  portal.create('contacts', {})
  for (let attempt = 0; attempt < 12; attempt++) await webhooks.deliver()
  expect(new Set(deliveries.map(({ events }) => events[0]?.attemptNumber)).size).toBe(11)
  expect(webhooks.pending).toEqual([])
})

test('a receiver that can not be reached is one that refused', async () => {
  const { portal, webhooks } = subscribe({ fetch: () => Promise.reject(new TypeError('no route')) })
  portal.create('contacts', {})
  expect(await webhooks.deliver()).toContain(0)
  expect(webhooks.pending[0]).toMatchObject({ attemptNumber: 1 })
})

test('deliveries are signed over method, decoded address, body and moment, and in version 1 as well', async () => {
  const { webhooks } = subscribe({ url: 'https://example.com/a%2Fb?c=%3A&d=%20' })
  const request = webhooks.request([{ objectId: 1 }])
  const body = '[{"objectId":1}]'
  expect(await request.clone().text()).toBe(body)
  const source = `POSThttps://example.com/a/b?c=:&d=%20${body}${MORNING}`
  expect(request.headers.get('x-hubspot-request-timestamp')).toBe(String(MORNING))
  expect(request.headers.get('x-hubspot-signature-v3')).toBe(
    createHmac('sha256', clientSecret).update(source).digest('base64'),
  )
  expect(request.headers.get('x-hubspot-signature')).toBe(
    createHash('sha256').update(`${clientSecret}${body}`).digest('hex'),
  )
})

test('a closed subscription gets no more events', () => {
  const { portal, webhooks } = subscribe()
  webhooks.close()
  portal.create('contacts', {})
  expect(webhooks.pending).toEqual([])
})

test.each(['v1', 'v2', 'v3'] as const)(
  'the check of HubSpot’s own client accepts a signature of %s',
  async (signatureVersion) => {
    const portal = createPortal()
    const signature = signatureVersion === 'v2' ? 'v2' : 'v1'
    const webhooks = portal.webhooks({ url, clientSecret, signature })
    const request = webhooks.request([{ objectId: 1 }])
    const name = signatureVersion === 'v3' ? 'x-hubspot-signature-v3' : 'x-hubspot-signature'
    const sent = {
      signature: request.headers.get(name) ?? '',
      clientSecret,
      requestBody: await request.text(),
      url,
      method: 'POST',
      signatureVersion,
      timestamp: Number(request.headers.get('x-hubspot-request-timestamp')),
    }
    expect(Signature.isValid(sent)).toBe(true)
    expect(Signature.isValid({ ...sent, requestBody: '[]' })).toBe(false)
  },
)

/** What a change is said to come from. */
const sourcesOf = ({ pending }: { pending: readonly WebhookEvent[] }) =>
  new Set(pending.map(({ changeSource, sourceId }) => `${changeSource} ${sourceId}`))

test('a change over HTTP comes from the app whose token it has, and others from the user interface', async () => {
  const { portal, post, patch, remove, put } = setUp()
  const receive = async () => new Response(null, { status: 204 })
  const webhooks = portal.webhooks({ url, clientSecret, fetch: receive })
  const person = portal.create('contacts', { firstname: 'Bob' })
  expect(sourcesOf(webhooks)).toEqual(new Set(['CRM_UI userId:1']))
  await webhooks.deliver()
  const contacts = '/crm/v3/objects/contacts'
  const { id } = (await post(contacts, { properties: { firstname: 'Ada' } })).body
  await patch(`${contacts}/${id}`, { properties: { firstname: 'Augusta' } })
  const company = (await post('/crm/v3/objects/companies', { properties: {} })).body.id
  await put(`/crm/v4/objects/contacts/${id}/associations/default/companies/${company}`)
  const merge = { primaryObjectId: id, objectIdToMerge: person }
  await remove(`${contacts}/${(await post(`${contacts}/merge`, merge)).body.id}`)
  const kinds = new Set(webhooks.pending.map(({ subscriptionType }) => subscriptionType))
  expect([...kinds].sort()).toEqual([
    ...['company.associationChange', 'company.creation', 'contact.associationChange'],
    ...['contact.creation', 'contact.deletion', 'contact.merge', 'contact.propertyChange'],
  ])
  expect(sourcesOf(webhooks)).toEqual(new Set(['INTEGRATION 1160452']))
})

test('a change with a token by OAuth comes from that app', async () => {
  const { portal, post } = setUp()
  const { appId, clientId, clientSecret: secret, refreshToken } = portal.addApp()
  const body = new URLSearchParams({
    ...{ grant_type: 'refresh_token', refresh_token: refreshToken },
    ...{ client_id: clientId, client_secret: secret },
  })
  const request = new Request('https://api.hubapi.com/oauth/v1/token', { method: 'POST', body })
  const { access_token } = (await (await portal.fetch(request)).json()) as { access_token: string }
  const webhooks = portal.webhooks({ url, clientSecret })
  await post('/crm/v3/objects/contacts', { properties: {} }, access_token)
  expect(sourcesOf(webhooks)).toEqual(new Set([`INTEGRATION ${appId}`]))
})

test('a creation and a deletion say that they are one', () => {
  const { portal, webhooks } = subscribe()
  portal.archive('contacts', portal.create('contacts', {}))
  expect(webhooks.pending.map(({ changeFlag }) => changeFlag)).toEqual(['CREATED', 'DELETED'])
})
