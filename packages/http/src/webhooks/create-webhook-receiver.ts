import { type HubspotSync, isHubsyncError, type Logger, type QueuedRecord } from '@hubsync/core'
import { inTime } from '../in-time.js'
import { Problem, problemReply } from '../problem.js'
import { securityHeaders } from '../reply.js'
import { createBackgroundSync } from './background-sync.js'
import { gather } from './gather.js'
import { createBodyReader, unreadBody } from './read-bodies.js'
import { idOf, readEvent, type WebhookEvent } from './webhook-events.js'
import { isSignedBy, signatureClaim } from './webhook-signature.js'

/** How HubSpot's webhooks are known. */
export interface WebhookOptions {
  /** The client secret of the HubSpot app, which its webhooks are signed with. */
  clientSecret: string
  /**
   * Where HubSpot reaches this receiver, where a proxy changes the address: the origin, such as `https://crm.example.com`, to
   * which the request's path is added, or the whole target URL. The query is always that of the request.
   *
   * @defaultValue the request's own URL
   */
  publicUrl?: string | undefined
}

/** What a receiver is made of. */
interface ReceiverOptions extends WebhookOptions {
  /** The mirror that is told which records may have changed. */
  sync: Pick<HubspotSync, 'objects' | 'pairs' | 'portalId' | 'enqueue' | 'syncQueued'>
  logger: Logger | undefined
  /** The most bytes that a delivery may have. */
  bodyLimit: number
  /** How long a client may take over its body, in milliseconds. */
  clientTimeout: number
  /** Milliseconds since 1970. @defaultValue the machine's */
  now?: () => number
}

/** What has come since the receiver was made. */
export interface WebhookCounts {
  /** Deliveries that were signed and readable. */
  deliveries: number
  /** Deliveries that were refused, each with its reason in the log: unsigned, wrongly signed, too old, too large, too slow, one too many, unreadable. */
  refused: number
  /** Events that named a record of the mirror. */
  accepted: number
  /** Events of another portal. */
  otherPortal: number
  /** Events of objects or associations that aren't mirrored, or that came before the first run. */
  notMirrored: number
  /** Events of a kind that is not known, or without a record id. */
  unknown: number
}

/** What became of the webhooks that came. */
export interface Webhooks {
  /** How many deliveries and events came since the handler was made, and what became of them. */
  readonly counts: Readonly<WebhookCounts>
  /** Resolves when the records that were named are read, or couldn't be: for tests, and for hosts that freeze after the reply. */
  drained(): Promise<void>
}

/** Receives the webhooks of one HubSpot app for one mirror. */
export interface WebhookReceiver extends Webhooks {
  /**
   * Answers a delivery: once the records it names are noted durably, and before they are read.
   *
   * @param url - the address that the request came to. Default: its own.
   * @param bodyIsRead - whether somebody has read the body before, so that nothing is left of it.
   */
  receive(request: Request, url?: string, bodyIsRead?: boolean): Promise<Response>
  /** Ends the reading in the background. What is left stays noted, for the next run of all jobs. */
  close(): Promise<void>
}

/**
 * Makes a receiver of HubSpot's webhooks. An event is only a hint: the records that it names are noted, the delivery is answered,
 * and then they are read from HubSpot as they are. So it doesn't matter in which order events come, or how often.
 *
 * A delivery is refused with 401 unless it bears the signature of `clientSecret`, version 3 and at most five minutes away from
 * now, or version 1 where no other came.
 */
export function createWebhookReceiver(options: ReceiverOptions): WebhookReceiver {
  const { sync, clientSecret, logger, bodyLimit, clientTimeout, now = Date.now } = options
  const limits = {
    bytes: bodyLimit,
    together: BODIES_TOGETHER * bodyLimit,
    ms: Math.min(clientTimeout, HUBSPOT_WAITS_MS),
  }
  const readBody = createBodyReader(limits)
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

  function refuse(problem: Problem, why = problem.message): Response {
    counts.refused++
    logger?.warn({ status: problem.status }, `a delivery of webhooks was refused: ${why}`)
    return problemReply(problem)
  }

  /** The records that these events name; all other events are counted. */
  function recordsOf(events: readonly unknown[], portalId: string): QueuedRecord[] {
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
          for (const record of reading.records) records.push(record)
        } else {
          counts[reading.ignored]++
          const { subscriptionType, objectTypeId } = event
          const told = {
            subscriptionType: wordOf(subscriptionType),
            objectTypeId: wordOf(objectTypeId),
          }
          logger?.debug(told, `event ignored: ${reading.ignored}`)
        }
      }
    }
    return records
  }

  async function take(events: readonly unknown[]): Promise<void> {
    const portalId = await inTime(HUBSPOT_WAITS_MS, undefined, (signal) =>
      sync.portalId({ signal }),
    ).catch((error: unknown) => {
      // The first run begins after this, and reads everything.
      if (isHubsyncError(error) && error.code === 'NOT_MIRRORED') return undefined
      throw error
    })
    if (portalId === undefined) {
      counts.notMirrored += events.length
      return
    }
    const records = recordsOf(events, portalId)
    if (records.length === 0) return
    await enqueue(records)
    background.start()
  }

  return {
    counts,
    drained: () => background.ended(),
    close: () => background.close(),

    async receive(request, url = request.url, bodyIsRead = request.bodyUsed) {
      const { method } = request
      if (method !== 'POST')
        return refuse(
          new Problem(
            405,
            'METHOD_NOT_ALLOWED',
            'Expected the method POST.',
            {},
            { allow: 'POST' },
          ),
        )
      const claim = signatureClaim(request.headers, now())
      if (typeof claim === 'string') return refuse(unsigned(), claim)
      if (bodyIsRead) return refuse(unsigned(), BODY_IS_READ)
      const body = await readBody(request)
      if (typeof body === 'string') return refuse(unreadBody(body, limits))
      const address = addressOf(url, options.publicUrl)
      if (!isSignedBy(clientSecret, claim, { method, address, body }))
        // HubSpot sends no empty body: some hosts hand one on in place of what they have read.
        return refuse(
          unsigned(),
          body.byteLength === 0 ? BODY_IS_READ : notSigned(claim.version, address),
        )
      const events = parseEvents(body)
      if (!events)
        return refuse(new Problem(400, 'INVALID_INPUT', 'Expected a JSON array of events.'))
      try {
        await inTimeForHubspot(take(events))
      } catch (error) {
        logger?.error(
          { error },
          'a delivery of webhooks could not be noted: HubSpot sends it again',
        )
        return problemReply(
          new Problem(503, 'NOT_NOTED', 'The delivery could not be noted. Send it again.'),
        )
      }
      counts.deliveries++
      return new Response(null, { status: 204, headers: securityHeaders })
    },
  }
}

/** HubSpot gives up on a delivery that isn't answered by then (HubSpot docs, "Webhooks"). */
const HUBSPOT_WAITS_MS = 5_000
/** How long a delivery may take to be noted, so that HubSpot hears of it before it gives up. */
const NOTING_MS = 4_000
/** So many bodies of the largest size are read at once: HubSpot itself sends ten deliveries at a time. */
const BODIES_TOGETHER = 16

/** Waits no longer than HubSpot does. What is noted later is named once more by HubSpot's next try, which does no harm. */
async function inTimeForHubspot(noting: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const message = `Expected the store to note the delivery within ${NOTING_MS / 1_000} s, but it has not answered.`
  const timer = setTimeout(() => late.reject(new Error(message)), NOTING_MS)
  try {
    await Promise.race([noting, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function unsigned(): Problem {
  return new Problem(
    401,
    'UNAUTHENTICATED',
    "Expected HubSpot's signature, made with the client secret of the app and at most five minutes away from now.",
  )
}

/** What a host is told that reads the bodies itself. */
const BODY_IS_READ =
  'its body was read before it came to hubsync, so the signature over it can not be checked. Mount the handler before whatever parses bodies, or keep the bytes: express.json({ verify: (request, _, body) => { request.rawBody = body } })'

function notSigned(version: string, address: string): string {
  const secret = 'Check `clientSecret`'
  // Version 1 covers the body alone.
  return version === 'v1'
    ? `its signature is not one of this client secret. ${secret}.`
    : `its signature is not one of this client secret for the address ${address.slice(0, 300)}. ${secret}, and \`publicUrl\` where HubSpot was given another address.`
}

/** The address that HubSpot signed, spelled as it was there. */
function addressOf(url: string, publicUrl: string | undefined): string {
  if (publicUrl === undefined) return url
  const { pathname, search } = new URL(url)
  const { pathname: publicPath, origin } = new URL(publicUrl)
  return publicPath === '/' ? `${origin}${pathname}${search}` : `${publicUrl}${search}`
}

function parseEvents(body: Uint8Array): unknown[] | undefined {
  try {
    const events: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return Array.isArray(events) ? events : undefined
  } catch {
    return undefined
  }
}

/** What a log is told of a field that may be anything, of any size. */
function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 100) : undefined
}

function isEvent(event: unknown): event is WebhookEvent {
  return typeof event === 'object' && event !== null && !Array.isArray(event)
}
