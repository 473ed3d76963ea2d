import {
  type Hint,
  type HubspotSync,
  InvalidOptionError,
  isHubsyncError,
  type Logger,
} from '@hubsync/core'
import { createBackgroundDrain } from './background-drain.js'
import { gather } from './gather.js'
import { readBody } from './read-body.js'
import { readEvent, type WebhookEvent } from './webhook-events.js'
import { isSignedBy, signatureClaim } from './webhook-signature.js'

/** What `createWebhookReceiver` takes. */
export interface WebhookReceiverOptions {
  /** The mirror that is told which records may have changed. */
  sync: Pick<HubspotSync, 'objects' | 'pairs' | 'portalId' | 'accept' | 'drain'>
  /** The client secret of the HubSpot app, which its webhooks are signed with. */
  clientSecret: string
  /**
   * Where HubSpot reaches this receiver, where a proxy changes the address: the origin, such as `https://crm.example.com`, to
   * which the request's path is added, or the whole target URL. The query is always that of the request.
   *
   * @defaultValue the request's own URL
   */
  publicUrl?: string | undefined
  /**
   * The most bytes that a delivery may have.
   *
   * @defaultValue 8 MiB: 100 events with values of the greatest length
   */
  bodyLimit?: number | undefined
  /** Hears what was ignored, and what failed. @defaultValue none */
  logger?: Logger | undefined
  /** Milliseconds since 1970. @defaultValue the machine's */
  now?: (() => number) | undefined
}

/** What has come since the receiver was made. */
export interface WebhookCounts {
  /** Deliveries that were signed and readable. */
  deliveries: number
  /** Deliveries that were refused: unsigned, wrongly signed, too old, too large, unreadable. */
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

/** Receives the webhooks of one HubSpot app for one mirror. */
export interface WebhookReceiver {
  /** Answers a delivery: once the records it names are noted durably, and before they are read. */
  fetch(request: Request): Promise<Response>
  readonly counts: Readonly<WebhookCounts>
  /** Resolves when the records that were named are read, or couldn't be: for tests, and for hosts that freeze after the reply. */
  drained(): Promise<void>
  /** Ends the reading in the background. What is left stays noted, for the next run of all jobs. */
  close(): Promise<void>
}

const BODY_LIMIT = 8 * 1024 * 1024

/**
 * Makes a receiver of HubSpot's webhooks. An event is only a hint: the records that it names are noted, the delivery is answered,
 * and then they are read from HubSpot as they are. So it doesn't matter in which order events come, or how often.
 *
 * A delivery is refused with 401 unless it bears the signature of `clientSecret`, version 3 and at most five minutes away from
 * now, or version 1 where no other came.
 *
 * @throws `InvalidOptionError` that says what was expected.
 */
export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
  expectOptions(options)
  const { sync, clientSecret, logger, bodyLimit = BODY_LIMIT, now = Date.now } = options
  const accept = gather<Hint>((hints) => sync.accept(hints))
  const drain = createBackgroundDrain(sync, logger)
  const counts: WebhookCounts = {
    ...{ deliveries: 0, refused: 0, accepted: 0 },
    ...{ otherPortal: 0, notMirrored: 0, unknown: 0 },
  }

  function refuse(status: number, title: string, detail: string): Response {
    counts.refused++
    return problem(status, title, detail)
  }

  /** The records that these events name; all other events are counted. */
  function hintsOf(events: readonly unknown[], portalId: string): Hint[] {
    const hints: Hint[] = []
    for (const event of events) {
      if (!isEvent(event)) {
        counts.unknown++
      } else if (event.portalId !== undefined && String(event.portalId) !== portalId) {
        counts.otherPortal++
      } else {
        const reading = readEvent(event, sync)
        if ('hints' in reading) {
          counts.accepted++
          hints.push(...reading.hints)
        } else {
          counts[reading.ignored]++
          const { subscriptionType, objectTypeId } = event
          logger?.debug({ subscriptionType, objectTypeId }, `event ignored: ${reading.ignored}`)
        }
      }
    }
    return hints
  }

  async function take(events: readonly unknown[]): Promise<void> {
    const portalId = await sync.portalId().catch((error: unknown) => {
      // The first run begins after this, and reads everything.
      if (isHubsyncError(error) && error.code === 'NOT_MIRRORED') return undefined
      throw error
    })
    if (portalId === undefined) {
      counts.notMirrored += events.length
      return
    }
    const hints = hintsOf(events, portalId)
    if (hints.length === 0) return
    await accept(hints)
    drain.start()
  }

  return {
    counts,
    drained: () => drain.ended(),
    close: () => drain.close(),

    async fetch(request) {
      const { method } = request
      if (method !== 'POST') {
        const response = refuse(405, 'Method not allowed', 'Deliveries come by POST.')
        response.headers.set('allow', 'POST')
        return response
      }
      const claim = signatureClaim(request.headers, now())
      if (!claim) return refuse(401, 'Unauthorized', unsigned)
      const body = await readBody(request, bodyLimit).catch(() => null)
      if (body === null) return refuse(400, 'Bad request', 'The body broke off.')
      if (!body)
        return refuse(413, 'Content too large', `A delivery has at most ${bodyLimit} bytes.`)
      const address = addressOf(request.url, options.publicUrl)
      if (!isSignedBy(clientSecret, claim, { method, address, body }))
        return refuse(401, 'Unauthorized', unsigned)
      const events = parseEvents(body)
      if (!events) return refuse(400, 'Bad request', 'A delivery is a JSON array of events.')
      try {
        await take(events)
      } catch (error) {
        logger?.error(
          { error },
          'a delivery of webhooks could not be noted: HubSpot sends it again',
        )
        return problem(
          503,
          'Service unavailable',
          'The delivery could not be noted. Send it again.',
        )
      }
      counts.deliveries++
      return new Response(null, { status: 204 })
    },
  }
}

const unsigned =
  "A delivery has to bear HubSpot's signature, made with the client secret of the app and at most five minutes away from now."

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

function isEvent(event: unknown): event is WebhookEvent {
  return typeof event === 'object' && event !== null && !Array.isArray(event)
}

function problem(status: number, title: string, detail: string): Response {
  return new Response(JSON.stringify({ type: 'about:blank', title, status, detail }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  })
}

function expectOptions({ clientSecret, publicUrl, bodyLimit }: WebhookReceiverOptions): void {
  if (typeof clientSecret !== 'string' || clientSecret === '')
    throw new InvalidOptionError(
      "Expected `clientSecret` to be the client secret of the HubSpot app, from the app's settings.",
    )
  if (publicUrl !== undefined && !isPlainUrl(publicUrl))
    throw new InvalidOptionError(
      `Expected \`publicUrl\` to be an http or https URL without query and fragment, such as "https://crm.example.com", got ${JSON.stringify(publicUrl)}.`,
    )
  if (bodyLimit !== undefined && !(Number.isInteger(bodyLimit) && bodyLimit > 0))
    throw new InvalidOptionError(
      `Expected \`bodyLimit\` to be a number of bytes, got ${JSON.stringify(bodyLimit)}.`,
    )
}

function isPlainUrl(url: string): boolean {
  return /^https?:\/\/[^?#\s]+$/.test(url) && URL.canParse(url)
}
