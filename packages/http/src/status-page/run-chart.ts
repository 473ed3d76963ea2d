import { type Markup, markup } from '../pages/markup.js'
import { type RunFigures, runStatuses } from './run-figures.js'
import { inUtc, inWords } from './wording.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The marks of the scale. It is logarithmic, so that runs of seconds are visible beside runs of hours. */
const marks = [0, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 10 * HOUR, 100 * HOUR]
const fewestMarks = 4

const width = 600
const height = 160
/** The minimum height of a bar. */
const leastHeight = 3
/** The number of bars that the width is divided into, even if there are fewer runs. */
export const RUNS_SHOWN = 30

/** The latest runs as bars, newest on the right, with their durations and results. */
export function runChart(runs: readonly RunFigures[]): Markup {
  const oldestFirst = runs.slice(0, RUNS_SHOWN).reverse()
  const durations = oldestFirst.flatMap(({ duration }) => duration ?? [])
  const longest = Math.max(0, ...durations)
  const above = marks.findIndex((mark) => mark >= longest)
  const scale = marks.slice(0, Math.max(fewestMarks, above === -1 ? marks.length : above + 1))
  const slot = width / RUNS_SHOWN
  const first = oldestFirst[0]
  const last = oldestFirst.at(-1)
  if (!first || !last) return markup``
  const bars = oldestFirst.map((run, index) => {
    const size = Math.max(leastHeight, heightOf(run.duration ?? 0, scale))
    const x = width - (oldestFirst.length - index) * slot + slot * 0.15
    return markup`<g><title>${inUtc(run.startedAt)} UTC: ${run.status}${run.duration === null ? '' : `, ${inWords(run.duration)}`}</title><rect class="bar bar-${run.status}" x="${round(x)}" y="${round(height - size)}" width="${round(slot * 0.7)}" height="${round(size)}"/></g>`
  })
  const lines = scale.map((_, index) => {
    const y = round(height - (index * height) / (scale.length - 1))
    return markup`<line class="rule" x1="0" x2="${width}" y1="${y}" y2="${y}"/>`
  })
  const labels = [...scale]
    .reverse()
    .map((mark) => markup`<span>${mark === 0 ? '0' : inWords(mark)}</span>`)
  return markup`<div class="chart">
<div class="scale" aria-hidden="true">${labels}</div>
<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-labelledby="chart-title chart-description">
<title id="chart-title">The last ${oldestFirst.length} runs</title>
<desc id="chart-description">${describe(oldestFirst)}</desc>
<defs><pattern id="hatching" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="6" height="6"/><rect class="hatch" width="3" height="6"/></pattern><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="stripe-ground" width="6" height="6"/><rect class="stripe" width="6" height="4"/></pattern></defs>
${lines}${bars}</svg>
<div class="span" aria-hidden="true"><time datetime="${first.startedAt}">${inUtc(first.startedAt)}</time><time datetime="${last.startedAt}">${inUtc(last.startedAt)}</time></div>
</div>`
}

function heightOf(duration: number, scale: readonly number[]): number {
  const step = height / (scale.length - 1)
  const index = Math.min(scale.filter((mark) => mark <= duration).length - 1, scale.length - 2)
  const [from = 0, to = 1] = [scale[index], scale[index + 1]]
  const within = from === 0 ? duration / to : Math.log(duration / from) / Math.log(to / from)
  return Math.min(height, (index + within) * step)
}

/** A text alternative for the chart. */
function describe(runs: readonly RunFigures[]): string {
  const count = (status: RunFigures['status']) => runs.filter((run) => run.status === status).length
  const ends = runStatuses
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`)
  const durations = runs.flatMap(({ duration }) => duration ?? [])
  const extremes =
    durations.length === 0
      ? ''
      : ` The shortest took ${inWords(Math.min(...durations))}, the longest ${inWords(Math.max(...durations))}.`
  return `Bars for the time that each run took, oldest first: ${ends.join(', ')}.${extremes} The table below has the figures.`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
