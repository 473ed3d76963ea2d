import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** How far the moment of a delivery may lie from now, in either direction. */
const WINDOW = 5 * 60_000
/** An HMAC of SHA-256 in base64. */
const V3_FORM = /^[A-Za-z0-9+/]{43}=$/
/** A hash of SHA-256 in hexadecimal digits. */
const V1_FORM = /^[\da-f]{64}$/
/** What HubSpot decodes in the address before it signs (HubSpot docs, "Validating requests"). */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/** What a delivery claims about itself, before its body is read. */
export type SignatureClaim =
  | { version: 'v3'; signature: string; timestamp: string }
  | { version: 'v1'; signature: string }

/**
 * The signature that a request brings, or undefined where it has none that could be right now, by its form and its moment. Where version 3 came it has to be
 * right: a correct version 1 beside it doesn't save it, since that one has no date.
 */
export function signatureClaim(headers: Headers, now: number): SignatureClaim | undefined {
  const signature = headers.get('x-hubspot-signature-v3')
  if (signature !== null) {
    const timestamp = headers.get('x-hubspot-request-timestamp') ?? ''
    const fresh = /^\d{1,15}$/.test(timestamp) && Math.abs(now - Number(timestamp)) <= WINDOW
    return fresh && V3_FORM.test(signature) ? { version: 'v3', signature, timestamp } : undefined
  }
  const older = headers.get('x-hubspot-signature')
  const version = headers.get('x-hubspot-signature-version') ?? 'v1'
  return older !== null && version === 'v1' && V1_FORM.test(older)
    ? { version, signature: older }
    : undefined
}

/** Whether a delivery was signed with this secret. Takes the same time wherever the signatures differ. */
export function isSignedBy(
  clientSecret: string,
  claim: SignatureClaim,
  { method, address, body }: { method: string; address: string; body: Uint8Array },
): boolean {
  const expected =
    claim.version === 'v1'
      ? createHash('sha256').update(clientSecret).update(body).digest('hex')
      : createHmac('sha256', clientSecret)
          .update(method + address.replaceAll(DECODED, decodeURIComponent))
          .update(body)
          .update(claim.timestamp)
          .digest('base64')
  // As text: decoded, other spellings of the same bytes would pass.
  const [given, wanted] = [Buffer.from(claim.signature), Buffer.from(expected)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
