/** A larger size is tried again after this many pieces. Each time that it fails, the number doubles. */
const PIECES_UNTIL_LARGER = 20

/**
 * How many records one kind of call asks for at once. HubSpot documents a maximum, but can't always answer that many.
 * The size that it could answer is remembered, so that not every batch has to find it again.
 */
export class PieceSize {
  #size: number
  #answered = 0
  #until = PIECES_UNTIL_LARGER

  constructor(readonly most: number) {
    this.#size = most
  }

  get current(): number {
    return this.#size
  }

  /** A piece of the current size was answered. */
  answered(): void {
    if (this.#size === this.most || ++this.#answered < this.#until) return
    this.#size = Math.min(this.most, 2 * this.#size)
    this.#answered = 0
  }

  /** A piece could not be answered, but all parts of it were. `largest`: the size of the largest part. */
  tooMuch(largest: number): void {
    if (largest >= this.#size) return
    this.#size = Math.max(1, largest)
    this.#answered = 0
    this.#until *= 2
  }
}
