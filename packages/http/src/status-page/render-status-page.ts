import { definitionsSection } from './definitions-section.js'
import { type Markup, markup, momentMarkup } from './markup.js'
import { RUNS_SHOWN } from './run-chart.js'
import { figuresOf, type RunFigures } from './run-figures.js'
import {
  associationsSection,
  errorSection,
  filtersSection,
  objectsSection,
  runningSection,
  runsSection,
} from './sections.js'
import { assetUrl } from './status-page-assets.js'
import type { StatusPageInput } from './status-page-input.js'
import { inUtc, inWords } from './wording.js'

/** The page loads only what this handler serves. The icon is inline. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers: Readonly<Record<string, string>> = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
})

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='6' fill='%23376f95'/%3E%3C/svg%3E"

/** The headline for each status of the last run. */
const headlines: Record<RunFigures['status'] | 'never', string> = {
  running: 'Running',
  complete: 'Complete',
  partial: 'Partial',
  failed: 'Failed',
  lost: 'Interrupted',
  busy: 'Left to another run',
  never: 'Not mirrored yet',
}

/** Seconds between two refreshes: shorter while a run is running. */
const refreshEvery = { running: 3, resting: 30 }

/**
 * Renders the status page. It is complete without its script, which only refreshes it in place. All values are escaped,
 * and there are no inline styles or scripts.
 */
export function renderStatusPage(input: StatusPageInput): {
  html: string
  headers: Readonly<Record<string, string>>
} {
  const { status, now, basePath } = input
  const running = input.runs.filter((run) => run.status === 'running')
  const runs = input.runs.slice(0, RUNS_SHOWN).map((run) => figuresOf(run, now))
  const state = running.length > 0 ? 'running' : (runs[0]?.status ?? 'never')
  const refresh = state === 'running' ? refreshEvery.running : refreshEvery.resting
  const portal = status ? `portal ${status.portal.portalId}` : 'HubSpot'
  // Parts by name: the script replaces only those that differ.
  const parts: [string, Markup | string][] = [
    ['error', status?.lastError ? errorSection(status.lastError, now) : ''],
    ['running', running.length > 0 ? runningSection(running, now) : ''],
    ['objects', status ? objectsSection(status, now) : beforeTheFirstRun],
    ['runs', runs.length > 0 ? runsSection(runs, now) : ''],
    ['associations', status ? associationsSection(status, now) : ''],
    ['filters', status ? filtersSection(status) : ''],
    ['definitions', status ? definitionsSection(status.definitions, now) : ''],
  ]
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${headlines[state] ?? state}: mirror of ${portal}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${assetUrl(basePath, 'status-page.css')}">
<script src="${assetUrl(basePath, 'status-page.js')}" defer></script>
<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>
</head>
<body data-refresh="${refresh}">
<header>
<p class="kind">hubsync</p>
<h1>Mirror of ${portal}</h1>
<p class="summary"><span data-part="state" role="status"><span class="state state-${state}">${headlines[state] ?? state}</span></span> <span data-part="last-run" class="quiet">${lastRunWords(runs, now)}</span></p>
</header>
<main>
${parts.map(([name, content]) => markup`<div data-part="${name}">${content}</div>`)}
</main>
<footer>
<p data-part="read">As of <time datetime="${new Date(now).toISOString()}">${inUtc(new Date(now).toISOString())}</time> UTC. <a href="${basePath}/status">The same as JSON</a></p>
<p id="stale" role="status" hidden>This page could not be refreshed. It will try again.</p>
</footer>
</body>
</html>
`
  return { html: String(page), headers }
}

const beforeTheFirstRun = markup`<section aria-labelledby="objects-heading">
<h2 id="objects-heading">Objects</h2>
<p>Nothing has been mirrored into this store yet. The first run reads everything.</p>
</section>`

function lastRunWords(runs: readonly RunFigures[], now: number): Markup | string {
  if (runs[0]?.status === 'lost')
    return 'The process of the last run died. The next run continues from there.'
  const ended = runs.find(({ endedAt }) => endedAt !== null)
  if (!ended?.endedAt) return ''
  return markup`last run ended ${momentMarkup(ended.endedAt, now)}, after ${inWords(ended.duration ?? 0)}`
}
