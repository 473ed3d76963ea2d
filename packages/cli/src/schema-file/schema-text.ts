import { createHash } from 'node:crypto'
import { capitalized } from './column-names.js'
import type { Choice, PulledColumn } from './pulled-columns.js'
import type { PulledObject } from './pulled-objects.js'
import { commentText, docComment, literal, WIDTH, widthOf } from './source-text.js'

/** What was asked for when the file was written. A later pull without options asks for the same. */
export interface PullOptions {
  /** Absent: those of the configuration. */
  objects?: readonly string[] | 'all' | undefined
  omit: readonly string[]
  used: boolean
}

const beginning = `// Written by \`hubsync pull\`, which writes it anew each time. Put what is your own into hubsync.config.ts.
// Options: `

/** The options that a file was written with. Undefined if it doesn't say. */
export function optionsIn(text: string): PullOptions | undefined {
  const [, json] = /^\/\/ Options: (\{.*\})$/m.exec(text) ?? []
  if (json === undefined) return undefined
  try {
    return JSON.parse(json) as PullOptions
  } catch {
    return undefined
  }
}

/** The text of a hubsync.schema.ts. It is the same for the same objects, and formatted. */
export function schemaText(objects: readonly PulledObject[], options: PullOptions): string {
  const types = new Set<string>()
  const parts = objects.map((object) => objectText(object, types))
  const list = objects.map(({ variable }) => variable)
  return [
    `${beginning}${asciiJson(options)}\n`,
    importsOf(objects),
    ...parts,
    `/** All objects of this file. */\nexport const objects = ${listText(list)} as const`,
    '',
  ].join('\n')
}

/** JSON on one line, whatever is in it. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7E]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function importsOf(objects: readonly PulledObject[]): string {
  // By the name here, and by what is imported under it.
  const names = new Map<string, string>()
  if (objects.some(({ columns }) => columns.length > 0)) names.set('column', 'column')
  for (const { standard } of objects) {
    if (!standard) names.set('defineObject', 'defineObject')
    else
      names.set(
        standardOf(standard.exported),
        `${standard.exported} as ${standardOf(standard.exported)}`,
      )
  }
  const sorted = [...names].sort(([one], [other]) => (one < other ? -1 : 1))
  const list = sorted.map(([, imported]) => imported)
  const line = `import { ${list.join(', ')} } from '@hubsync/core'\n`
  if (line.length <= WIDTH + 1) return line
  return `import {\n${list.map((name) => `  ${name},\n`).join('')}} from '@hubsync/core'\n`
}

function standardOf(name: string): string {
  return `standard${capitalized(name)}`
}

function listText(names: readonly string[]): string {
  const line = `[${names.join(', ')}]`
  const room = WIDTH - 'export const objects =  as const'.length
  return line.length <= room ? line : `[\n${names.map((name) => `  ${name},\n`).join('')}]`
}

function objectText(object: PulledObject, types: Set<string>): string {
  const { variable, type, name, label, standard, columns } = object
  const unions: string[] = []
  const lines = columns.map((column) => {
    const union = column.choices.length > 0 ? typeName(variable, column, types) : undefined
    if (union) unions.push(unionText(union, column))
    return columnText(column, union)
  })
  const body = lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n  }`
  const shown = commentText(label ?? '')
  const says = shown === '' ? [] : [docComment([shown], '')]
  const made = standard
    ? `${standardOf(standard.exported)}.extend({`
    : `defineObject({\n  type: ${literal(type)},`
  const named = name === (standard?.name ?? type) ? '' : `  name: ${literal(name)},\n`
  const definition = `export const ${variable} = ${made}\n${named}  columns: ${body},\n})\n`
  return [...unions, ...says, definition].join('\n')
}

/** The name of the type of a column's values. */
function typeName(variable: string, { name, property }: PulledColumn, taken: Set<string>): string {
  const natural = `${capitalized(variable)}${capitalized(name)}`
  const hash = createHash('sha256').update(`${variable}.${property}`).digest('hex').slice(0, 6)
  const free = taken.has(natural) ? `${natural}X${hash}` : natural
  taken.add(free)
  return free
}

function unionText(name: string, { label, property, choices }: PulledColumn): string {
  const says = docComment([`Choices of ${commentText(label ?? '') || commentText(property)}.`], '')
  const values = choices.map(({ value }) => literal(value))
  const comments = choices.map(choiceComment)
  const line = `export type ${name} = ${[...values, open].join(' | ')}`
  if (widthOf(line) <= WIDTH && comments.every((comment) => comment === ''))
    return `${says}\n${line}\n`
  const lines = values.map((value, index) => `  | ${value}${comments[index]}\n`).join('')
  return `${says}\nexport type ${name} =\n${lines}  | ${open}\n`
}

/** A value that is new in HubSpot. */
const open = '(string & {})'

function choiceComment({ value, label, hidden }: Choice): string {
  const says = [
    ...(label === '' || label === value ? [] : [commentText(label)]),
    ...(hidden ? ['(hidden)'] : []),
  ].join(' ')
  return says === '' ? '' : ` // ${says}`
}

function columnText(column: PulledColumn, union: string | undefined): string {
  const { name, kind, property, index } = column
  const says = paragraphsOf(column)
  const comment = says.length === 0 ? [] : [docComment(says, '    ')]
  const given = [literal(property), ...(index ? ['{ index: true }'] : [])]
  const call = `column.${kind}${union === undefined ? '' : `<${union}>`}(`
  const inOne = `${call}${given.join(', ')}),`
  const broken = (indent: string) => {
    const lines = given.map((each) => `${indent}  ${each},\n`).join('')
    return `${call}\n${lines}${indent}),`
  }
  const key = `    ${name}:`
  const fits = (line: string) => widthOf(line) <= WIDTH
  const line = [
    `${key} ${inOne}`,
    ...(isShort(given) ? [] : [`${key} ${broken('    ')}`]),
    `${key}\n      ${inOne}`,
  ].find((each) => each.split('\n').every(fits))
  return [...comment, line ?? `${key}\n      ${broken('      ')}`].join('\n')
}

/** Whether biome doesn't put what a call is given on a line of its own: it is a quarter of a line at most. */
function isShort(given: readonly string[]): boolean {
  return given.length === 1 && given.join('').length <= WIDTH / 4
}

function paragraphsOf({ label, description, notes, isArchived }: PulledColumn): string[] {
  const sentences = [label, description].flatMap((text) => {
    const shown = commentText(text ?? '')
    return shown === '' ? [] : [/[.!?]$/.test(shown) ? shown : `${shown}.`]
  })
  const said = [...sentences, ...notes].join(' ')
  return [
    ...(said === '' ? [] : [said]),
    ...(isArchived ? ['@deprecated Archived in HubSpot, which deletes it after 90 days.'] : []),
  ]
}
