import type { DefinitionChanges, StalePart } from '@hubsync/core'
import { COUNTED_ROWS } from '@hubsync/core/store'
import { momentText } from './moments.js'
import type { Session } from './session.js'
import { table } from './table.js'
import { numberText } from './whole-numbers.js'

/** How the tables differ from the definitions, for people. Empty if they don't. */
export function definitionsLines(
  { command }: Session,
  { added, stale, refused }: DefinitionChanges,
): string[] {
  const lines: string[] = []
  if (added.length > 0) lines.push('', 'added by the next run:', ...added.map(addedLine))
  const kept = stale.filter(({ keptAt }) => keptAt !== undefined)
  const left = stale.filter(({ keptAt }) => keptAt === undefined)
  if (kept.length > 0)
    lines.push('', 'not in these definitions, and kept by another process:', ...staleLines(kept))
  if (left.length > 0)
    lines.push(
      '',
      'left of earlier definitions, and no longer written:',
      ...staleLines(left),
      `\`${command} prune\` drops it.`,
    )
  for (const { table, column, was, kind } of refused)
    lines.push(
      '',
      `refused: ${table}.${column} has values of the kind ${was}, but the definition says ${kind}.`,
      `  what to do: Drop it with \`${command} prune\`: the next run makes and fills it as ${kind}. Or give it another name.`,
    )
  return lines
}

function addedLine({ table, isNew, ...content }: DefinitionChanges['added'][number]): string {
  const { columns, properties, filledFrom, calls } = content
  const names = [
    ...columns.map((column) => `${table}.${column}`),
    ...properties.map((property) => `property ${property} of ${table}`),
  ]
  const what = names.length > 0 ? names.join(', ') : table
  const price = calls === null ? '' : `: ${count(calls, 'call')}`
  const how =
    filledFrom === 'raw' ? 'filled from raw' : `${isNew ? 'new, read' : 'read again'}${price}`
  return `  ${what}, ${how}`
}

/** The parts, a line for each. */
export function staleLines(parts: readonly StalePart[]): string[] {
  const cells = parts.map(({ table, column, rows, since, shared, keptAt }) => {
    const notes = [rows < COUNTED_ROWS ? count(rows, 'row') : `${count(rows, 'row')} or more`]
    if (keptAt !== undefined) notes.push(`written by a run of ${momentText(keptAt)}`)
    else if (since !== null) notes.push(`since ${momentText(since)}`)
    if (shared) notes.push('stays for other portals')
    return [column === null ? table : `${table}.${column}`, notes.join(', ')]
  })
  const [, ...lines] = table(['', ''], cells).split('\n')
  return lines.map((line) => `  ${line}`)
}

function count(number: number, what: string): string {
  return `${numberText(number)} ${what}${number === 1 ? '' : 's'}`
}
