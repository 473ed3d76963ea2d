import { memoryStore } from '@hubsync/core'
import { afterEach, expect, test, vi } from 'vitest'
import { silentStore } from '../support/silent-store.js'
import { createWebhookWorld } from './webhook-world.js'

afterEach(() => void vi.useRealTimers())

test('a delivery that a silent database never notes is refused, for HubSpot to send it again', async () => {
  const { store, fallSilent } = silentStore(memoryStore())
  const { send, contacts, id, receiver } = await createWebhookWorld({ open: () => store })
  const event = { subscriptionType: 'contact.creation', objectId: Number(id(contacts)) }
  fallSilent()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const reply = send([event])
  // HubSpot's own patience, and what a store has to write what is under way.
  await vi.advanceTimersByTimeAsync(10_000)
  expect((await reply).status).toBe(503)
  expect(receiver.counts.deliveries).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})
