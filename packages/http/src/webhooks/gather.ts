/**
 * Does for many callers at once what each of them would do alone: while one call of `work` is under way, everything that comes
 * meanwhile is gathered for the next. So a burst of callers costs two calls, and not one for each.
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
      // A call that failed has told those whose items it had: it is nothing to the next.
      next = { items: gathered, done: current.then(begin, begin) }
    }
    for (const item of items) next.items.push(item)
    return next.done
  }
}
