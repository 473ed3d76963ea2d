import type { Store } from '@hubsync/core'

/**
 * A store whose process is overtaken by another at its first commits of a stream, or at later ones after a number of
 * others: what it is about to write was read earlier.
 */
export function overtakenStore(
  store: Store,
  { stream, times = 1, after = 0 }: { stream: string; times?: number; after?: number },
  meanwhile: () => Promise<unknown>,
): Store {
  let commits = 0
  return {
    ...store,
    async commit(batch) {
      if (batch.checkpoint?.stream === stream) {
        commits++
        if (commits > after && commits <= after + times) await meanwhile()
      }
      return store.commit(batch)
    },
  }
}
