import type { MirrorSchema, ObjectTable, TableColumn } from '@hubsync/core/store'
import type { PostgresDatabase } from './postgres-database.js'
import { isLocked, storeError } from './postgres-errors.js'
import { qualified, quoted, storedName } from './postgres-names.js'
import { describeRelations, migrationOpening, waitNotLong } from './postgres-schema-sql.js'
import type { Run } from './postgres-transaction.js'

/** A column that has an index, or is to have one. */
export interface IndexedColumn {
  table: ObjectTable
  column: TableColumn
}

function indexName({ table, column }: IndexedColumn): string {
  return `${table.name}_by_column_${column.sqlName}`
}

/** The indexes that the columns of these objects ask for, and that don't exist. */
export async function missingIndexes(
  run: Run,
  schema: string,
  { objects }: MirrorSchema,
): Promise<IndexedColumn[]> {
  const wanted = objects.flatMap((table) =>
    table.columns.filter(({ index }) => index).map((column) => ({ table, column })),
  )
  if (wanted.length === 0) return []
  const lines = await run(describeRelations(schema, wanted.map(indexName)))
  const there = new Set(lines.map(({ name }) => name))
  return wanted.filter((each) => !there.has(storedName(indexName(each))))
}

/**
 * Makes indexes of columns, for lists that are filtered by them. The id comes last, so that a page is read in order from
 * its start on. Each gets a transaction of its own: the table can be read meanwhile, and its writers wait. In the
 * transaction that adds a column nobody could read either.
 */
export async function createIndexes(
  { transaction }: Pick<PostgresDatabase, 'transaction'>,
  schema: string,
  indexes: readonly IndexedColumn[],
): Promise<void> {
  for (const index of indexes) {
    const { table, column } = index
    const text = `CREATE INDEX IF NOT EXISTS ${quoted(indexName(index))} ON ${qualified(schema, table.name)} (portal_id, ${quoted(column.sqlName)}, source_id)`
    const advice = `The tables are complete. Only the index on "${column.name}" of "${table.name}" could not be made: \`index: true\` on that column asks for it.`
    await transaction(
      migrationOpening(schema),
      async ({ run }) => {
        await run(waitNotLong)
        await run({ text })
      },
      (cause) => storeError(cause, advice),
      isLocked,
    )
  }
}
