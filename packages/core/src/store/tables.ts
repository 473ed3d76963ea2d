import type { ColumnKind } from '../objects/columns.js'
import { type ObjectDefinition, snakeCase } from '../objects/define-object.js'
import { keepsHistory, keepsHistoryOf } from '../objects/history-selection.js'
import type { Pair } from '../objects/pairs.js'
import { expectOwnNames } from '../objects/reserved-names.js'
import { pipelinesOf } from '../objects/standard-types.js'
import type { ReferenceName, ReferenceTable } from './reference-tables.js'

/** A mapped column of an object's table. */
export interface TableColumn {
  /** The name in TypeScript, camelCase. */
  name: string
  /** The name in SQL, snake_case. */
  sqlName: string
  /** The kind of its values. It decides the type of the column. */
  kind: ColumnKind
  /** The property that it is filled from, by its internal name. */
  property: string
  /** Whether `migrate` makes an index on the portal, this column and the id. Default: false. */
  index?: boolean | undefined
}

/** The table of an object: the base columns, which every such table has, and these. */
export interface ObjectTable {
  /** The object's name, which is also the name of the table. */
  name: string
  /** HubSpot's object type. */
  type: string
  /** The mapped columns, in the order of the definition. */
  columns: TableColumn[]
  /** Set if the object has tables for the history of its properties. Absent: it has none. */
  history?: HistoryTable | undefined
}

/** The tables of an object's history: `<object>_history` and `<object>_history_gaps`. */
export interface HistoryTable {
  /**
   * The properties with pipeline and stage, if the history has both: the view `<object>_stages` is made of them. Absent:
   * there is no such view.
   */
  stages?: { pipeline: string; stage: string } | undefined
}

/** The table of a pair: the associations from one object to another. */
export interface PairTable {
  /** `contacts_companies`, which is also the name of the table. */
  name: string
  /** The name of the object at the near end. */
  from: string
  /** The name of the object at the far end. */
  to: string
}

/** Everything a store has to hold, besides its own tables. */
export interface MirrorSchema {
  /** The tables of objects. */
  objects: ObjectTable[]
  /** The tables of pairs. */
  pairs: PairTable[]
  /** The reference tables, each after the one that it refers to. Absent: none. */
  reference?: readonly ReferenceTable[] | undefined
}

/** What a store lacks of a schema. */
export interface MissingTables {
  /** Names of objects without a table. */
  objects: string[]
  /** Names of pairs without a table. */
  pairs: string[]
  /** Names of reference tables that don't exist. Absent if none is missing. */
  reference?: ReferenceName[] | undefined
  /** Names of objects that lack the tables of their history. Absent if none does. */
  history?: string[] | undefined
  /** Columns that the table of an object, or a reference table, lacks, by their names in TypeScript. */
  columns: { object: string; column: string }[]
  /**
   * Indexes of columns, in the same form: those that are asked for, of tables that exist. Absent if none is missing,
   * or if the store makes none.
   */
  indexes?: { object: string; column: string }[] | undefined
}

/** A store counts the rows of what is pruned up to this number: a table may have millions, and each status asks. */
export const COUNTED_ROWS = 10_000

/** A part of a mirror: the table of an object or of a pair, a mapped column of an object, or the history of an object. */
export interface TablePart {
  /** The name of the table: that of the object or pair, or of the entries of a history, such as `deals_history`. */
  table: string
  /**
   * The object whose history `table` has. The table of its gaps and the view of its stages go with it. Absent for other
   * parts.
   */
  historyOf?: string | undefined
  /** The name of the column in SQL. Absent: the whole table. */
  column?: string | undefined
  /** The name of the column in TypeScript, by which entries of the change feed have its values. Absent with `column`. */
  name?: string | undefined
  /** Whether other portals may still write it. Then only what belongs to the portal is deleted. */
  shared: boolean
}

/**
 * The tables of these definitions and pairs, and reference tables.
 *
 * @throws `InvalidOptionError` if two of them would have the same name, or one has a name of hubsync's own.
 */
export function mirrorSchema(
  objects: readonly ObjectDefinition[],
  pairs: readonly Pair[],
  reference: readonly ReferenceTable[] = [],
): MirrorSchema {
  expectOwnNames(objects, pairs)
  return {
    reference,
    objects: objects.map((object) => ({
      name: object.name,
      type: object.type,
      columns: Object.entries(object.columns).map(([name, column]) => ({
        name,
        sqlName: snakeCase(name),
        kind: column.kind,
        property: column.property,
        index: column.index,
      })),
      ...historyOf(object),
    })),
    pairs: pairs.map(({ name, from, to }) => ({ name, from: from.name, to: to.name })),
  }
}

/** Absent without history, so that the tables of other objects are as they always were. */
function historyOf(object: ObjectDefinition): Pick<ObjectTable, 'history'> {
  if (!keepsHistory(object)) return {}
  const places = pipelinesOf(object)
  const stages =
    places && keepsHistoryOf(object, places.stage)
      ? { pipeline: places.pipeline, stage: places.stage }
      : undefined
  return { history: stages ? { stages } : {} }
}

/**
 * Joins two schemas. A store keeps all tables that it was given: several mirrors in one process may share it, and each
 * may have objects, columns or pairs that another lacks. If both have a column, the later one counts.
 */
export function mergeSchemas(earlier: MirrorSchema, later: MirrorSchema): MirrorSchema {
  return {
    objects: unionOfTables(earlier.objects, later.objects),
    pairs: union(earlier.pairs, later.pairs),
    reference: unionOfTables(earlier.reference ?? [], later.reference ?? []),
  }
}

function unionOfTables<Table extends { name: string; columns: readonly { name: string }[] }>(
  earlier: readonly Table[],
  later: readonly Table[],
): Table[] {
  const tables = later.map((table) => {
    const known = earlier.find(({ name }) => name === table.name)
    return { ...known, ...table, columns: union(known?.columns ?? [], table.columns) }
  })
  return union(earlier, tables)
}

/**
 * What a store can read after it was asked what is missing of a schema: what it knew before, and what is wanted and not
 * missing.
 */
export function schemaThere(
  earlier: MirrorSchema,
  wanted: MirrorSchema,
  missing: MissingTables,
): MirrorSchema {
  const isHere = (table: string, { name }: { name: string }) =>
    !missing.columns.some(({ object, column }) => object === table && column === name)
  const there = ({ objects, pairs, reference = [] }: MirrorSchema): MirrorSchema => ({
    objects: objects
      .filter(({ name }) => !missing.objects.includes(name))
      .map(({ history, ...table }) => ({
        ...table,
        columns: table.columns.filter((column) => isHere(table.name, column)),
        ...(history && !missing.history?.includes(table.name) ? { history } : {}),
      })),
    pairs: pairs.filter(({ name }) => !missing.pairs.includes(name)),
    reference: reference
      .filter(({ name }) => !missing.reference?.includes(name))
      .map((table) => ({
        ...table,
        columns: table.columns.filter((column) => isHere(table.name, column)),
      })),
  })
  return mergeSchemas(there(earlier), there(wanted))
}

/** A schema without parts that were dropped. */
export function schemaWithout(
  { objects, pairs, reference }: MirrorSchema,
  dropped: readonly TablePart[],
): MirrorSchema {
  const isDropped = (name: string, sqlName?: string) =>
    dropped.some(({ table, column }) => table === name && column === sqlName)
  const withoutHistory = ({ history: _, ...table }: ObjectTable): ObjectTable => table
  const lostHistory = (name: string) => dropped.some(({ historyOf }) => historyOf === name)
  return {
    objects: objects
      .filter(({ name }) => !isDropped(name))
      .map((table) => (lostHistory(table.name) ? withoutHistory(table) : table))
      .map((table) => ({
        ...table,
        columns: table.columns.filter(({ sqlName }) => !isDropped(table.name, sqlName)),
      })),
    pairs: pairs.filter(({ name }) => !isDropped(name)),
    reference,
  }
}

function union<Named extends { name: string }>(
  earlier: readonly Named[],
  later: readonly Named[],
): Named[] {
  const names = new Set(later.map(({ name }) => name))
  return [...later, ...earlier.filter(({ name }) => !names.has(name))]
}
