import { Problem } from '../problem.js'
import { type BodyLimits, createBodyReader, unreadBody } from '../webhooks/read-bodies.js'

/** The forms have a token and a path. Anybody may send one, so all of them share little memory. */
const limits: BodyLimits = { bytes: 32 * 1024, together: 1024 * 1024, ms: 5_000 }

/** Creates a reader of the forms of pages. */
export function createFormReader(): (request: Request) => Promise<URLSearchParams> {
  const read = createBodyReader(limits)
  return async (request) => {
    const type = request.headers.get('content-type') ?? ''
    if (!/^application\/x-www-form-urlencoded\b/i.test(type))
      throw new Problem(415, 'UNSUPPORTED_MEDIA_TYPE', 'Expected a form of a page of this server.')
    const body = await read(request)
    if (typeof body === 'string') throw unreadBody(body, limits)
    return new URLSearchParams(new TextDecoder().decode(body))
  }
}
