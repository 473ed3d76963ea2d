import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** How far the timestamp of a delivery may differ from now, in either direction. */
const WINDOW = 5 * 60_000
/** An HMAC of SHA-256 in base64. */
const V3_FORM = /^[A-Za-z0-9+/]{43}=$/
/** A hash of SHA-256 in hexadecimal digits. */
const V1_FORM = /^[\da-f]{64}$/
/** The escapes that HubSpot decodes in the URL before it signs (HubSpot docs, "Validating requests"). */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/** The signature headers of a delivery. They are read before its body. */
export type SignatureClaim =
  | { version: 'v3'; signature: string; timestamp: string }
  | { version: 'v1'; signature: string }

/**
 * The signature of a request, or the reason why it can't be valid, by its form and its timestamp. If there is a version
 * 3, only that one counts: version 1 has no timestamp, so it could be replayed.
 */
export function signatureClaim(headers: Headers, now: number): SignatureClaim | string {
  const signature = headers.get('x-hubspot-signature-v3')
  if (signature !== null) {
    const timestamp = headers.get('x-hubspot-request-timestamp') ?? ''
    if (!V3_FORM.test(signature)) return 'X-HubSpot-Signature-v3 is not a signature'
    if (!/^\d{1,15}$/.test(timestamp)) return 'X-HubSpot-Request-Timestamp is not a timestamp'
    const off = now - Number(timestamp)
    if (Math.abs(off) > WINDOW)
      return `it was signed ${Math.round(Math.abs(off) / 1_000)} s ${off > 0 ? 'before' : 'after'} now by this machine's clock, but at most 300 s are allowed`
    return { version: 'v3', signature, timestamp }
  }
  const older = headers.get('x-hubspot-signature')
  const version = headers.get('x-hubspot-signature-version') ?? 'v1'
  if (older === null) return 'it has no header X-HubSpot-Signature-v3 or X-HubSpot-Signature'
  if (version !== 'v1' || !V1_FORM.test(older))
    return 'X-HubSpot-Signature is not a signature of version 1'
  return { version, signature: older }
}

/** Whether a delivery was signed with this secret. Compares in constant time. */
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
  // Compared as text: if decoded, other encodings of the same bytes would pass.
  const [given, wanted] = [Buffer.from(claim.signature), Buffer.from(expected)]
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
