import { askedUntil, type Store } from '@hubsync/core/store'

/** A store that answers nothing from when it is told to fall silent. */
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
    /** How often it was asked since, and until when it is waited for. */
    asked,
    fallSilent() {
      isSilent = true
    },
  }
}
