import type { Store } from '@hubsync/core'

/** A store that blocks the commits of one stream until it is released. */
export interface HeldStore {
  store: Store
  /** Resolves when a commit is blocked. */
  held: Promise<void>
  release(): void
}

/** Blocks a run at its first commit of a stream, so that a test can observe the running run. */
export function heldStore(store: Store, stream: string): HeldStore {
  const gate = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const commit: Store['commit'] = async (batch) => {
    if (batch.checkpoint?.stream === stream) {
      held.resolve()
      await gate.promise
    }
    return store.commit(batch)
  }
  return {
    store: new Proxy(store, {
      get: (target, name) => (name === 'commit' ? commit : Reflect.get(target, name)),
    }),
    held: held.promise,
    release: () => gate.resolve(),
  }
}
