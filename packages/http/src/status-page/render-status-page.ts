import { type Markup, markup, momentMarkup } from '../pages/markup.js'
import { barMarkup, formTokenMarkup, headMarkup, pageHeaders, pagePolicy } from '../pages/page.js'
import { definitionsSection } from './definitions-section.js'
import { RUNS_SHOWN } from './run-chart.js'
import { figuresOf, type RunFigures } from './run-figures.js'
import {
  associationsSection,
  errorSections,
  filtersSection,
  objectsSection,
  runningSection,
  runsSection,
} from './sections.js'
import { assetUrl } from './status-page-assets.js'
import type { StatusPageInput } from './status-page-input.js'
import { inUtc, inWords } from './wording.js'

const headers: Readonly<Record<string, string>> = Object.freeze({
  ...pageHeaders,
  'content-security-policy': pagePolicy(
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
  ),
})

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
  const { status, now, basePath, viewer } = input
  const running = input.runs.filter((run) => run.status === 'running')
  const runs = input.runs.slice(0, RUNS_SHOWN).map((run) => figuresOf(run, now))
  const state = running.length > 0 ? 'running' : (runs[0]?.status ?? 'never')
  const refresh = state === 'running' ? refreshEvery.running : refreshEvery.resting
  const portal = status ? `portal ${status.portal.portalId}` : 'HubSpot'
  // Parts by name: the script replaces only those that differ.
  const parts: [string, Markup | Markup[] | string][] = [
    ['error', status ? errorSections(status, now) : ''],
    ['running', running.length > 0 ? runningSection(running, now) : ''],
    ['objects', status ? objectsSection(status, now, basePath) : beforeTheFirstRun],
    ['runs', runs.length > 0 ? runsSection(runs, now) : ''],
    ['associations', status ? associationsSection(status, now) : ''],
    ['filters', status ? filtersSection(status) : ''],
    ['definitions', status ? definitionsSection(status.definitions, now) : ''],
  ]
  const page = markup`<!doctype html>
<html lang="en">
<head>
${headMarkup(`${headlines[state] ?? state}: mirror of ${portal}`, assetUrl(basePath, 'status-page.css'))}
<script src="${assetUrl(basePath, 'status-page.js')}" defer></script>
<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>
</head>
<body data-refresh="${refresh}">
<header>
${barMarkup(viewer, basePath, 'status')}
<h1>Mirror of ${portal}</h1>
<p class="summary"><span data-part="state" role="status"><span class="state state-${state}">${headlines[state] ?? state}</span></span> <span data-part="last-run" class="quiet">${lastRunWords(runs, now)}</span></p>
${input.canStart && viewer.rights.trigger ? runNowMarkup(input) : ''}
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

/** The button that starts everything that is due. */
function runNowMarkup({ basePath, viewer }: StatusPageInput): Markup {
  return markup`<form class="run-now" method="post" action="${basePath}/run-now">${formTokenMarkup(viewer)}<button>Run now</button></form>`
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
