import { HubsyncError } from '../errors.js'
import type { ColumnKind } from '../objects/columns.js'
import type { ObjectDefinition } from '../objects/define-object.js'
import type { MirrorSchema, MissingTables } from '../store/tables.js'
import type { Coverage } from './checkpoint-states.js'
import { columnsOf } from './mapping.js'

/** A column whose values are of another kind than its definition says. Runs and reads are refused. */
export interface ChangedKind {
  /** The name of the object, which is also the name of its table. */
  table: string
  /** The name of the column in the definition. */
  column: string
  /** The kind of the values that it has. */
  was: ColumnKind
  /** The kind in the definition. */
  kind: ColumnKind
}

/** The columns of these definitions that were only ever written as another kind. */
export function changedKinds(
  objects: readonly ObjectDefinition[],
  known: readonly Coverage[],
): ChangedKind[] {
  return objects.flatMap(({ name: table, columns }) => {
    const written = known.flatMap(({ objects }) => columnsOf(objects[table] ?? []))
    return Object.entries(columns).flatMap(([column, { kind }]) => {
      const kinds = written.filter(({ name }) => name === column).map((each) => each.kind)
      const was = kinds.at(-1)
      return was === undefined || kinds.includes(kind) ? [] : [{ table, column, was, kind }]
    })
  })
}

/** A schema in which these columns have the kinds of their values. */
export function withKindsHere(schema: MirrorSchema, changed: readonly ChangedKind[]): MirrorSchema {
  const objects = schema.objects.map((table) => ({
    ...table,
    columns: table.columns.map((column) => {
      const change = changed.find(
        (each) => each.table === table.name && each.column === column.name,
      )
      return change ? { ...column, kind: change.was } : column
    }),
  }))
  return { ...schema, objects }
}

/** Those of the columns that the tables have: one that was dropped is made anew. */
export function stillThere(changed: readonly ChangedKind[], missing: MissingTables): ChangedKind[] {
  return changed.filter(
    ({ table, column }) =>
      !missing.objects.includes(table) &&
      !missing.columns.some((each) => each.object === table && each.column === column),
  )
}

/** The refusal of a run or a read because of such a column. */
export function changedKindError({ table, column, was, kind }: ChangedKind): HubsyncError {
  return new HubsyncError(
    'SCHEMA_CONFLICT',
    `Expected the column "${column}" of "${table}" to be of the kind ${was}, which its values have, got ${kind} in the definition. It was left as it is. Drop it with \`hubsync prune\` or sync.prune(): the next run makes and fills it as ${kind}. Or give the new one another name.`,
  )
}
