import { timingSafeEqual } from 'node:crypto'
import type { Guard } from '../auth.js'
import { Problem } from '../problem.js'
import { expectOwnPage } from './own-pages.js'

/**
 * Expects a form of one of our pages, and of the viewer's session if there is one. Other pages of the same host may send
 * forms with its cookie, but don't know its form token.
 *
 * @throws a problem with status 403.
 */
export async function expectOwnForm(
  guard: Guard,
  request: Request,
  read: (request: Request) => Promise<URLSearchParams>,
): Promise<void> {
  expectOwnPage(request)
  const form = await read(request)
  const expected = Buffer.from(guard.session(request)?.formToken ?? '')
  const given = Buffer.from(form.get('form') ?? '')
  if (given.length === expected.length && timingSafeEqual(given, expected)) return
  throw new Problem(
    403,
    'OTHER_SITE',
    'Expected a form of your session, which may have ended. Open the page again and repeat it there.',
  )
}
