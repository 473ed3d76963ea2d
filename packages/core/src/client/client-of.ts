import type { ResolvedOptions } from '../options.js'
import { HubspotClient } from './hubspot-client.js'
import { TokenSource } from './token.js'
import { lazyClient } from './transport.js'

/**
 * The client of a mirror, by its options.
 *
 * @param closing - ends the wait for a token.
 */
export function clientOf(options: ResolvedOptions, closing: AbortSignal): HubspotClient {
  const { accessToken, clock } = options
  return new HubspotClient({
    requester: options.client ?? lazyClient(options.baseUrl),
    token: accessToken === undefined ? undefined : new TokenSource(accessToken, clock, closing),
    clock,
    apiVersion: options.apiVersion,
    limits: options.limits,
    timeoutMs: options.requestTimeoutMs,
  })
}
