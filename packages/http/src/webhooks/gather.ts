/**
 * Batches concurrent calls: while one call of `work` is running, all items that arrive are collected for the next one.
 * So a burst of callers costs two calls of `work` instead of one per caller.
 */
export function gather<Item>(
  work: (items: readonly Item[]) => Promise<void>,
): (items: readonly Item[]) => Promise<void> {
  let current: Promise<void> = Promise.resolve()
  let next: { items: Item[]; done: Promise<void> } | undefined
  return (items) => {
    if (!next) {
      const gathered: Item[] = []
      const begin = () => {
        next = undefined
        current = work(gathered)
        return current
      }
      // If the call before fails, only its own callers get the error. The next one starts all the same.
      next = { items: gathered, done: current.then(begin, begin) }
    }
    for (const item of items) next.items.push(item)
    return next.done
  }
}
