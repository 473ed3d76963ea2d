import { askedUntil, type Store } from '@hubsync/core/store'

/** A store that can be made to stop answering. */
export function silentStore(store: Store) {
  let isSilent = false
  const asked = { count: 0, until: undefined as AbortSignal | undefined }
  const silent = new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function' || name === 'close') return member
      return (...given: unknown[]) => {
        if (!isSilent) return Reflect.apply(member, target, given)
        asked.count++
        asked.until = askedUntil()
        return new Promise(() => {})
      }
    },
  })
  return {
    store: silent,
    /** The signals of the calls since then. */
    asked,
    fallSilent() {
      isSilent = true
    },
  }
}
