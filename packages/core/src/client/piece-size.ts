/** A larger size is tried again after so many pieces, and twice as many each time that it fails. */
const PIECES_UNTIL_LARGER = 20

/**
 * How many records are asked for at once by one kind of call. HubSpot documents how many it takes; it can't always answer as many.
 * What it did answer is remembered, lest each batch find that out anew.
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

  /** A piece could not be answered, but all parts of it were, of which this was the largest. */
  tooMuch(largest: number): void {
    if (largest >= this.#size) return
    this.#size = Math.max(1, largest)
    this.#answered = 0
    this.#until *= 2
  }
}
