import { Problem } from '../problem.js'
import { type BodyFailure, type BodyLimits, unreadBody } from './read-bodies.js'
import { isSignedBy, signatureClaim } from './webhook-signature.js'

/** A delivery that is refused, with what the client and the log are told. */
export class RefusedDelivery {
  constructor(
    readonly problem: Problem,
    /** The reason for the log. The client doesn't get it. */
    readonly why = problem.message,
  ) {}
}

/** What a delivery is checked with. */
export interface DeliveryRules {
  clientSecret: string
  publicUrl: string | undefined
  limits: BodyLimits
  readBody: (request: Request) => Promise<Uint8Array | BodyFailure>
  now: () => number
}

/** A request, the URL that the client called, and whether the host has already consumed the body. */
export interface Delivery {
  request: Request
  url: string
  bodyIsRead: boolean
}

/**
 * Reads the events of a delivery.
 *
 * @throws `RefusedDelivery` if it isn't signed by HubSpot, or isn't a JSON array.
 */
export async function eventsOf(
  { request, url, bodyIsRead }: Delivery,
  { clientSecret, publicUrl, limits, readBody, now }: DeliveryRules,
): Promise<unknown[]> {
  const { method } = request
  if (method !== 'POST') throw new RefusedDelivery(otherMethod())
  const claim = signatureClaim(request.headers, now())
  if (typeof claim === 'string') throw new RefusedDelivery(unsigned(), claim)
  if (bodyIsRead) throw new RefusedDelivery(unsigned(), BODY_IS_READ)
  const body = await readBody(request)
  if (typeof body === 'string') throw new RefusedDelivery(unreadBody(body, limits))
  const address = addressOf(url, publicUrl)
  if (!isSignedBy(clientSecret, claim, { method, address, body })) {
    // HubSpot never sends an empty body. Some hosts pass one on instead of the body that they have consumed.
    const why = body.byteLength === 0 ? BODY_IS_READ : notSigned(claim.version, address)
    throw new RefusedDelivery(unsigned(), why)
  }
  const events = parseEvents(body)
  if (events) return events
  throw new RefusedDelivery(new Problem(400, 'INVALID_INPUT', 'Expected a JSON array of events.'))
}

function otherMethod(): Problem {
  return new Problem(405, 'METHOD_NOT_ALLOWED', 'Expected the method POST.', {}, { allow: 'POST' })
}

function unsigned(): Problem {
  return new Problem(
    401,
    'UNAUTHENTICATED',
    "Expected HubSpot's signature, made with the client secret of the app and at most five minutes away from now.",
  )
}

/** The log message if the host reads the bodies itself. */
const BODY_IS_READ =
  'its body was read before hubsync got the request, so its signature cannot be checked. Mount the handler before any body parser, or keep the bytes: express.json({ verify: (request, _, body) => { request.rawBody = body } })'

function notSigned(version: string, address: string): string {
  const secret = 'Check `clientSecret`'
  // Version 1 only covers the body.
  return version === 'v1'
    ? `it wasn't signed with this client secret. ${secret}.`
    : `it wasn't signed with this client secret for the address ${address.slice(0, 300)}. ${secret}, and \`publicUrl\` if HubSpot calls another address.`
}

/** The URL that HubSpot has signed, in the same spelling. */
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
