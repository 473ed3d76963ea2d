import type { MirrorStatus, StatusError } from '@hubsync/core'
import { definitionsLines } from './definitions-text.js'
import { historyLines } from './history-text.js'
import { momentText } from './moments.js'
import type { Session } from './session.js'
import { table } from './table.js'
import { numberText } from './whole-numbers.js'

/** The state of the mirror, as text. */
export function statusText(session: Session, status: MirrorStatus): string {
  const { portal, lastRun } = status
  const objects = Object.entries(status.objects).map(([name, object]) => [
    name,
    object.backfill ? backfillText(object.backfill) : object.phase,
    ...[object.active, object.archived].map(numberText),
    ...[object.completeUpTo, object.archivedAt, object.censusAt].map(momentText),
    numberText(object.openWindows + object.unanswered),
  ])
  const pairs = Object.entries(status.associations).map(([name, { sweptAt, unanswered }]) => [
    name,
    momentText(sweptAt),
    numberText(unanswered),
  ])
  const lines = [
    `portal ${portal.portalId} (${portal.uiDomain}, ${portal.timeZone})`,
    `last run: ${lastRun ? `${lastRun.status}, ${momentText(lastRun.finishedAt ?? lastRun.startedAt)}` : 'none'}`,
    ...workingLines(status.working),
    '',
    table(
      ['object', 'phase', 'active', 'archived', 'complete up to', 'bin read', 'census', 'open'],
      objects,
    ),
  ]
  if (pairs.length > 0) lines.push('', table(['associations', 'swept', 'open'], pairs))
  lines.push(...historyLines(status.objects))
  const reference = Object.entries(status.reference)
  const parts = reference.map(([name, { readAt, rows }]) => [
    name,
    momentText(readAt),
    numberText(Object.values(rows).reduce((sum, count) => sum + count, 0)),
  ])
  if (parts.length > 0) lines.push('', table(['around the records', 'read', 'rows'], parts))
  for (const [name, { leftOut }] of reference)
    if (leftOut) lines.push('', `${name}: left out. ${leftOut.message}`)
  lines.push(...definitionsLines(session, status.definitions))
  for (const error of errorsIn(status)) lines.push('', ...errorLines(session, error))
  return lines.join('\n')
}

/** The last error, and those of other objects. */
function errorsIn({ lastError, objects }: MirrorStatus): StatusError[] {
  const all = [lastError, ...Object.values(objects).map((object) => object.lastError)]
  return [...new Map(all.filter((each) => each !== null).map((each) => [each.job, each])).values()]
}

function errorLines(session: Session, error: StatusError): string[] {
  const { job, code, message, advice, at, correlationId } = error
  return [
    session.paint('red', `last error: ${code} in ${job}, ${momentText(at)}`),
    `  ${message}`,
    ...(correlationId === null ? [] : [`  correlation id: ${correlationId}`]),
    `  what to do: ${advice}`,
  ]
}

/** A line for each run that is at work, or was when it fell silent. */
function workingLines(working: MirrorStatus['working']): string[] {
  return [...Map.groupBy(working, ({ run }) => run)].map(([run, held]) => {
    const jobs = held.map(({ job }) => job).join(', ')
    const [{ since, heardAt, isAlive }] = held as [MirrorStatus['working'][number]]
    return isAlive
      ? `at work: run ${run}, since ${momentText(since)}: ${jobs}`
      : `silent: run ${run}, since ${momentText(heardAt)}, so the next run takes over: ${jobs}`
  })
}

function backfillText({ read, total }: { read: number; total: number | null }): string {
  return `backfill, ${numberText(read)}${total === null ? '' : ` of ${numberText(total)}`}`
}
