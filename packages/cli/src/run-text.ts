import type { JobReport, RunReport } from '@hubsync/core'
import { durationText } from './durations.js'
import { historyNotes } from './history-text.js'
import type { Session } from './session.js'
import { type Cell, table } from './table.js'
import { countText, numberText } from './whole-numbers.js'

const headings = [
  'job',
  'status',
  'read',
  'created',
  'updated',
  'unchanged',
  'archived',
  'restored',
  'removed',
  'calls',
]

/**
 * The report of a run, as text.
 *
 * @param order - the names of the jobs, in the order in which to show them.
 */
export function runText(session: Session, report: RunReport, order: readonly string[]): string {
  const place = (job: string) => order.indexOf(job) + 1 || order.length + 1
  const jobs = Object.entries(report.jobs).sort(([one], [other]) => place(one) - place(other))
  const took = Date.parse(report.finishedAt) - Date.parse(report.startedAt)
  const spent = `${countText(report.calls, 'call')} in ${durationText(took)}`
  const status = session.paint(colours[report.status], report.status)
  return [
    `portal ${report.portalId}: ${status}, ${spent}`,
    '',
    table(
      headings,
      jobs.map(([name, job]) => lineOf(session, name, job)),
    ),
    ...notes(jobs, report.warning),
  ].join('\n')
}

/** A run that found nothing to do, in one line; undefined for any other. */
export function quietText(session: Session, report: RunReport, at: string): string | undefined {
  const isQuiet = ({ created, updated, archived, restored, removed, history }: JobReport) =>
    created + updated + archived + restored + removed + (history?.added ?? 0) === 0
  const { status, warning, calls } = report
  const jobs = Object.values(report.jobs)
  if (status !== 'complete' || warning !== undefined || !jobs.every(isQuiet)) return undefined
  const took = durationText(Date.parse(report.finishedAt) - Date.parse(report.startedAt))
  const word = session.paint(colours.complete, status)
  return `${at}  ${word}, nothing new, ${countText(calls, 'call')} in ${took}`
}

const colours = {
  complete: 'green',
  partial: 'yellow',
  failed: 'red',
  busy: 'yellow',
  skipped: 'yellow',
} as const

function lineOf(session: Session, name: string, job: JobReport): Cell[] {
  const { status, started } = job
  const outcome = started || status === 'skipped' ? status : 'not started'
  const figures = [
    job.read,
    job.created,
    job.updated,
    job.unchanged,
    job.archived,
    job.restored,
    job.removed,
    job.calls,
  ]
  return [
    name,
    { text: outcome, paint: (text) => session.paint(colours[status], text) },
    ...figures.map(numberText),
  ]
}

/** What the table doesn't show: why a job isn't complete, what was left out, and warnings. */
function notes(jobs: [string, JobReport][], warning: string | undefined): string[] {
  const lines = jobs.flatMap(([name, job]) => {
    const { reason, started, error, misfits, misfitExamples, unlinked, leftOut, history } = job
    const [misfit] = misfitExamples
    const id = error?.correlationId ? ` (correlation id ${error.correlationId})` : ''
    return [
      ...(started && reason !== undefined ? [`${name}: ${reason}${id}`] : []),
      ...(misfit
        ? [
            `${name}: ${countText(misfits, 'value')} didn't fit the column and became NULL there, for example ${misfit.property} of ${misfit.id}`,
          ]
        : []),
      ...historyNotes(name, history),
      ...(leftOut ? [`${name}: left out. ${leftOut.message}`] : []),
      ...(unlinked > 0
        ? [
            `${name}: ${countText(unlinked, 'association')} left out, because HubSpot doesn't give the record at one end`,
          ]
        : []),
    ]
  })
  // Often the same reason stopped another job, which has it in its own line.
  const kept = jobs
    .filter(([, { started, reason }]) => !started && reason !== undefined)
    .map(([, { reason = '' }]) => reason)
    .filter((reason) => !lines.some((line) => line.includes(reason.replace('Not started: ', ''))))
  const all = [...lines, ...new Set(kept), ...(warning === undefined ? [] : [warning])]
  return all.length === 0 ? [] : ['', ...all]
}
