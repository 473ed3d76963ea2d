import type { FoundGap, HistoryReport, MirrorStatus } from '@hubsync/core'
import { momentText } from './moments.js'
import { table } from './table.js'
import { countText, numberText } from './whole-numbers.js'

/** How many gaps of an object are named. `--json` has more. */
const NAMED = 3

/** The state of the histories that the mirror keeps. */
export function historyLines(objects: MirrorStatus['objects']): string[] {
  const kept = Object.entries(objects).flatMap(([name, { history }]) =>
    history ? [{ name, ...history }] : [],
  )
  if (kept.length === 0) return []
  const lines = kept.map(({ name, lacking, readAt, gaps }) => [
    name,
    lacking.length > 0 ? 'to be read' : readAt === null ? 'with the records' : momentText(readAt),
    numberText(gaps),
  ])
  return [
    '',
    table(['history', 'read', 'gaps'], lines),
    ...kept.flatMap(({ name, lacking, gapExamples }) => [
      ...(lacking.length > 0 ? [`${name}: the next run reads ${listed(lacking)}`] : []),
      ...gapExamples.slice(0, NAMED).map((gap) => `${name}: gap in ${gapText(gap)}`),
    ]),
  ]
}

/** What a run found that is wrong with the histories of a job's records. */
export function historyNotes(name: string, history: HistoryReport | undefined): string[] {
  if (!history) return []
  const { gaps, gapExamples, unsettled, unsettledExamples, undated } = history
  const [gap] = gapExamples
  const [open] = unsettledExamples
  return [
    ...(gaps > 0
      ? [
          `${name}: ${countText(gaps, 'gap')} in histories, because HubSpot had dropped values already${gap ? `, for example in ${gapText(gap)}` : ''}`,
        ]
      : []),
    ...(unsettled > 0
      ? [
          `${name}: of ${countText(unsettled, 'history', 'histories')} the newest entry isn't the value of the property${open ? `, for example of ${open.property} of ${open.id}` : ''}`,
        ]
      : []),
    ...(undated > 0
      ? [`${name}: ${countText(undated, 'entry', 'entries')} of histories left out, without a date`]
      : []),
  ]
}

function gapText({ property, id, after, before }: FoundGap): string {
  const when = after === null ? '' : `between ${momentText(after)} and `
  return `${property} of ${id}, ${when || 'before '}${momentText(before)}`
}

function listed(properties: readonly string[]): string {
  return properties.includes('*') ? 'all of it' : properties.join(', ')
}
