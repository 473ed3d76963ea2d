interface Sleeper {
  due: number
  wake(): void
}

/** A clock that only moves when it is told to, and knows who waits for it. */
export class VirtualClock {
  #now: number
  readonly #sleepers = new Set<Sleeper>()

  constructor(now: string) {
    this.#now = Date.parse(now)
  }

  now = (): number => this.#now

  sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      const sleeper = {
        due: this.#now + Math.max(0, milliseconds),
        wake: () => {
          signal?.removeEventListener('abort', abort)
          resolve()
        },
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#sleepers.add(sleeper)
    })

  /** When the first sleeper is due, or undefined if nobody sleeps. */
  get next(): number | undefined {
    let first: number | undefined
    for (const { due } of this.#sleepers) if (first === undefined || due < first) first = due
    return first
  }

  /** Moves the clock on, and wakes the sleepers that are due. It never goes back. */
  moveTo(at: number): void {
    this.#now = Math.max(this.#now, at)
    const due = [...this.#sleepers].filter((sleeper) => sleeper.due <= this.#now)
    for (const sleeper of due.sort((one, other) => one.due - other.due)) {
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
  }
}
