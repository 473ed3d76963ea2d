import { createHash } from 'node:crypto'
import { column, defineObject } from '@hubsync/core'

/** PostgreSQL's and core's limit of a column's name, in snake_case. */
const LONGEST = 60
const HASH = 6

/** A property that needs a name for its column. */
export interface Unnamed {
  /** Its internal name in HubSpot. */
  name: string
  /** When it was made; null if HubSpot doesn't say, as for the oldest of its own. */
  createdAt: string | null
}

/**
 * Names for the columns of properties. A property keeps its name when another one comes: those that have a name already
 * keep it, and of two that would have the same one, the older gets it. The other's name ends with a hash of its own.
 *
 * @param taken - the names of other columns of the object.
 * @param ending - by property: a word that its name ends with.
 */
export function columnNames(
  properties: readonly Unnamed[],
  taken: Iterable<string>,
  ending: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const spelled = new Set([...taken].map(snakeCase))
  const names = new Map<string, string>()
  for (const { name: property } of [...properties].sort(byAge)) {
    const natural = naturalName(property, ending.get(property) ?? '')
    const name = spelled.has(snakeCase(natural)) ? hashed(natural, property) : natural
    spelled.add(snakeCase(name))
    names.set(property, name)
  }
  return names
}

function byAge(one: Unnamed, other: Unnamed): number {
  return (
    order(one.createdAt ?? '', other.createdAt ?? '') ||
    // `foo1` before `foo_1`, which needs another name in camelCase anyway.
    order(one.name.length, other.name.length) ||
    order(one.name, other.name)
  )
}

function order<T>(one: T, other: T): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** The name that follows from the property alone: its words in camelCase. */
function naturalName(property: string, ending: string): string {
  const [first = '', ...others] = property
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  const camel = [first, ...others.map(capitalized)].join('')
  const name = `${/^[a-z]/.test(camel) ? camel : `property${capitalized(camel)}`}${ending}`
  if (isAscii(property) && snakeCase(name).length <= LONGEST)
    return isReserved(name) ? `${name}Property` : name
  return hashed(name, property)
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7E]*$/.test(text)
}

/** The name with a hash of the property's own name, which no other property has. */
function hashed(name: string, property: string): string {
  const hash = createHash('sha256').update(property).digest('hex').slice(0, HASH)
  let short = name
  while (snakeCase(short).length > LONGEST - HASH - 2) short = short.slice(0, -1)
  return `${short}X${hash}`
}

/** Whether core refuses the name: a base field has it, a column of every table, or the database. */
function isReserved(name: string): boolean {
  if (name in {}) return true
  try {
    defineObject({ type: 'contacts', columns: { [name]: column.text('any') } })
    return false
  } catch {
    return true
  }
}

/** A column's name in SQL. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The same with a capital first letter. */
export function capitalized(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}
