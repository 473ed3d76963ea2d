/** What was read ahead, in order. */
export interface Ahead<T> extends AsyncIterable<T> {
  /** How many items wait to be taken. */
  readonly waiting: number
}

/** How many pages of a list or a search are kept while they wait for the far ends of their associations, or for the store. */
export const PAGES_AHEAD = 20

/**
 * Takes from a source before it is asked to, up to `depth` items, so that what it waits for and what its taker waits for go on at
 * the same time. It begins at once, and stops taking when it is full, and when its taker has left.
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

/** Does the work of several items at once, and gives them in their order with what came of it. */
export async function* workAhead<T, R>(
  source: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  depth: number,
): AsyncGenerator<[item: T, result: R]> {
  async function* begun() {
    for await (const item of source) {
      const result = work(item)
      // Its failure is met when its turn comes.
      result.catch(() => {})
      yield { item, result }
    }
  }
  for await (const { item, result } of readAhead(begun(), depth)) yield [item, await result]
}
