import { memoryStore } from '@hubsync/core'
import { afterEach, expect, test, vi } from 'vitest'
import { silentStore } from '../support/silent-store.js'
import { createWebhookWorld } from './webhook-world.js'

afterEach(() => void vi.useRealTimers())

test('a delivery that a silent database never queues is refused, so that HubSpot sends it again', async () => {
  const { store, fallSilent } = silentStore(memoryStore())
  const { send, contacts, id, receiver } = await createWebhookWorld({ open: () => store })
  const event = { subscriptionType: 'contact.creation', objectId: Number(id(contacts)) }
  fallSilent()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const reply = send([event])
  // HubSpot waits five seconds.
  await vi.advanceTimersByTimeAsync(4_000)
  const answered = await Promise.race([reply, undefined])
  expect(answered?.status).toBe(503)
  expect(await answered?.json()).toMatchObject({ code: 'NOT_NOTED' })
  expect(receiver.counts.deliveries).toBe(0)
  // The time that a store gets to finish a commit.
  await vi.advanceTimersByTimeAsync(10_000)
  expect(vi.getTimerCount()).toBe(0)
})

test('deliveries behind one that is not queued are answered in time too', async () => {
  const { store, fallSilent } = silentStore(memoryStore())
  const { send, contacts, id, receiver } = await createWebhookWorld({ open: () => store })
  const event = { subscriptionType: 'contact.creation', objectId: Number(id(contacts)) }
  await send([event])
  await receiver.drained()
  fallSilent()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const statuses: number[] = []
  const deliver = async () => statuses.push((await send([event])).status)
  void deliver()
  await vi.advanceTimersByTimeAsync(1_000)
  void deliver()
  await vi.advanceTimersByTimeAsync(4_000)
  expect(statuses).toEqual([503, 503])
  await vi.advanceTimersByTimeAsync(30_000)
  expect(vi.getTimerCount()).toBe(0)
})
