import type { ObjectTable } from '@hubsync/core'
import type { SqliteValue } from './sqlite-database.js'
import { isChanged, type KnownLine } from './sqlite-rows.js'
import { type Update, updateRow, writtenOnce } from './sqlite-sql.js'

/** Some columns that change together: the update that writes them, and what they are with one more behind them, by its place. */
interface Branch {
  width: number
  update?: Update
  more: Branch[]
}

/** More columns than these are written with all the others: there are too many sets of them, and little is saved. */
const WIDTH_KEPT = 8

/** How many branches a table has at most. What would need another one writes all columns. */
const BRANCHES_KEPT = 500

/** The updates of a table. They are found by the columns that change, without a key that would have to be made for each row. */
class Updates {
  readonly #table: ObjectTable
  readonly #root: Branch = { width: 0, more: [] }
  /** Those that write all columns, by how many they are. */
  readonly #whole: Update[] = []
  #branches = 0

  constructor(table: ObjectTable) {
    this.#table = table
  }

  /** What writes at least the parameters that the line doesn't have. */
  between(line: KnownLine, parameters: readonly SqliteValue[]): Update {
    let branch: Branch | undefined = this.#root
    for (let place = 0; place < parameters.length && branch; place++)
      if (isChanged(line, parameters, place))
        branch = branch.more[place] ?? this.#grow(branch, place)
    if (!branch) return this.#writingAll(parameters)
    if (!branch.update) {
      const places = [...parameters.keys()].filter((place) => isChanged(line, parameters, place))
      branch.update = updateRow(this.#table, places)
    }
    return branch.update
  }

  #writingAll({ length }: readonly SqliteValue[]): Update {
    const update = this.#whole[length] ?? updateRow(this.#table, [...Array(length).keys()])
    this.#whole[length] = update
    return update
  }

  #grow({ width, more }: Branch, place: number): Branch | undefined {
    if (width === WIDTH_KEPT || this.#branches === BRANCHES_KEPT) return undefined
    this.#branches++
    const grown: Branch = { width: width + 1, more: [] }
    more[place] = grown
    return grown
  }
}

export const updatesOf = writtenOnce((table: ObjectTable) => new Updates(table))
