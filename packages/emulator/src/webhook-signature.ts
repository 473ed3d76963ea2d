import { createHash, createHmac } from 'node:crypto'

/** The escapes that HubSpot decodes in the URL before it signs. Source: HubSpot docs, "Validating requests". */
const DECODED = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/** The signature headers of a delivery: version 3, and an older one for receivers that only know that. */
export function signatureHeaders(delivery: {
  url: string
  body: string
  clientSecret: string
  signature: 'v1' | 'v2'
  sentAt: number
}): Record<string, string> {
  const { url, body, clientSecret, signature, sentAt } = delivery
  const address = url.replaceAll(DECODED, decodeURIComponent)
  const signed = signature === 'v1' ? body : `POST${url}${body}`
  return {
    'x-hubspot-signature-version': signature,
    'x-hubspot-signature': createHash('sha256')
      .update(clientSecret + signed)
      .digest('hex'),
    'x-hubspot-request-timestamp': String(sentAt),
    'x-hubspot-signature-v3': createHmac('sha256', clientSecret)
      .update(`POST${address}${body}${sentAt}`)
      .digest('base64'),
  }
}
