import type { ObjectType } from './object-types.js'
import { createRandom, type Random } from './random.js'

/** How long search lags behind a change, in milliseconds. */
export interface SearchLag {
  /** The minimum, in milliseconds. */
  readonly min: number
  /** The maximum, in milliseconds. */
  readonly max: number
}

/** How far search misplaces records that change from now on, in milliseconds. */
export interface SearchDisorder {
  /** The range of errors of their position in the order. */
  readonly listed?: { readonly min: number; readonly max: number }
  /** The range of errors of the date that filters use. */
  readonly indexed?: { readonly min: number; readonly max: number }
  /** The share of changes that it affects. @defaultValue 1 */
  readonly share?: number
}

/** How far search misplaces a record, in milliseconds. Negative is earlier. */
export interface Misplacement {
  /** The error of its position in the order of modification. Observed: up to nearly an hour, in windows long past. */
  readonly listed?: number
  /** The error of the date that filters use, while the hit has the record's own date. Observed. */
  readonly indexed?: number
}

/** Draws the lag of search and its misplacements of records. */
export class SearchInaccuracy {
  readonly #lags: Random
  readonly #lag: SearchLag
  readonly #disorders: Random
  readonly #disorder: SearchDisorder
  readonly #misplaced = new Map<ObjectType, Map<number, Misplacement>>()

  constructor(seed: number | string, lag: SearchLag, disorder: SearchDisorder) {
    this.#lags = createRandom(`lags ${seed}`)
    this.#lag = lag
    this.#disorders = createRandom(`disorder ${seed}`)
    this.#disorder = disorder
  }

  /** The lag of the next change, in milliseconds. */
  lag(): number {
    const { min, max } = this.#lag
    return max > 0 ? this.#lags.integer(min, max) : 0
  }

  /** The misplacement of a record from its next change on. */
  misplacementOf(type: ObjectType, id: number): Required<Misplacement> {
    const given = this.#misplaced.get(type)?.get(id)
    if (given) return { listed: 0, indexed: 0, ...given }
    const { listed, indexed, share = 1 } = this.#disorder
    if (!listed && !indexed) return { listed: 0, indexed: 0 }
    const draw = (range: typeof listed) =>
      range ? this.#disorders.integer(range.min, range.max) : 0
    const [drawn, ...offsets] = [this.#disorders.next(), draw(listed), draw(indexed)] as const
    const [off, date] = drawn < share ? offsets : [0, 0]
    return { listed: off, indexed: date }
  }

  /** Sets the misplacement of a record from its next change on. */
  misplace(type: ObjectType, id: number, misplacement: Misplacement): void {
    const misplaced = this.#misplaced.get(type) ?? new Map<number, Misplacement>()
    this.#misplaced.set(type, misplaced.set(id, misplacement))
  }
}
