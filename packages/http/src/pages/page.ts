import { securityHeaders } from '../reply.js'
import { asset, versionOf } from './asset.js'
import { type Markup, markup } from './markup.js'
import { pagesStyle } from './pages-style.js'
import type { Viewer } from './viewer.js'

/** The style of all pages but the status page. It is open to everybody: the page to sign in needs it. */
export const pagesAsset = asset(pagesStyle, 'text/css')
const version = versionOf(pagesAsset)

/** The policy of a page. It loads only what this handler serves. The icon is inline. */
export const pagePolicy = (...sources: string[]): string =>
  [
    "default-src 'none'",
    ...sources,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/** The headers of a page. Browsers tell an own page where a form comes from, and no other. */
export const pageHeaders: Readonly<Record<string, string>> = Object.freeze({
  ...securityHeaders,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': pagePolicy("style-src 'self'"),
  'referrer-policy': 'same-origin',
  // A window that another site has opened can't be watched from there.
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
})

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='6' fill='%23376f95'/%3E%3C/svg%3E"

/** What is in every page's `<head>`. */
export function headMarkup(title: string, styleUrl: string): Markup {
  return markup`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${styleUrl}">`
}

/** The pages that the navigation leads to. */
export type Place = 'status' | 'explorer'

/** The bar on top of a page: where a viewer can go, and signing in or out. */
export function barMarkup(viewer: Viewer, basePath: string, place?: Place): Markup {
  const { rights, formToken, canSignIn } = viewer
  const item = (path: string, text: string, isHere: boolean) =>
    markup`<li><a href="${basePath}${path}" ${isHere ? markup`aria-current="page"` : ''}>${text}</a></li>`
  const items = [
    rights.read ? item('/', 'Status', place === 'status') : '',
    rights.read ? item('/explorer', 'Records', place === 'explorer') : '',
    rights.docs ? item('/api/docs', 'API', false) : '',
    canSignIn ? item('/sign-in', 'Sign in', false) : '',
  ].filter((each) => each !== '')
  const signOut =
    formToken === undefined
      ? ''
      : markup`<form method="post" action="${basePath}/sign-out">${formTokenMarkup(viewer)}<button>Sign out</button></form>`
  const nav = items.length > 0 ? markup`<nav aria-label="Pages"><ul>${items}</ul></nav>` : ''
  return markup`<div class="top"><p class="kind">hubsync</p>${nav}${signOut}</div>`
}

/** The field that proves that a form comes from a page of the viewer's session. */
export function formTokenMarkup({ formToken }: Viewer): Markup | string {
  if (formToken === undefined) return ''
  return markup`<input type="hidden" name="form" value="${formToken}">`
}

/** What a page shows. */
export interface PageContent {
  title: string
  viewer: Viewer
  basePath: string
  /** What stands in `<main>`. It begins with the `<h1>`. */
  main: Markup
  place?: Place
  /** Whether it is for wide tables. */
  isWide?: boolean
  /** More of `<head>`. */
  head?: Markup
}

/** A page, without a script. */
export function renderPage(content: PageContent): string {
  const { title, viewer, basePath, main, place, isWide, head = '' } = content
  return String(markup`<!doctype html>
<html lang="en">
<head>
${headMarkup(title, `${basePath}/pages.css?version=${version}`)}
${head}
</head>
<body ${isWide ? markup`class="wide"` : ''}>
<header>${barMarkup(viewer, basePath, place)}</header>
<main>
${main}
</main>
</body>
</html>
`)
}
