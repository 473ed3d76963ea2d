import type { HubspotSyncOptions, ObjectDefinition } from '@hubsync/core'
import type { WebhookTarget } from '@hubsync/emulator'
import { onTestFinished } from 'vitest'
import { stores } from '../../../../test/integration/support/stores.js'
import { createWorld, populate } from '../../../../test/integration/support/world.js'
import { createWebhookReceiver } from '../../src/webhooks/create-webhook-receiver.js'

export const clientSecret = 'd2f1-not-a-token'
export const targetUrl = 'https://crm.example.com/webhooks/hubspot'

/** The stores with these names. */
export const storesNamed = (...names: string[]) => stores.filter(({ name }) => names.includes(name))

type WorldOption = 'objects' | 'census' | 'associationSweep'

/**
 * A portal that sends its webhooks to a receiver of its mirror, after the mirror's first run. After that, the mirror
 * learns of changes only from webhooks.
 */
export async function createWebhookWorld({
  open = storesNamed('SQLite')[0]?.open as (typeof stores)[number]['open'],
  size = { contacts: 6, companies: 4, deals: 3 },
  run = true,
  target = {},
  receiver: receiverOptions = {},
  ...worldOptions
}: {
  open?: (typeof stores)[number]['open']
  size?: Parameters<typeof populate>[1]
  run?: boolean
  target?: Partial<WebhookTarget>
  receiver?: Partial<Parameters<typeof createWebhookReceiver>[0]>
} & Partial<Pick<HubspotSyncOptions<readonly ObjectDefinition[]>, WorldOption>> = {}) {
  const world = createWorld(open(), { ...worldOptions } as object)
  const { portal, sync, clock } = world
  const ids = populate(portal, size)
  if (run) await sync.run()
  await clock.advance(60_000)
  portal.clearCalls()
  const receiver = createWebhookReceiver({
    sync,
    clientSecret,
    logger: undefined,
    bodyLimit: 1024 * 1024,
    clientTimeout: 30_000,
    now: () => clock.now(),
    ...receiverOptions,
  })
  onTestFinished(() => receiver.close())
  const webhooks = portal.webhooks({
    url: targetUrl,
    clientSecret,
    fetch: (request) => receiver.receive(request),
    ...target,
  })
  /** Delivers all events, and waits until their records are read. */
  const settle = async () => {
    const statuses = await webhooks.deliver()
    await receiver.drained()
    return statuses
  }
  /** Sends signed events. */
  const send = (events: unknown) => receiver.receive(webhooks.request(events))
  const id = (list: readonly string[], index = 0) => list[index] as string
  return { ...world, ...ids, ids, id, receiver, webhooks, settle, send }
}
