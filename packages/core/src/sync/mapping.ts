import type { ColumnKind } from '../objects/columns.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import { keepsHistory } from '../objects/history-selection.js'
import type { Coverage } from './checkpoint-states.js'

/** What the rows of an object are filled from: its columns, and the additional properties. */
export function mappingOf({ columns, properties }: ObjectDefinition): string[] {
  const mapped = Object.entries(columns).map(
    ([name, { kind, property }]) => `${name}:${kind}:${property}`,
  )
  return [
    ...mapped,
    ...(properties === 'mapped'
      ? []
      : properties === 'all'
        ? ['*']
        : properties.map((name) => `+${name}`)),
  ].sort()
}

/** The columns of a mapping. */
export function columnsOf(
  mapping: readonly string[],
): { name: string; kind: ColumnKind; property: string }[] {
  return mapping.flatMap((entry) => {
    const [name = '', kind, property = ''] = entry.split(':')
    return kind === undefined ? [] : [{ name, kind: kind as ColumnKind, property }]
  })
}

/** The properties that entries of a mapping name; `*` for all that the portal has. */
export function namedBy(entries: readonly string[]): string[] {
  return entries.map((entry) => {
    if (entry === '*') return entry
    return entry.startsWith('+') ? entry.slice(1) : (entry.split(':')[2] ?? '')
  })
}

/** Whether HubSpot's objects contain this property if they are read by that mapping. */
export function reads(mapping: readonly string[], property: string): boolean {
  const named = namedBy(mapping)
  return named.includes('*') || named.includes(property)
}

/** Whether rows that are filled from that mapping have this entry. */
export function covers(mapping: readonly string[], entry: string): boolean {
  return mapping.includes(entry) || (entry.startsWith('+') && reads(mapping, entry.slice(1)))
}

/** What a coverage has of the history of these objects: the properties by object, `*` for all. */
export function historyRead(objects: readonly ObjectDefinition[]): Pick<Coverage, 'history'> {
  const read = objects
    .filter(keepsHistory)
    .map(({ name, history }) => [name, history === 'all' ? ['*'] : history.toSorted()])
  return read.length > 0 ? { history: Object.fromEntries(read) } : {}
}

/** Whether a coverage reads an object without the history of one of these properties. */
export function lacksHistory(
  { history }: Pick<Coverage, 'history'>,
  object: string,
  properties: readonly string[],
): boolean {
  const read = history?.[object] ?? []
  return !read.includes('*') && properties.some((name) => !read.includes(name))
}
