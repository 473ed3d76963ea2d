import type { Column, ColumnKind, DescribedProperty } from '@hubsync/core'
import { capitalized, columnNames } from './column-names.js'

/** A column that a definition has, or had when it was last written. */
export interface KnownColumn {
  name: string
  kind: ColumnKind
  property: string
  index: boolean
}

/** A choice of a property. */
export interface Choice {
  value: string
  label: string
  hidden: boolean
}

/** A column of the file. */
export interface PulledColumn extends KnownColumn {
  label: string | null
  description: string | null
  /** What else is to be said of it. */
  notes: string[]
  isArchived: boolean
  /** The choices, if its values are some of these. Otherwise empty. */
  choices: Choice[]
}

/** The columns of an object, and what has changed with them that needs to be told. */
export interface PulledColumns {
  columns: PulledColumn[]
  told: string[]
}

/** The columns of a definition. */
export function columnsOf(columns: Readonly<Record<string, Column>>): KnownColumn[] {
  return Object.entries(columns).map(([name, { kind, property, index = false }]) => ({
    name,
    kind,
    property,
    index,
  }))
}

/** Which properties get a column. */
export interface Selection {
  /** Patterns of names that are left out: `hs_*`. */
  omit: readonly string[]
  /** Whether those that no record has a value of are left out. */
  used: boolean
}

/** Properties that are in every row already. */
const inEveryRow = ['hs_object_id']

/** Columns that properties have already. */
export interface ColumnsBefore {
  /** Those of the file as it is. */
  inFile: readonly KnownColumn[]
  /** Those of definitions elsewhere, the most important first: the configuration's, and the standard ones. */
  others: readonly KnownColumn[]
}

/**
 * The columns for the properties of an object. A property that has a column keeps it, while it is in HubSpot: also if
 * it was archived there, or if no record has a value any more.
 */
export function pulledColumns(
  properties: readonly DescribedProperty[],
  { inFile, others }: ColumnsBefore,
  { omit, used }: Selection,
): PulledColumns {
  const isOmitted = matcherOf(omit)
  const before = byProperty(inFile)
  const elsewhere = byProperty(ownNames(inFile, others))
  const chosen = properties.filter(
    ({ name, archived, isUsed }) =>
      !inEveryRow.includes(name) &&
      !isOmitted(name) &&
      (before.has(name) || (!archived && (!used || isUsed !== false))),
  )
  const told: string[] = []
  const kept = new Map<string, KnownColumn>()
  const endings = new Map<string, string>()
  for (const property of chosen) {
    const column = before.get(property.name) ?? elsewhere.get(property.name)
    if (column && fits(column.kind, property)) kept.set(property.name, column)
    else if (before.has(property.name)) endings.set(property.name, capitalized(property.kind))
  }
  const open = chosen.filter(({ name }) => !kept.has(name))
  const taken = [...inFile, ...others].map(({ name }) => name)
  const names = columnNames(open, taken, endings)
  const columns = chosen.map((property): PulledColumn => {
    const column = kept.get(property.name)
    const kind = column?.kind ?? property.kind
    const name = column?.name ?? (names.get(property.name) as string)
    const earlier = before.get(property.name)
    if (earlier && !column) told.push(renamed(earlier, name, property))
    if (takesAnyText(property, kind)) told.push(loose(name, property))
    return {
      name,
      kind,
      property: property.name,
      index: column?.index ?? false,
      label: property.label,
      description: property.description,
      notes: notesOf(property, kind),
      isArchived: property.archived,
      choices: choicesOf(property, kind),
    }
  })
  const listed = new Set(properties.map(({ name }) => name))
  for (const { name, property } of inFile)
    if (!listed.has(property)) told.push(gone(name, property))
  return { columns: columns.sort((one, other) => (one.property < other.property ? -1 : 1)), told }
}

function gone(name: string, property: string): string {
  return `${name}: HubSpot has no property ${property} any more, so it is left out. The tables keep its column until you prune it.`
}

function renamed({ name, kind }: KnownColumn, now: string, property: DescribedProperty): string {
  return `${name}: HubSpot has changed ${property.name} to ${property.type}, whose values don't fit a column of kind ${kind}. They are in ${now} from now on. The tables keep ${name} until you prune it.`
}

/** Whether HubSpot takes any text for a property that has a column of telephone numbers. */
function takesAnyText({ type, kind: natural }: DescribedProperty, kind: ColumnKind): boolean {
  return kind === 'phone' && type === 'string' && natural !== kind
}

function loose(name: string, { name: property }: DescribedProperty): string {
  return `${name}: HubSpot takes any text for ${property}, and the column has telephone numbers. It stays as it is: a text that is none is null there, and whole in raw. To have a column of it, add one of kind text to the configuration.`
}

/**
 * The columns elsewhere whose names nothing more important has: a configuration may call another property `phone` than
 * the standard definition does.
 */
function ownNames(inFile: readonly KnownColumn[], others: readonly KnownColumn[]): KnownColumn[] {
  const taken = new Set(inFile.map(({ name }) => name))
  return others.filter(({ name }) => {
    const isFree = !taken.has(name)
    taken.add(name)
    return isFree
  })
}

function byProperty(columns: readonly KnownColumn[]): Map<string, KnownColumn> {
  const first = new Map<string, KnownColumn>()
  for (const column of columns) if (!first.has(column.property)) first.set(column.property, column)
  return first
}

/** Kinds of columns that go on to hold every value after HubSpot has changed a property to this type, besides text. */
const fitting: Readonly<Record<string, readonly ColumnKind[]>> = {
  bool: ['boolean'],
  date: ['date', 'datetime'],
  datetime: ['datetime'],
  phone_number: ['phone'],
  number: ['number', 'decimal', 'integer'],
  enumeration: ['list'],
  string: ['email', 'phone'],
}

function fits(kind: ColumnKind, property: DescribedProperty): boolean {
  if (kind === 'text' || kind === property.kind) return true
  return fitting[property.type ?? '']?.includes(kind) ?? false
}

function notesOf(property: DescribedProperty, kind: ColumnKind): string[] {
  const { type, isCalculated, sensitivity } = property
  const isOther = kind === 'text' && !['text', 'email', 'phone'].includes(property.kind)
  return [
    ...(isOther && type !== 'enumeration'
      ? [`Stays text; HubSpot has changed it to ${type}.`]
      : []),
    ...(takesAnyText(property, kind)
      ? [
          'HubSpot takes any text here: one that is no telephone number is null, and whole in `raw`.',
        ]
      : []),
    ...(isCalculated ? ['Calculated by HubSpot.'] : []),
    ...(sensitivity === 'non_sensitive'
      ? []
      : ['Sensitive: HubSpot gives its values only to a token with a scope for that.']),
  ]
}

function choicesOf(property: DescribedProperty, kind: ColumnKind): Choice[] {
  if (property.type !== 'enumeration' || property.kind !== kind) return []
  // Yes and no can be an enumeration too. A column of truth values has no choices.
  if (kind !== 'text' && kind !== 'list') return []
  // Also where HubSpot keeps them elsewhere: it lists the lifecycle stages, but no owners.
  return property.options.map(({ value, label, hidden }) => ({ value, hidden, label: label ?? '' }))
}

/** Whether a name matches one of the patterns, in which `*` stands for any letters. */
function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const forms = patterns.map(
    (pattern) => new RegExp(`^${pattern.replace(/[^\w*]/g, '\\$&').replaceAll('*', '.*')}$`),
  )
  return (name) => forms.some((form) => form.test(name))
}
