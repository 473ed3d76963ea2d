import { Refusal } from '../auth.js'
import type { HandlerContext } from '../context.js'
import type { Problem } from '../problem.js'
import { signInMarkup } from '../sign-in/sign-in-form.js'
import { type Markup, markup } from './markup.js'
import { pageHeaders, renderPage } from './page.js'
import { viewerOf } from './viewer.js'

/** Whether a request wants a page, as those of a browser's address bar do. Programs accept anything. */
export function wantsPage(request: Request): boolean {
  return /\btext\/html\b/i.test(request.headers.get('accept') ?? '')
}

const titles: Record<number, string> = {
  400: 'This address is not valid',
  401: 'Sign in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Already running',
  414: 'This address is too long',
  429: 'Too many tries',
  503: 'Not available now',
}

/** The page for a request that was refused or has failed. */
export async function refusalPage(
  { guard, basePath }: Pick<HandlerContext, 'guard' | 'basePath'>,
  request: Request,
  problem: Problem,
  path: string,
): Promise<Response> {
  const known = await viewerOf(guard, request)
  // The page has the form itself.
  const viewer = problem instanceof Refusal ? { ...known, canSignIn: false } : known
  const title = titles[problem.status] ?? 'This did not work'
  const main = markup`<h1>${title}</h1>
${problem instanceof Refusal ? wayMarkup(problem, { basePath, path }) : sectionOf(problem.detail)}`
  const { status, headers } = problem
  const head = status === 401 ? reloadMarkup(request) : markup``
  const html = renderPage({ title: `${title}: hubsync`, viewer, basePath, main, head })
  return new Response(html, { status, headers: { ...pageHeaders, ...headers } })
}

/** How a viewer can get the right that is missing. */
function wayMarkup(
  { status, right, way }: Refusal,
  place: { basePath: string; path: string },
): Markup {
  if (way === 'host')
    return sectionOf(
      'The site that serves this page decides who may open it. Sign in to that site, then open this page again.',
    )
  if (way === 'nobody')
    return sectionOf(
      `Nobody may open this page: the option \`auth\` of the handler gives nobody the right "${right}".`,
    )
  const lacks =
    status === 403
      ? sectionOf(`Your token doesn't have the right "${right}", which this page needs.`)
      : ''
  return markup`${lacks}${signInMarkup(place)}`
}

function sectionOf(text: string): Markup {
  return markup`<section><p class="message">${text}</p></section>`
}

/**
 * After a click on a link of another site, a browser sends no cookie of ours. It does if the page then opens itself
 * again.
 */
function reloadMarkup(request: Request): Markup {
  const site = request.headers.get('sec-fetch-site')
  const isFromElsewhere = site === 'cross-site' || site === 'same-site'
  return isFromElsewhere && request.method === 'GET'
    ? markup`<meta http-equiv="refresh" content="0">`
    : markup``
}
