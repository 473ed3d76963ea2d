import { unexpected } from '../expected.js'
import type { Column } from './columns.js'
import { pipelinesOf } from './standard-types.js'

/**
 * The properties whose history is kept: names of columns, or of properties in HubSpot; `'all'`: every property of the
 * portal, except for those that HubSpot calculates and the modification date.
 */
export type HistorySelection = 'all' | readonly string[]

type Columns = Readonly<Record<string, Column>>

/** What a definition says of the history. */
interface HistoryChoice {
  readonly history: HistorySelection
}

/**
 * The properties that a definition asks the history of, by their internal names. The history of the stage alone doesn't
 * say which pipeline it was a stage of, so that of the pipeline comes with it: it costs no call.
 *
 * @throws `InvalidOptionError` if a name is neither that of a column nor can be that of a property.
 */
export function historyNamed(
  object: string,
  type: string,
  columns: Columns,
  given: HistorySelection | undefined = [],
): HistorySelection {
  if (given === 'all') return given
  if (!Array.isArray(given) || !given.every((name) => typeof name === 'string'))
    throw unexpected(
      `\`history\` of "${object}" to be 'all' or a list of columns or properties, such as ['stage', 'amount']`,
      given,
    )
  const names = given.map((name: string) => propertyNamed(object, columns, name))
  const places = pipelinesOf({ type })
  if (places && names.includes(places.stage)) names.push(places.pipeline)
  return Object.freeze([...new Set(names)])
}

/** HubSpot's internal names have no capital letter, so a misspelt column is found before HubSpot is asked. */
function propertyNamed(object: string, columns: Columns, name: string): string {
  if (Object.hasOwn(columns, name)) return columns[name]?.property ?? name
  if (/^[^A-Z\s]+$/.test(name)) return name
  throw unexpected(
    `each name in \`history\` of "${object}" to be one of its columns (${Object.keys(columns).join(', ')}) or the internal name of a property in HubSpot, such as ${exampleOf(columns)}`,
    name,
  )
}

const exampleOf = (columns: Columns) => Object.values(columns)[0]?.property ?? 'amount'

/** Whether a definition keeps the history of any property. */
export function keepsHistory({ history }: HistoryChoice): boolean {
  return history === 'all' || history.length > 0
}

/** Whether a definition keeps the history of this property. */
export function keepsHistoryOf({ history }: HistoryChoice, property: string): boolean {
  return history === 'all' || history.includes(property)
}

/**
 * The properties to ask the history of. That of a calculated property isn't asked for: its moments change with each
 * reading. Nor is that of the modification date, which says nothing that others don't.
 *
 * @param all - every property that the portal has.
 */
export function historyProperties(
  { history, modifiedProperty }: HistoryChoice & { readonly modifiedProperty: string },
  all: readonly { name: string; calculated: boolean }[],
): string[] {
  const left = new Set(all.filter(({ calculated }) => calculated).map(({ name }) => name))
  left.add(modifiedProperty)
  const names = history === 'all' ? all.map(({ name }) => name) : history
  return names.filter((name) => !left.has(name))
}
