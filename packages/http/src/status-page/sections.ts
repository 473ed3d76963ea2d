import type { MirrorStatus, ObjectStatus, StatusError } from '@hubsync/core'
import { type Markup, markup, momentMarkup } from '../pages/markup.js'
import type { Run } from '../runs.js'
import { runChart } from './run-chart.js'
import { type RunFigures, runStatuses } from './run-figures.js'
import { inDigits, inUtc, inWords } from './wording.js'

const phases: Record<ObjectStatus['phase'], string> = {
  new: 'not read yet',
  backfill: 'first read',
  changes: 'up to date',
  gone: 'not in HubSpot any more',
}

/** The last error, and those of other objects, each with what to do about it. */
export function errorSections(
  { lastError, objects }: Pick<MirrorStatus, 'lastError' | 'objects'>,
  now: number,
): Markup[] {
  const all = [lastError, ...Object.values(objects).map((object) => object.lastError)]
  const byJob = new Map(all.flatMap((error) => (error ? [[error.job, error]] : [])))
  return [...byJob.values()].map((error, index) => errorSection(error, index, now))
}

function errorSection(error: StatusError, index: number, now: number): Markup {
  const { job, code, message, category, correlationId, at, advice } = error
  const details = [
    ['Job', job],
    ['Code', code],
    ["HubSpot's category", category],
    ['Correlation id', correlationId],
  ].filter(([, value]) => value !== null)
  return markup`<section class="notice" aria-labelledby="error-${index}-heading">
<h2 id="error-${index}-heading">Last error, ${momentMarkup(at, now)}</h2>
<p class="message">${message}</p>
<p><strong>What to do:</strong> ${advice}</p>
<dl class="facts">${details.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>`
}

/** The running runs, with the progress of each job. */
export function runningSection(running: readonly Run[], now: number): Markup {
  const jobs = running.flatMap(({ jobs: names, startedAt, progress }) =>
    names.map((job) => ({ job, startedAt, progress: progress?.[job] })),
  )
  const items = jobs.map(({ job, startedAt, progress }, index) => {
    if (progress?.status !== 'running') return ''
    const { done, total } = progress
    const words =
      total === null ? `${inDigits(done)} so far` : `${inDigits(done)} of ${inDigits(total)}`
    const bar =
      total === null
        ? ''
        : markup`<progress aria-labelledby="job-${index}" max="${Math.max(total, done, 1)}" value="${done}"></progress>`
    return markup`<li><div class="line"><span id="job-${index}" class="name">${job}</span><span class="quiet">${words}, started ${momentMarkup(startedAt, now)}</span></div>${bar}</li>`
  })
  const waiting = jobs.filter(({ progress }) => !progress).map(({ job }) => job)
  const over = jobs.filter(({ progress }) => progress && progress.status !== 'running')
  const done = over.map(({ job, progress }) => `${job} (${progress?.status})`)
  return markup`<section aria-labelledby="running-heading">
<h2 id="running-heading">Running now</h2>
<ul class="jobs">${items}</ul>
${waiting.length > 0 ? markup`<p class="quiet">Waiting: ${waiting.join(', ')}</p>` : ''}
${done.length > 0 ? markup`<p class="quiet">Done: ${done.join(', ')}</p>` : ''}
</section>`
}

/** For each object its rows, its phase, and the time up to which it is complete. */
export function objectsSection(
  { objects }: Pick<MirrorStatus, 'objects'>,
  now: number,
  basePath: string,
): Markup {
  const rows = Object.entries(objects).map(([name, object]) => {
    const { active, archived, completeUpTo } = object
    const complete =
      completeUpTo === null
        ? markup`<span class="quiet">not yet</span>`
        : markup`${momentMarkup(completeUpTo, now)} <small>${inUtc(completeUpTo)} UTC</small>`
    return markup`<tr role="row">
<th role="rowheader" scope="row"><a href="${basePath}/explorer/${name}">${name}</a></th>
<td role="cell" data-label="Rows">${inDigits(active)} ${archived > 0 ? markup`<small>and ${inDigits(archived)} archived</small>` : ''}</td>
<td role="cell" data-label="Phase">${phaseWords(object)}</td>
<td role="cell" data-label="Complete up to">${complete}</td>
</tr>`
  })
  return markup`<section aria-labelledby="objects-heading">
<h2 id="objects-heading">Objects</h2>
<table role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Object</th><th role="columnheader" scope="col">Rows</th><th role="columnheader" scope="col">Phase</th><th role="columnheader" scope="col">Complete up to</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody>
</table>
</section>`
}

function phaseWords({ phase, backfill, openWindows, unanswered }: ObjectStatus): string {
  const open = [
    openWindows > 0 ? `${inDigits(openWindows)} parts of a change window open` : '',
    unanswered > 0 ? `${inDigits(unanswered)} records unanswered` : '',
  ].filter((words) => words !== '')
  const progress = backfill
    ? `, ${inDigits(backfill.read)}${backfill.total === null ? '' : ` of about ${inDigits(backfill.total)}`}`
    : ''
  return [`${phases[phase] ?? phase}${progress}`, ...open].join('; ')
}

/** For each pair of objects the time when its associations were last read. */
export function associationsSection(
  { associations }: Pick<MirrorStatus, 'associations'>,
  now: number,
): Markup {
  const items = Object.entries(associations).map(([pair, { sweptAt, unanswered }]) => {
    const swept = sweptAt === null ? 'not read yet' : markup`read ${momentMarkup(sweptAt, now)}`
    const open = unanswered > 0 ? `, ${inDigits(unanswered)} records unanswered` : ''
    return markup`<div><dt>${pair}</dt><dd>${swept}${open}</dd></div>`
  })
  if (items.length === 0) return markup``
  return markup`<section aria-labelledby="associations-heading">
<h2 id="associations-heading">Associations</h2>
<dl class="facts">${items}</dl>
</section>`
}

/** The columns without an index by which lists were filtered. */
export function filtersSection({
  unindexedFilters,
}: Pick<MirrorStatus, 'unindexedFilters'>): Markup {
  if (unindexedFilters.length === 0) return markup``
  const items = unindexedFilters.map(
    ({ object, column, rows }) =>
      markup`<li>${object} is filtered by ${column}, which has no index: each such list reads up to ${inDigits(rows)} rows.</li>`,
  )
  return markup`<section aria-labelledby="filters-heading">
<h2 id="filters-heading">Filters without an index</h2>
<ul>${items}</ul>
<p class="quiet">Give the column <code>index: true</code> in its definition. The next run makes the index.</p>
</section>`
}

/** The last runs as a chart and as a table. */
export function runsSection(runs: readonly RunFigures[], now: number): Markup {
  const rows = runs.map(
    (run) => markup`<tr role="row">
<th role="rowheader" scope="row"><time datetime="${run.startedAt}">${inUtc(run.startedAt)}</time> <small>${momentMarkup(run.startedAt, now)}</small></th>
<td role="cell" data-label="Result">${run.status}</td>
<td role="cell" data-label="Took">${run.duration === null ? markup`<span class="quiet">not known</span>` : inWords(run.duration)}</td>
<td role="cell" data-label="Read">${inDigits(run.read)}</td>
<td role="cell" data-label="Written">${inDigits(run.written)}</td>
<td role="cell" data-label="Error">${run.error ?? markup`<span class="quiet">none</span>`}</td>
</tr>`,
  )
  const legend = runStatuses
    .filter((status) => runs.some((run) => run.status === status))
    .map(
      (status) =>
        markup`<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="bar bar-${status}" x="1" y="1" width="10" height="10"/></svg>${status}</li>`,
    )
  return markup`<section aria-labelledby="runs-heading">
<h2 id="runs-heading">Last runs</h2>
<figure>${runChart(runs)}
<figcaption><ul class="legend">${legend}</ul></figcaption></figure>
<details id="runs-table"><summary>The last runs as a table</summary>
<table role="table">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Started (UTC)</th><th role="columnheader" scope="col">Result</th><th role="columnheader" scope="col">Took</th><th role="columnheader" scope="col">Read</th><th role="columnheader" scope="col">Written</th><th role="columnheader" scope="col">Error</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody>
</table></details>
</section>`
}
