/** Items that were read ahead, in order. */
export interface Ahead<T> extends AsyncIterable<T> {
  /** How many items are read and not taken yet. */
  readonly waiting: number
}

/**
 * Most pages of a list or a search that are kept in memory until their associations are read and the store has taken
 * them.
 */
export const PAGES_AHEAD = 20

/**
 * Reads up to `depth` items from a source before they are asked for, so that source and consumer work at the same time.
 * It starts at once. It stops when it is full, and when the consumer stops.
 */
export function readAhead<T>(source: AsyncIterable<T>, depth: number): Ahead<T> {
  const taken: T[] = []
  let ended = false
  let failure: { error: unknown } | undefined
  let left = false
  let wake = () => {}
  let changed = new Promise<void>((resolve) => {
    wake = resolve
  })
  const notify = () => {
    wake()
    changed = new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  const fill = async () => {
    try {
      for await (const item of source) {
        taken.push(item)
        notify()
        while (taken.length >= depth && !left) await changed
        if (left) return
      }
    } catch (error) {
      failure = { error }
    } finally {
      ended = true
      notify()
    }
  }
  void fill()
  return {
    get waiting() {
      return taken.length
    },
    [Symbol.asyncIterator]: take,
  }

  async function* take(): AsyncGenerator<T> {
    try {
      for (;;) {
        const item = taken.shift()
        if (item !== undefined) {
          notify()
          yield item
        } else if (failure) {
          throw failure.error
        } else if (ended) {
          return
        } else {
          await changed
        }
      }
    } finally {
      left = true
      notify()
    }
  }
}

/** Works on several items at the same time, and yields them in order, each with its result. */
export async function* workAhead<T, R>(
  source: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  depth: number,
): AsyncGenerator<[item: T, result: R]> {
  async function* begun() {
    for await (const item of source) {
      const result = work(item)
      // A failure is thrown when its item's turn comes, and must not be unhandled until then.
      result.catch(() => {})
      yield { item, result }
    }
  }
  for await (const { item, result } of readAhead(begun(), depth)) yield [item, await result]
}
