import { memoryStore } from '@hubsync/core'
import { createClock, createPortal } from '@hubsync/emulator'
import { setupServer } from 'msw/node'
import { expect, onTestFinished, test } from 'vitest'
import { createMirror, phonesOfDeal } from './callbacks.js'

/** An emulated portal and its mirror. Tests don't wait for HubSpot's limits or for the clock. */
function createWorld() {
  const clock = createClock()
  const portal = createPortal({ clock })
  const server = setupServer(...portal.handlers())
  server.listen({ onUnhandledFrame: 'error' })
  onTestFinished(() => server.close())
  const mirror = createMirror({ accessToken: portal.token, store: memoryStore(), clock })
  return { portal, mirror, clock }
}

test('the contacts of a deal are called', async () => {
  const { portal, mirror } = createWorld()
  const deal = portal.create('deals', { dealname: 'Engine' })
  const contact = portal.create('contacts', { phone: '+44 (20) 7946 0018' })
  portal.associate('contacts', contact, 'deals', deal)
  await mirror.run()
  expect(await phonesOfDeal(mirror, deal)).toEqual(['+442079460018'])
})

test('a contact in the recycle bin is not called', async () => {
  const { portal, mirror, clock } = createWorld()
  const deal = portal.create('deals', { dealname: 'Engine' })
  const contact = portal.create('contacts', { phone: '+44 20 7946 0018' })
  portal.associate('contacts', contact, 'deals', deal)
  await mirror.run()
  portal.archive('contacts', contact)
  await clock.advance(60_000)
  await mirror.run()
  expect(await phonesOfDeal(mirror, deal)).toEqual([])
})

test('while HubSpot fails, the mirror still answers', async () => {
  const { portal, mirror } = createWorld()
  const deal = portal.create('deals', { dealname: 'Engine' })
  const contact = portal.create('contacts', { phone: '030 901820' })
  portal.associate('contacts', contact, 'deals', deal)
  await mirror.run()
  portal.fault({ kind: 'html', status: 502, path: '/crm/', times: Number.POSITIVE_INFINITY })
  expect(await mirror.run()).toMatchObject({ status: 'failed' })
  expect(await phonesOfDeal(mirror, deal)).toEqual(['030901820'])
})
