import type { Store } from '@hubsync/core'

/** What a killed process leaves behind: its commits up to a certain one, which was either written or not. */
export interface Death {
  /** The commit at which it dies, counted from 1. */
  at: number
  /** Whether that commit was written to the database. */
  landed: boolean
}

/** A store whose process dies at a commit: every later call fails. */
export function breakingStore(store: Store, death: Death): Store & { readonly commits: number } {
  let commits = 0
  let dead = false
  const guard = () => {
    if (dead) throw new Error('killed')
  }
  return new Proxy(store, {
    get(target, name: keyof Store | 'commits') {
      if (name === 'commits') return commits
      if (name === 'close') return async () => {}
      if (name !== 'commit')
        return async (...given: never[]) => {
          guard()
          return (target[name] as (...args: never[]) => unknown)(...given)
        }
      return async (...given: Parameters<Store['commit']>) => {
        guard()
        commits++
        dead = commits === death.at
        if (!dead || death.landed) {
          const result = await target.commit(...given)
          if (!dead) return result
        }
        throw new Error('killed')
      }
    },
  }) as Store & { readonly commits: number }
}
