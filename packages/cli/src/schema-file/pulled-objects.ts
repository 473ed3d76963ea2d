import { createHash } from 'node:crypto'
import {
  createHubspotSync,
  type DescribedObject,
  defineObject,
  memoryStore,
  type ObjectDefinition,
} from '@hubsync/core'
import { capitalized } from './column-names.js'
import { columnsOf, type PulledColumn, pulledColumns, type Selection } from './pulled-columns.js'

/** An object of the file. */
export interface PulledObject {
  /** The name of the constant. */
  variable: string
  /** HubSpot's type. */
  type: string
  /** The name of the table. */
  name: string
  /** What the portal calls the records. */
  label: string | null
  /** Core's own definition of the type, if it has one: the name of its export, and of its table. */
  standard: { exported: string; name: string } | undefined
  columns: PulledColumn[]
}

/** Definitions that there are before the file is written. */
export interface DefinitionsBefore {
  /** Those of the file as it is. */
  inFile: readonly ObjectDefinition[]
  /** Those of the configuration. */
  configured: readonly ObjectDefinition[]
  /** Those of core, by the names of its exports. */
  standard: ReadonlyMap<string, ObjectDefinition>
}

/** The objects of the file, and what has changed that needs to be told. */
export function pulledObjects(
  described: readonly DescribedObject[],
  before: DefinitionsBefore,
  selection: Selection,
): { objects: PulledObject[]; told: string[] } {
  const told: string[] = []
  const tables = tableNames(described, before)
  const variables = new Set<string>()
  const objects = described.map((object): PulledObject => {
    const { type } = object
    const own = ofType(before.inFile, type)
    const [exported, definition] = [...before.standard].find(([, each]) => each.type === type) ?? []
    const standard = exported && definition ? { exported, name: definition.name } : undefined
    const others = [ofType(before.configured, type), definition]
    const pulled = pulledColumns(
      object.properties ?? [],
      {
        inFile: own ? columnsOf(own.columns) : [],
        others: others.flatMap((each) => (each ? columnsOf(each.columns) : [])),
      },
      selection,
    )
    const name = tables.get(type) as string
    told.push(...pulled.told.map((text) => `${name}.${text}`))
    const variable = variableOf(name, variables)
    variables.add(variable)
    return { variable, type, name, label: object.plural, standard, columns: pulled.columns }
  })
  return { objects, told }
}

function ofType(
  definitions: readonly ObjectDefinition[],
  type: string,
): ObjectDefinition | undefined {
  return definitions.find((each) => each.type === type)
}

/**
 * The names of the tables, by type: those of earlier definitions, those of HubSpot's own types, and those that the
 * portal gave its objects. If that is not possible as a name, or is that of something else, the type's id is added.
 */
function tableNames(
  described: readonly DescribedObject[],
  { inFile, configured, standard }: DefinitionsBefore,
): Map<string, string> {
  const names = new Map<string, string>()
  const open: DescribedObject[] = []
  for (const object of described) {
    const { type } = object
    const known =
      ofType(inFile, type) ?? ofType(configured, type) ?? ofType([...standard.values()], type)
    if (known) names.set(type, known.name)
    else if (!object.isCustom) names.set(type, /^\d/.test(type) ? withId('object', type) : type)
    else open.push(object)
  }
  const fixed = [...names].map(([type, name]) => defineObject({ type, name, columns: {} }))
  const natural = open.map(({ name }) => tableName(name ?? ''))
  for (const [index, { type }] of open.entries()) {
    const name = natural[index] as string
    const isFree = natural.filter((each) => each === name).length === 1
    names.set(type, isFree && isTakenBy(fixed, type, name) ? name : withId(name, type))
  }
  return names
}

/** Whether core takes an object of this name beside the others: it may be that of something of its own. */
function isTakenBy(others: readonly ObjectDefinition[], type: string, name: string): boolean {
  try {
    const objects = [...others, defineObject({ type, name, columns: {} })]
    createHubspotSync({ accessToken: 'none', store: memoryStore(), objects })
    return true
  } catch {
    return false
  }
}

const LONGEST_TABLE = 40

function tableName(name: string): string {
  const spelled = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
  return spelled.slice(0, LONGEST_TABLE) || 'object'
}

function withId(name: string, type: string): string {
  const ending = `_${type.replaceAll(/[^a-z0-9]/gi, '_')}`
  return `${name.slice(0, LONGEST_TABLE - ending.length)}${ending}`
}

/** Words that can't be the name of a constant of the file. */
const words = new Set([
  ...['column', 'defineObject', 'objects', 'await', 'break', 'case', 'catch', 'class', 'const'],
  ...['continue', 'debugger', 'default', 'delete', 'do', 'else', 'enum', 'export', 'extends'],
  ...['false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in', 'instanceof'],
  ...['interface', 'let', 'new', 'null', 'package', 'private', 'protected', 'public', 'return'],
  ...['static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var', 'void'],
  ...['while', 'with', 'yield', 'eval', 'arguments', 'undefined'],
])

function variableOf(table: string, taken: ReadonlySet<string>): string {
  const [first = '', ...others] = table.split('_').filter(Boolean)
  const name = [first, ...others.map(capitalized)].join('')
  const isFree = !words.has(name) && !taken.has(name) && !name.startsWith('standard')
  return isFree ? name : `${name}Object${taken.has(name) ? hashOf(table) : ''}`
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6)
}
