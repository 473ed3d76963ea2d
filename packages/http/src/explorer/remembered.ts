import { inTime, PATIENCE_MS } from '../in-time.js'

/** Keeps what was read for some time, so that each page of a table needn't read it again. */
export class Remembered<T> {
  readonly #read: (signal: AbortSignal) => Promise<T>
  readonly #ms: number
  #known: { value: Promise<T>; until: number } | undefined

  constructor(ms: number, read: (signal: AbortSignal) => Promise<T>) {
    this.#ms = ms
    this.#read = read
  }

  /** What was read last. Several callers share one read, so none of them can end it. */
  get(): Promise<T> {
    if (this.#known && Date.now() < this.#known.until) return this.#known.value
    const value = inTime(PATIENCE_MS, undefined, this.#read)
    this.#known = { value, until: Date.now() + this.#ms }
    value.catch(() => {
      this.#known = undefined
    })
    return value
  }
}
