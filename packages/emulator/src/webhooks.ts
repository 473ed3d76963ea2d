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
   * Whether events are sent as they happen. What is refused is sent again as the portal's clock goes on, up to ten times
   * within a day, or by `deliver()`. @defaultValue false, so that only `deliver()` sends
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
   * sent eleven times. Those that wait for their next attempt are sent at once.
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
const TIMEOUT = 5_000
/**
 * When a refused delivery is sent again, in minutes after it was sent first: ten times within a day, at moments that
 * vary a little. Source: HubSpot docs, "Webhooks", for the number and the day; the moments are made up.
 */
const RETRIES = [1, 5, 15, 45, 120, 240, 450, 720, 1_020, 1_380]
const JITTER = 0.04
const MINUTE = 60_000
/** The share of events that are sent twice. */
const TWICE = 0.1

/** What a portal calls of one who hears of its events. */
export interface Subscription {
  readonly hear: RecordListener
  /** Forgets the events that aren't delivered yet: the portal is reset. */
  readonly forget: () => void
}

/** An event that is to be sent, at once or at the time of its next attempt. */
interface Waiting {
  readonly event: WebhookEvent
  readonly dueAt: number
  /** Undefined until it was sent. */
  readonly firstSentAt: number | undefined
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
  const { signature = 'v1', fetch = globalThis.fetch } = target
  if (!URL.canParse(url)) throw new TypeError(`Expected the target's full URL, got ${String(url)}.`)
  if (!clientSecret)
    throw new TypeError('Expected the clientSecret that deliveries are signed with, got none.')
  let waiting: Waiting[] = []
  let isSending = false
  let isClosed = false
  /** How often the portal was reset. What was under way then is forgotten. */
  let resets = 0
  const hear: RecordListener = (event, appId) => {
    const occurredAt = clock.now()
    const told = webhookEvent(event, { account, occurredAt, appId, generic, random })
    waiting.push({ event: told, dueAt: occurredAt, firstSentAt: undefined })
    if (automatic) void sendDue()
  }
  const unsubscribe = subscribe({
    hear,
    forget: () => {
      waiting = []
      resets++
    },
  })

  /** Takes what is to be sent out of what waits. */
  const take = (isWanted: (one: Waiting) => boolean): Waiting[] => {
    const taken = waiting.filter((one) => isWanted(one))
    waiting = waiting.filter((one) => !isWanted(one))
    return taken
  }

  /** Sends what has happened in this turn of the event loop, and what has become due, until nothing is left. */
  const sendDue = async () => {
    if (isSending || isClosed) return
    isSending = true
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      const now = clock.now()
      const due = take(({ dueAt }) => dueAt <= now)
      if (due.length === 0) break
      await send(due)
    }
    isSending = false
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

  const sendBatch = async (batch: Waiting[]): Promise<number> => {
    const [sentAt, before] = [clock.now(), resets]
    const signal = AbortSignal.timeout(TIMEOUT)
    const statusOf = async () =>
      (await fetch(new Request(request(batch.map(({ event }) => event)), { signal }))).status
    const status = await statusOf().catch(() => 0)
    if (isAccepted(status) || resets !== before) return status
    const jitter = 1 + JITTER * (2 * random.next() - 1)
    for (const { event, firstSentAt = sentAt } of batch) {
      const attempts = Number(event.attemptNumber)
      const minutes = RETRIES[attempts]
      if (minutes === undefined) continue
      const dueAt = firstSentAt + Math.floor(minutes * MINUTE * jitter)
      waiting.push({ event: { ...event, attemptNumber: attempts + 1 }, dueAt, firstSentAt })
      if (automatic) clock.onceAt?.(dueAt, () => void sendDue())
    }
    return status
  }

  const send = async (due: readonly Waiting[]): Promise<number[]> => {
    const events = shuffled(
      due.flatMap((one) => (random.next() < TWICE ? [one, one] : [one])),
      random,
    )
    const batches: Waiting[][] = []
    while (events.length > 0) batches.push(events.splice(0, AT_ONCE))
    const statuses: number[] = []
    while (batches.length > 0)
      statuses.push(...(await Promise.all(batches.splice(0, CONCURRENT).map(sendBatch))))
    return statuses
  }

  return {
    get pending() {
      return waiting.map(({ event }) => event)
    },
    request,
    deliver: () => send(take(() => true)),
    close() {
      isClosed = true
      unsubscribe()
    },
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
