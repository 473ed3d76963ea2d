import { type HubspotSync, isHubsyncError, type Logger, type QueuedRecord } from '@hubsync/core'
import { inTime } from '../in-time.js'
import { Problem, problemReply } from '../problem.js'
import { securityHeaders } from '../reply.js'
import { createBackgroundSync } from './background-sync.js'
import { eventsOf, RefusedDelivery } from './delivery.js'
import { gather } from './gather.js'
import { createBodyReader } from './read-bodies.js'
import { idOf, readEvent, type WebhookEvent } from './webhook-events.js'

/** How to authenticate HubSpot's webhooks. */
export interface WebhookOptions {
  /** The client secret of the HubSpot app, with which its webhooks are signed. */
  clientSecret: string
  /**
   * The URL that HubSpot calls, needed if a proxy changes it: the origin, such as `https://crm.example.com`, to which
   * the request's path is added, or the whole target URL. The query is always that of the request.
   *
   * @defaultValue the request's own URL
   *
   */
  publicUrl?: string | undefined
}

interface ReceiverOptions extends WebhookOptions {
  /** The mirror whose queue gets the records of the events. */
  sync: Pick<HubspotSync, 'objects' | 'pairs' | 'portalId' | 'enqueue' | 'syncQueued'>
  logger: Logger | undefined
  /** The maximum size of a delivery, in bytes. */
  bodyLimit: number
  /** How long a client may take to send its body, in milliseconds. */
  clientTimeout: number
  /** Milliseconds since 1970. @defaultValue the machine's */
  now?: () => number
}

/** Counts since the receiver was created. */
export interface WebhookCounts {
  /** Deliveries that were accepted. */
  deliveries: number
  /**
   * Deliveries that were refused. The log has the reason of each: unsigned, wrongly signed, too old, too large, too
   * slow, too many at once, malformed.
   */
  refused: number
  /** Events about a record of the mirror. */
  accepted: number
  /** Events of another portal. */
  otherPortal: number
  /** Events of objects or associations that aren't mirrored, and events before the first run. */
  notMirrored: number
  /** Events of an unknown kind, or without a record id. */
  unknown: number
}

/** The received webhooks. */
export interface Webhooks {
  /** Counts of the deliveries and events since the handler was created. */
  readonly counts: Readonly<WebhookCounts>
  /**
   * Resolves when the records of the events have been read, or have failed to be read. For tests, and for hosts that
   * freeze the process after a reply.
   */
  drained(): Promise<void>
}

/** Receives the webhooks of one HubSpot app for one mirror. */
export interface WebhookReceiver extends Webhooks {
  /**
   * Answers a delivery after its records are durably in the queue, before they are read.
   *
   * @param url - the URL that the client called. Default: that of the request.
   * @param bodyIsRead - whether the host has already consumed the body.
   *
   */
  receive(request: Request, url?: string, bodyIsRead?: boolean): Promise<Response>
  /** Ends the read in the background. Unread records stay in the queue, for the next run of all jobs. */
  close(): Promise<void>
}

/**
 * Creates a receiver of HubSpot's webhooks. An event is only a hint: its records are added to the queue, the delivery
 * is answered, and then the records are read from HubSpot. So the order and repetition of events doesn't matter.
 *
 * A delivery is refused with 401 unless it is signed with `clientSecret`: with version 3 and a timestamp at most five
 * minutes from now, or with version 1 if it has no version 3.
 */
export function createWebhookReceiver(options: ReceiverOptions): WebhookReceiver {
  const {
    sync,
    clientSecret,
    publicUrl,
    logger,
    bodyLimit,
    clientTimeout,
    now = Date.now,
  } = options
  const limits = {
    bytes: bodyLimit,
    together: BODIES_TOGETHER * bodyLimit,
    ms: Math.min(clientTimeout, HUBSPOT_WAITS_MS),
  }
  const rules = { clientSecret, publicUrl, limits, readBody: createBodyReader(limits), now }
  const enqueue = gather<QueuedRecord>((records) =>
    inTime(HUBSPOT_WAITS_MS, undefined, (signal) => sync.enqueue(records, { signal })),
  )
  const background = createBackgroundSync(sync, logger)
  const counts: WebhookCounts = {
    deliveries: 0,
    refused: 0,
    accepted: 0,
    otherPortal: 0,
    notMirrored: 0,
    unknown: 0,
  }

  function refuse({ problem, why }: RefusedDelivery): Response {
    counts.refused++
    logger?.warn({ status: problem.status }, `a delivery of webhooks was refused: ${why}`)
    return problemReply(problem)
  }

  async function take(events: readonly unknown[]): Promise<void> {
    const portalId = await inTime(HUBSPOT_WAITS_MS, undefined, (signal) =>
      sync.portalId({ signal }),
    ).catch((error: unknown) => {
      // The first run starts later, and reads everything.
      if (isHubsyncError(error) && error.code === 'NOT_MIRRORED') return undefined
      throw error
    })
    if (portalId === undefined) {
      counts.notMirrored += events.length
      return
    }
    const records = recordsOf(events, { sync, portalId, counts, logger })
    if (records.length === 0) return
    await enqueue(records)
    background.start()
  }

  return {
    counts,
    drained: () => background.ended(),
    close: () => background.close(),

    async receive(request, url = request.url, bodyIsRead = request.bodyUsed) {
      try {
        const events = await eventsOf({ request, url, bodyIsRead }, rules)
        await inTimeForHubspot(take(events))
      } catch (error) {
        if (error instanceof RefusedDelivery) return refuse(error)
        logger?.error(
          { error },
          'a delivery of webhooks could not be added to the queue: HubSpot sends it again',
        )
        return problemReply(
          new Problem(
            503,
            'NOT_NOTED',
            'The delivery could not be added to the queue. Send it again.',
          ),
        )
      }
      counts.deliveries++
      return new Response(null, { status: 204, headers: securityHeaders })
    },
  }
}

/** HubSpot's timeout for a delivery (HubSpot docs, "Webhooks"). */
const HUBSPOT_WAITS_MS = 5_000
/** How long queuing a delivery may take, so that the reply arrives before HubSpot's timeout. */
const NOTING_MS = 4_000
/** How many bodies of the maximum size fit into memory together. HubSpot sends ten deliveries at a time. */
const BODIES_TOGETHER = 16

/**
 * Waits no longer than HubSpot does. If the records are queued later, HubSpot's retry queues them again, which does no
 * harm.
 */
async function inTimeForHubspot(noting: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const message = `Expected the store to queue the delivery within ${NOTING_MS / 1_000} s, but it has not answered.`
  const timer = setTimeout(() => late.reject(new Error(message)), NOTING_MS)
  try {
    await Promise.race([noting, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** The records of these events. Counts the events, and logs those that are ignored. */
function recordsOf(
  events: readonly unknown[],
  {
    sync,
    portalId,
    counts,
    logger,
  }: Pick<ReceiverOptions, 'sync' | 'logger'> & { portalId: string; counts: WebhookCounts },
): QueuedRecord[] {
  const records: QueuedRecord[] = []
  for (const event of events) {
    if (!isEvent(event)) {
      counts.unknown++
    } else if (event.portalId !== undefined && idOf(event.portalId) !== portalId) {
      counts.otherPortal++
    } else {
      const reading = readEvent(event, sync)
      if ('records' in reading) {
        counts.accepted++
        records.push(...reading.records)
      } else {
        counts[reading.ignored]++
        const subscriptionType = wordOf(event.subscriptionType)
        const objectTypeId = wordOf(event.objectTypeId)
        logger?.debug({ subscriptionType, objectTypeId }, `event ignored: ${reading.ignored}`)
      }
    }
  }
  return records
}

/** A field of unknown type and size, as it is logged. */
function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 100) : undefined
}

function isEvent(event: unknown): event is WebhookEvent {
  return typeof event === 'object' && event !== null && !Array.isArray(event)
}
