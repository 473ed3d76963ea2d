/** The members that are there without waiting. */
interface Immediate {
  readonly objects: readonly unknown[]
  readonly pairs: readonly unknown[]
  readonly jobs: readonly unknown[]
  close(): Promise<void>
}

/**
 * A mirror whose objects aren't known until HubSpot was asked. Each member waits for that, and then does what the
 * mirror does that was made with them. If HubSpot can't be asked, the next call asks again.
 *
 * @param first - a mirror with the same options and other objects. Nothing but its members is used, and its `close()`.
 */
export function deferredSync<Sync extends Immediate>(
  first: Sync,
  make: (signal: AbortSignal | undefined) => Promise<Sync>,
): Sync {
  let made: Sync | undefined
  let isClosed = false
  let making: Promise<Sync> | undefined
  const ready = async (signal: AbortSignal | undefined): Promise<Sync> => {
    making ??= make(signal)
    try {
      made = await making
      return made
    } catch (error) {
      making = undefined
      throw error
    }
  }
  const members = Object.entries(first).flatMap(([name, member]) =>
    typeof member === 'function' ? [[name, waiting(name)] as const] : [],
  )
  return {
    ...(Object.fromEntries(members) as unknown as Sync),
    get objects() {
      return made?.objects ?? []
    },
    get pairs() {
      return made?.pairs ?? []
    },
    get jobs() {
      return made?.jobs ?? []
    },
    close() {
      isClosed = true
      return (made ?? first).close()
    },
  }

  function waiting(name: string) {
    return async (...given: unknown[]) => {
      const { signal } = (given.at(-1) ?? {}) as { signal?: AbortSignal }
      // A closed mirror says so.
      const sync = made ?? (isClosed ? first : await ready(signal))
      return (sync as unknown as Record<string, (...given: unknown[]) => unknown>)[name]?.(...given)
    }
  }
}
