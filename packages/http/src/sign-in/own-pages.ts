import { Problem } from '../problem.js'

/**
 * Expects that a browser sent a request from a page of this host. Browsers set these headers themselves: no other page
 * can change them.
 *
 * @throws a problem with status 403.
 */
export function expectOwnPage({ headers }: Request): void {
  const site = headers.get('sec-fetch-site')
  // Browsers send `Sec-Fetch-Site` only over HTTPS and to localhost.
  if (site === null ? isOwn(headers) : site === 'same-origin') return
  throw new Problem(
    403,
    'OTHER_SITE',
    'Expected a request from a page of this server. Open the page again and repeat it there.',
  )
}

/** A proxy may have replaced `Host`, and then names the one that the browser sent. */
function isOwn(headers: Headers): boolean {
  const origin = headers.get('origin') ?? ''
  if (!URL.canParse(origin)) return false
  const { host } = new URL(origin)
  return [headers.get('host'), headers.get('x-forwarded-host')].includes(host)
}
