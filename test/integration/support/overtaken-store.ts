import type { Store } from '@hubsync/core'

/**
 * A store whose process is overtaken by another at its first commits of a stream: what it is about to write was read
 * earlier.
 */
export function overtakenStore(
  store: Store,
  { stream, times = 1 }: { stream: string; times?: number },
  meanwhile: () => Promise<unknown>,
): Store {
  let left = times
  return {
    ...store,
    async commit(batch) {
      if (batch.checkpoint?.stream === stream && left-- > 0) await meanwhile()
      return store.commit(batch)
    },
  }
}
