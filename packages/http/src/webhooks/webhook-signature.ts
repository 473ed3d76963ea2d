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
 * The signature that a request brings, or why it has none that could be right now, by its form and its moment. Where version 3 came it has to be
 * right: a correct version 1 beside it doesn't save it, since that one has no date.
 */
export function signatureClaim(headers: Headers, now: number): SignatureClaim | string {
  const signature = headers.get('x-hubspot-signature-v3')
  if (signature !== null) {
    const timestamp = headers.get('x-hubspot-request-timestamp') ?? ''
    if (!V3_FORM.test(signature)) return 'X-HubSpot-Signature-v3 is no signature'
    if (!/^\d{1,15}$/.test(timestamp)) return 'X-HubSpot-Request-Timestamp is no moment'
    const off = now - Number(timestamp)
    if (Math.abs(off) > WINDOW)
      return `it was signed ${Math.round(Math.abs(off) / 1_000)} s ${off > 0 ? 'before' : 'after'} now by this machine's clock, and 300 s are allowed`
    return { version: 'v3', signature, timestamp }
  }
  const older = headers.get('x-hubspot-signature')
  const version = headers.get('x-hubspot-signature-version') ?? 'v1'
  if (older === null) return 'it has no header X-HubSpot-Signature-v3 or X-HubSpot-Signature'
  if (version !== 'v1' || !V1_FORM.test(older))
    return 'X-HubSpot-Signature is no signature of version 1'
  return { version, signature: older }
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
