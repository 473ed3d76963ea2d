/** Record ids in ascending order, in one array. */
export class SortedIds {
  readonly #ids: number[] = []

  get size(): number {
    return this.#ids.length
  }

  /** The position of the first id that is at least `id`. */
  position(id: number): number {
    return positionIn(this.#ids, id)
  }

  at(position: number): number | undefined {
    return this.#ids[position]
  }

  add(id: number): void {
    const last = this.#ids.at(-1)
    // New ids ascend, so this is nearly always an append.
    if (last === undefined || last < id) this.#ids.push(id)
    else {
      const position = this.position(id)
      if (this.#ids[position] !== id) this.#ids.splice(position, 0, id)
    }
  }

  delete(id: number): void {
    const position = this.position(id)
    if (this.#ids[position] === id) this.#ids.splice(position, 1)
  }

  values(): ArrayIterator<number> {
    return this.#ids.values()
  }
}

/** The position in ascending ids of the first that is at least `id`. */
export function positionIn(ids: ArrayLike<number>, id: number): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ids[middle]! < id) low = middle + 1
    else high = middle
  }
  return low
}
