import type { Differences, VerifyReport } from '@hubsync/core'
import { durationText } from './durations.js'
import type { Session } from './session.js'
import { table } from './table.js'
import { countText, numberText } from './whole-numbers.js'

/** How many ids of each kind are named. `--json` has more. */
const NAMED = 5

/** The result of a verification, as text. */
export function verifyText(session: Session, report: VerifyReport, repair: boolean): string {
  const { status, reason, calls } = report
  const took = durationText(Date.parse(report.finishedAt) - Date.parse(report.startedAt))
  const colour =
    status === 'equal' ? 'green' : status === 'partial' || status === 'busy' ? 'yellow' : 'red'
  const found = status === 'different' && repair ? 'repaired' : status
  const heading = `portal ${report.portalId}: ${session.paint(colour, found)}, ${countText(calls, 'call')} in ${took}`
  if (status === 'busy') return [heading, '', reason].join('\n')
  const objects = Object.entries(report.objects)
  const reference = Object.entries(report.reference)
  const pairs = Object.entries(report.associations)
  const lines = [
    heading,
    '',
    table(
      ['object', 'compared', 'missing', 'stale', 'extra', 'newer'],
      [
        ...objects.map(([name, found]) => [name, ...countsOf(found).map(numberText)]),
        ...(reference.length === 0
          ? []
          : [
              ['around the records', ...sumOf(reference.map(([, found]) => found)).map(numberText)],
            ]),
      ],
    ),
  ]
  if (pairs.length > 0)
    lines.push(
      '',
      table(
        ['associations', 'compared', 'missing', 'extra', 'unlinked'],
        pairs.map(([name, { compared, missing, extra, unlinked }]) => [
          name,
          ...[compared, missing, extra, unlinked].map(numberText),
        ]),
      ),
    )
  const histories = Object.entries(report.history)
  if (histories.length > 0)
    lines.push(
      '',
      table(
        ['history', 'compared', 'missing'],
        histories.map(([name, { compared, missing }]) => [
          name,
          ...[compared, missing].map(numberText),
        ]),
      ),
    )
  const notes = [
    ...(reason === undefined ? [] : [`It ended early: ${reason}`]),
    ...[...objects, ...reference].flatMap(([name, found]) =>
      (['missing', 'stale', 'extra'] as const)
        .filter((kind) => found[kind].count > 0)
        .map((kind) => `${name} ${kind}: ${named(found[kind].ids, found[kind].count)}`),
    ),
    ...pairs
      .filter(([, { ids }]) => ids.length > 0)
      .map(([name, { ids }]) => `${name} differ from: ${named(ids, ids.length)}`),
    ...histories
      .filter(([, { ids }]) => ids.length > 0)
      .map(
        ([name, { ids }]) =>
          `${name}: values are missing in the history of ${named(ids, ids.length)}`,
      ),
    ...Object.entries(report.errors).map(
      ([job, { code, message }]) => `${job}: ${code}: ${message}`,
    ),
  ]
  return [...lines, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')
}

function countsOf({ compared, missing, stale, extra, newer }: Differences): number[] {
  return [compared, missing.count, stale.count, extra.count, newer]
}

function sumOf(all: readonly Differences[]): number[] {
  const none = [0, 0, 0, 0, 0]
  return all.map(countsOf).reduce((sum, each) => sum.map((n, i) => n + (each[i] ?? 0)), none)
}

function named(ids: readonly string[], count: number): string {
  const shown = ids.slice(0, NAMED).join(', ')
  return count > NAMED ? `${shown} and ${numberText(count - NAMED)} more` : shown
}
