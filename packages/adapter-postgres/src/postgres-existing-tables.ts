import { HubsyncError } from '@hubsync/core'
import type { ReferenceTable } from '@hubsync/core/store'
import { storedName } from './postgres-names.js'
import { referenceColumns, referenceTable } from './postgres-reference.js'
import { describeRelations } from './postgres-schema-sql.js'
import {
  addColumn,
  type ColumnDeclaration,
  createTable,
  type TableDeclaration,
} from './postgres-tables.js'
import type { Run } from './postgres-transaction.js'

/** A table, view or index that exists. */
export interface Relation {
  isTable: boolean
  /** Types by column. */
  types: Map<string, string>
}

/** The relations of these names that exist. */
export async function relations(
  run: Run,
  schema: string,
  names: string[],
): Promise<Map<string, Relation>> {
  const found = new Map<string, Relation>()
  const lines = await run(describeRelations(schema, names))
  for (const { name, kind, column, type } of lines) {
    const relation = found.get(String(name)) ?? {
      isTable: kind === 'r' || kind === 'p',
      types: new Map(),
    }
    found.set(String(name), relation)
    if (column !== null) relation.types.set(String(column), String(type))
  }
  return found
}

/** What to do about a table that isn't hubsync's, and about a column of another type. */
interface Advice {
  table: string
  column: string
}

const objectAdvice: Advice = {
  table: 'give the object another `name`, as in contacts.extend({ name })',
  column: 'give the column another name in the definition, or change its type with ALTER TABLE',
}

const referenceAdvice: Advice = {
  table: 'rename that table, or set `reference` to a list without it, or to `false`',
  column: 'change its type with ALTER TABLE',
}

/** The same as {@link completed} for a reference table. */
export function completedReference(
  there: Map<string, Relation>,
  schema: string,
  table: ReferenceTable,
  reference: readonly ReferenceTable[],
): string[] {
  const declared = referenceTable(schema, table, reference)
  return completed(there, schema, declared, referenceColumns(table), referenceAdvice)
}

/** SQL that creates a missing table, or adds the mapped columns that it lacks. Throws if the table isn't hubsync's. */
export function completed(
  there: Map<string, Relation>,
  schema: string,
  table: TableDeclaration,
  always: readonly ColumnDeclaration[] = table.columns,
  advice: Advice = objectAdvice,
): string[] {
  const relation = there.get(storedName(table.name))
  if (!relation) return [createTable(schema, table)]
  const lacking = always.find(([name]) => !relation.types.has(name))
  if (!relation.isTable || lacking)
    throw new HubsyncError(
      'SCHEMA_CONFLICT',
      `Expected "${schema}"."${table.name}" to be a table of hubsync's or not to exist, but it ${lacking ? `has no column ${lacking[0]}` : 'is no table'}. It was left as it is; ${advice.table}, or use another \`schema\`.`,
    )
  return table.columns.flatMap((column) => {
    const type = relation.types.get(storedName(column[0]))
    if (type === undefined) return [addColumn(schema, table, column)]
    expectType(schema, table.name, column, type, advice)
    return []
  })
}

function expectType(
  schema: string,
  table: string,
  [name, type]: ColumnDeclaration,
  got: string,
  advice: Advice,
): void {
  if (got === type) return
  throw new HubsyncError(
    'SCHEMA_CONFLICT',
    `Expected the column "${name}" of "${schema}"."${table}" to be ${type}, got ${got}. It was left as it is; ${advice.column}.`,
  )
}
