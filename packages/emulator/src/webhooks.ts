import type { Account } from './account.js'
import type { Crm } from './crm.js'
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

/** Subscribes an app to all events of a portal's records from now on. */
export function createWebhooks(
  { crm, account, random }: { crm: Crm; account: Account; random: Random },
  target: WebhookTarget,
): PortalWebhooks {
  const { url, clientSecret, generic = false, fetch: send = globalThis.fetch } = target
  if (!URL.canParse(url)) throw new TypeError(`Expected the target's full URL, got ${String(url)}.`)
  if (!clientSecret)
    throw new TypeError('Expected the clientSecret that deliveries are signed with, got none.')
  let pending: WebhookEvent[] = []
  const listener: RecordListener = (event) =>
    pending.push(webhookEvent(event, { account, occurredAt: crm.clock.now(), generic, random }))
  crm.listeners.add(listener)

  const request = (events: unknown): Request => {
    const body = typeof events === 'string' ? events : JSON.stringify(events)
    const headers = signatureHeaders({ url, body, clientSecret, sentAt: crm.clock.now() })
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
    if (status >= 200 && status < 300) return status
    for (const event of events) {
      const attemptNumber = Number(event.attemptNumber) + 1
      if (attemptNumber <= RETRIES) pending.push({ ...event, attemptNumber })
    }
    return status
  }

  return {
    get pending() {
      return pending
    },
    request,
    async deliver() {
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
    },
    close: () => void crm.listeners.delete(listener),
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
