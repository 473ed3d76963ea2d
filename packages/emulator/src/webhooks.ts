import type { Account } from './account.js'
import type { Clock } from './clock.js'
import type { Random } from './random.js'
import type { RecordListener } from './record-events.js'
import { type WebhookEvent, webhookEvent } from './webhook-event.js'
import { signatureHeaders } from './webhook-signature.js'

/** The receiver of a portal's events. */
export interface WebhookTarget {
  /** The target URL as the app has it in HubSpot. */
  url: string
  /** The app's client secret, with which deliveries are signed. */
  clientSecret: string
  /**
   * Whether all subscriptions are generic: `object.creation` with a type id in place of `contact.creation`.
   * @defaultValue false
   */
  generic?: boolean
  /**
   * Whether events are sent as they happen. What is refused is sent again with the next event, or by `deliver()`.
   * @defaultValue false, so that only `deliver()` sends
   */
  automatic?: boolean
  /**
   * The version of the older signature, in `x-hubspot-signature`. The one of version 3 is always sent too.
   * @defaultValue 'v1'
   */
  signature?: 'v1' | 'v2'
  /** The function that sends. @defaultValue the global `fetch` */
  fetch?: (request: Request) => Promise<Response>
}

/** An app's subscriptions to all events of records. */
export interface PortalWebhooks {
  /** The events that aren't delivered yet. */
  readonly pending: readonly WebhookEvent[]
  /**
   * Delivers the pending events as HubSpot does: up to 100 at a time, in no order, some of them twice. Resolves to the
   * status of each delivery; 0 means no reply. Events of a delivery without a 2xx stay pending, until they have been
   * sent eleven times.
   *
   */
  deliver(): Promise<number[]>
  /** Creates a signed delivery with this content: `events` as JSON, or a text as it is. */
  request(events: unknown): Request
  /** Ends the subscriptions. */
  close(): void
}

/** Source of these figures: HubSpot docs, "Webhooks". */
const AT_ONCE = 100
const CONCURRENT = 10
const RETRIES = 10
const TIMEOUT = 5_000
/** The share of events that are sent twice. */
const TWICE = 0.1

/** What a portal calls of one who hears of its events. */
export interface Subscription {
  readonly hear: RecordListener
  /** Forgets the events that aren't delivered yet: the portal is reset. */
  readonly forget: () => void
}

/** Subscribes an app to all events of a portal's records from now on. */
export function createWebhooks(
  {
    account,
    clock,
    random,
    subscribe,
  }: {
    account: Account
    clock: Clock
    random: Random
    subscribe: (subscription: Subscription) => () => void
  },
  target: WebhookTarget,
): PortalWebhooks {
  const { url, clientSecret, generic = false, automatic = false } = target
  const { signature = 'v1', fetch: send = globalThis.fetch } = target
  if (!URL.canParse(url)) throw new TypeError(`Expected the target's full URL, got ${String(url)}.`)
  if (!clientSecret)
    throw new TypeError('Expected the clientSecret that deliveries are signed with, got none.')
  let pending: WebhookEvent[] = []
  let isSending = false
  const hear: RecordListener = (event) => {
    pending.push(webhookEvent(event, { account, occurredAt: clock.now(), generic, random }))
    if (automatic && !isSending) void sendSoon()
  }
  const close = subscribe({
    hear,
    forget: () => {
      pending = []
    },
  })

  /** Sends what has happened in this turn of the event loop, and what happens meanwhile after that. */
  const sendSoon = async () => {
    isSending = true
    await new Promise((resolve) => setImmediate(resolve))
    const statuses = await deliver()
    isSending = false
    if (pending.length > 0 && statuses.every(isAccepted)) void sendSoon()
  }

  const request = (events: unknown): Request => {
    const body = typeof events === 'string' ? events : JSON.stringify(events)
    const headers = signatureHeaders({ url, body, clientSecret, signature, sentAt: clock.now() })
    return new Request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
  }

  const deliverBatch = async (events: WebhookEvent[]): Promise<number> => {
    const status = await send(
      new Request(request(events), { signal: AbortSignal.timeout(TIMEOUT) }),
    ).then(
      (response) => response.status,
      () => 0,
    )
    if (isAccepted(status)) return status
    for (const event of events) {
      const attemptNumber = Number(event.attemptNumber) + 1
      if (attemptNumber <= RETRIES) pending.push({ ...event, attemptNumber })
    }
    return status
  }

  const deliver = async (): Promise<number[]> => {
    const events = shuffled(
      pending.flatMap((event) => (random.next() < TWICE ? [event, event] : [event])),
      random,
    )
    pending = []
    const batches: WebhookEvent[][] = []
    while (events.length > 0) batches.push(events.splice(0, AT_ONCE))
    const statuses: number[] = []
    while (batches.length > 0)
      statuses.push(...(await Promise.all(batches.splice(0, CONCURRENT).map(deliverBatch))))
    return statuses
  }

  return {
    get pending() {
      return pending
    },
    request,
    deliver,
    close,
  }
}

function isAccepted(status: number): boolean {
  return status >= 200 && status < 300
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
