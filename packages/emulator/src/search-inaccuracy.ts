import type { ObjectType } from './object-types.js'
import { createRandom, type Random } from './random.js'

/** How long search lags behind a change, in milliseconds. */
export interface SearchLag {
  /** The least, in milliseconds. */
  readonly min: number
  /** The most, in milliseconds. */
  readonly max: number
}

/** How search has records that change from now on elsewhere than their modification date says, in milliseconds. */
export interface SearchDisorder {
  /** How far off their place in the order may be. */
  readonly listed?: { readonly min: number; readonly max: number }
  /** How far off the date may be that filters go by. */
  readonly indexed?: { readonly min: number; readonly max: number }
  /** The share of changes that it affects. @defaultValue 1 */
  readonly share?: number
}

/** How far search has a record from where its modification date belongs, in milliseconds: negative is earlier. */
export interface Misplacement {
  /** Its place in the order of the modification date. Observed: up to nearly an hour, in windows long past. */
  readonly listed?: number
  /** The date that filters go by, while the hit shows the record's own. Observed. */
  readonly indexed?: number
}

/** How late search hears of each change, and how far off it has the record then. */
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

  /** After how many milliseconds search hears of a change. */
  lag(): number {
    const { min, max } = this.#lag
    return max > 0 ? this.#lags.integer(min, max) : 0
  }

  /** Where search has a record from its next change on. */
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

  /** From its next change on, search has a record there. */
  misplace(type: ObjectType, id: number, misplacement: Misplacement): void {
    const misplaced = this.#misplaced.get(type) ?? new Map<number, Misplacement>()
    this.#misplaced.set(type, misplaced.set(id, misplacement))
  }
}
