import { fieldsOf, listOf } from '../extract/parse-catalogue.js'
import { snakeCase } from '../objects/define-object.js'
import { ownerProperty, pipelinesOf } from '../objects/standard-types.js'
import type { StoredReferenceRow } from './reference-tables.js'
import type { MirrorSchema, ObjectTable, TableColumn } from './tables.js'

/** What a column's values are, so that they have a label elsewhere. */
export type Labelled = 'owner' | 'pipeline' | 'stage' | 'choice'

/** A label beside a column: the name of an owner, or what HubSpot's pages show for a value. */
export interface Label {
  /** The name in TypeScript: `ownerName` beside `ownerId`, `stageLabel` beside `stage`. */
  name: string
  /** The name in SQL: `owner_name`, `stage_label`. */
  sqlName: string
  /** The column whose values it is the label of. Its kind is `text`, or `list` for several choices. */
  column: TableColumn
  /** What the values are. */
  of: Labelled
  /** Of a stage: the column with its pipeline. Undefined if the table has none. */
  pipeline?: TableColumn | undefined
}

/** A view of an object's table with labels beside its ids and choices. */
export interface LabelledView {
  /** The name of the view: `deals_labelled`. */
  name: string
  /** The table, whose columns the view has too. */
  table: ObjectTable
  /** The labels: at least one. */
  labels: Label[]
}

/** The name of the view of an object's table. */
export function labelledViewName(table: string): string {
  return `${table}_labelled`
}

/** What a database says about such a view, and by which a store knows that it made it. */
export function labelledViewComment(table: string): string {
  return `Made by hubsync: ${table} with the labels of their choices, owners, pipelines and stages.`
}

/**
 * The views of these tables: one for each that has a label.
 *
 * @param schema - what exists. Labels need the reference tables that they come from.
 * @param definitions - the rows of `property_definitions`, of every portal.
 */
export function labelledViews(
  { objects, reference = [] }: MirrorSchema,
  definitions: readonly StoredReferenceRow[],
): LabelledView[] {
  const tables = new Set<string>(reference.map(({ name }) => name))
  const hasSource: Record<Labelled, boolean> = {
    owner: tables.has('owners'),
    pipeline: tables.has('pipelines'),
    stage: tables.has('pipeline_stages'),
    choice: tables.has('property_options'),
  }
  return objects.flatMap((table) => {
    const ofTable = definitions.filter(({ key: [object] }) => object === table.name)
    const labels = labelsOf(table, labelledProperties(ofTable)).filter(({ of }) => hasSource[of])
    return labels.length === 0 ? [] : [{ name: labelledViewName(table.name), table, labels }]
  })
}

/** Properties whose values have labels, by their names in HubSpot. */
export type LabelledProperties = ReadonlyMap<string, 'choice' | 'owner'>

/**
 * Values of a property that names other objects are ids of those, and no choices. HubSpot doesn't say of all which objects
 * these are, but it lists no options for them.
 */
function labelledProperties(definitions: readonly StoredReferenceRow[]): LabelledProperties {
  const properties = new Map<string, 'choice' | 'owner'>()
  for (const { key, values, raw } of definitions) {
    const { type, referencesObject } = values
    if (type !== 'enumeration') continue
    const name = String(key[1])
    if (referencesObject === 'OWNER') properties.set(name, 'owner')
    else if (!referencesObject && listOf(fieldsOf(raw).options).length > 0)
      properties.set(name, 'choice')
  }
  return properties
}

/**
 * The labels of an object's columns. A label is left out if the object has a column of its name, or if its column isn't
 * of a kind that keeps the value as HubSpot has it.
 *
 * @param labelled - properties whose values have labels, besides those that every portal has.
 */
export function labelsOf(
  { type, columns }: Pick<ObjectTable, 'type' | 'columns'>,
  labelled: LabelledProperties = new Map(),
): Label[] {
  const places = pipelinesOf({ type })
  const pipeline = columns.find(
    ({ property, kind }) => property === places?.pipeline && kind === 'text',
  )
  const taken = new Set(columns.map(({ sqlName }) => sqlName))
  return columns.flatMap((column) => {
    const of = labelledBy(column, places, labelled)
    if (of === undefined) return []
    const name = of === 'owner' ? `${column.name.replace(/Id$/, '')}Name` : `${column.name}Label`
    const label: Label = { name, sqlName: snakeCase(name), column, of }
    if (of === 'stage') label.pipeline = pipeline
    if (taken.has(label.sqlName)) return []
    taken.add(label.sqlName)
    return [label]
  })
}

function labelledBy(
  { property, kind }: TableColumn,
  places: ReturnType<typeof pipelinesOf>,
  labelled: LabelledProperties,
): Labelled | undefined {
  const of = labelled.get(property)
  if (kind === 'list') return of === 'choice' ? of : undefined
  if (kind !== 'text') return undefined
  if (property === ownerProperty) return 'owner'
  if (property === places?.pipeline) return 'pipeline'
  // HubSpot documents lifecycle stages only as choices.
  if (property === places?.stage && property !== 'lifecyclestage') return 'stage'
  return of
}
