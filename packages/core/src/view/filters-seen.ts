import type { ObjectDefinition } from '../objects/define-object.js'
import type { MissingTables } from '../store/tables.js'

/** The columns by which lists were filtered, for `status()` to tell which of them need an index. */
export class FiltersSeen {
  readonly #columns = new Map<string, Set<string>>()

  /** Notes the filter of a list. One column with an index is enough: the database finds the rows by it. */
  note({ name, columns }: ObjectDefinition, where: object | undefined): void {
    const filtered = Object.keys(where ?? {})
    const indexed = filtered.filter((column) => columns[column]?.index)
    const seen = this.#columns.get(name) ?? new Set()
    this.#columns.set(name, seen)
    for (const column of indexed.length > 0 ? indexed : filtered) seen.add(column)
  }

  /** The columns that have no index in the database, in the order of the definitions. */
  withoutIndex(
    objects: readonly ObjectDefinition[],
    { indexes = [] }: Pick<MissingTables, 'indexes'>,
  ): { object: string; column: string }[] {
    return objects.flatMap(({ name: object, columns }) =>
      Object.keys(columns)
        .filter((column) => this.#columns.get(object)?.has(column))
        .filter(
          (column) =>
            !columns[column]?.index ||
            indexes.some((each) => each.object === object && each.column === column),
        )
        .map((column) => ({ object, column })),
    )
  }
}
