import { createHash } from 'node:crypto'
import type { DescribedObject, ObjectDefinition } from '@hubsync/core'
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
  const variables = new Set<string>()
  const objects = described.map((object): PulledObject => {
    const { type, definition } = object
    const inFile = before.inFile.find((each) => each.type === type)
    const [exported, core] = [...before.standard].find(([, each]) => each.type === type) ?? []
    const standard = exported && core ? { exported, name: core.name } : undefined
    const others = [definition, core].flatMap((each) => (each ? columnsOf(each.columns) : []))
    const columns = { inFile: inFile ? columnsOf(inFile.columns) : [], others }
    const pulled = pulledColumns(object.properties ?? [], columns, selection)
    const { name } = inFile ?? definition
    told.push(...pulled.told.map((text) => `${name}.${text}`))
    const variable = variableOf(name, variables)
    variables.add(variable)
    return { variable, type, name, label: object.plural, standard, columns: pulled.columns }
  })
  return { objects, told }
}

/** Words that can't be the name of a constant of the file, as an ES module or as CommonJS. */
const words = new Set([
  ...['exports', 'module', 'require', 'globalThis'],
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
  const isFree = (given: string) => !words.has(given) && !taken.has(given)
  if (isFree(name) && !name.startsWith('standard')) return name
  const longer = `${name}Object`
  return !taken.has(name) && isFree(longer) ? longer : `${longer}${hashOf(table)}`
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6)
}
