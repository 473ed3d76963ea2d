import { type HubsyncErrorCode, isHubsyncError } from '../errors.js'
import type { ReadOptions } from '../options.js'
import { heard } from '../sync/heeding-store.js'

/** The members that are there without waiting. */
interface Immediate {
  readonly objects: readonly unknown[]
  readonly pairs: readonly unknown[]
  readonly jobs?: readonly unknown[]
  close(): Promise<void>
}

/** Where the objects and pairs of a mirror come from. */
export interface Sources<Mirror> {
  /**
   * What `objects`, `pairs` and `jobs` are until they are known.
   */
  before: Pick<Immediate, 'objects' | 'pairs' | 'jobs'>
  /** Makes the mirror with what the store knows. Undefined: the store doesn't know more than the first mirror. */
  stored(): Promise<Mirror | undefined>
  /** Makes it with what HubSpot has. Absent for a mirror that is only read. */
  asked?: () => Promise<Mirror>
  /** Whether a member asks HubSpot nothing. */
  isRead(member: string): boolean
}

/** Errors of HubSpot that may pass. Until then, the mirror goes on with what the store knows. */
const passing: readonly HubsyncErrorCode[] = [
  'HUBSPOT_UNAVAILABLE',
  'HUBSPOT_REPLY',
  'RATE_LIMITED',
  'DAILY_LIMIT',
  'PORTAL_MIGRATING',
]

/**
 * A mirror whose objects or pairs aren't known when it is made. Each member waits for them, and then does what the
 * mirror does that was made with them. Reads take what the store knows; everything else takes what HubSpot has, which
 * is asked for once. After a failure the next call tries again.
 *
 * @param first - a mirror with the same options. It closes what all of them share, and says so when it is closed.
 */
export function deferred<Mirror extends Immediate>(
  first: Mirror,
  { before, stored, asked, isRead }: Sources<Mirror>,
): Mirror {
  let known: Mirror | undefined
  let found: Mirror | undefined
  let isClosed = false
  const fromStore = once(async () => {
    known = await stored()
    return known
  })
  const fromHubspot = asked && once(async () => (found = await asked()))
  const current = () => found ?? known ?? before
  const members = Object.entries(first).flatMap(([name, member]) =>
    typeof member === 'function' ? [[name, waiting(name)] as const] : [],
  )
  return {
    ...(Object.fromEntries(members) as unknown as Mirror),
    get objects() {
      return current().objects
    },
    get pairs() {
      return current().pairs
    },
    get jobs() {
      return current().jobs
    },
    close() {
      isClosed = true
      return first.close()
    },
  }

  function waiting(name: string) {
    return async (...given: unknown[]) => {
      const { signal } = (given.at(-1) ?? {}) as ReadOptions
      const mirror = isClosed ? first : await heard(signal, () => mirrorFor(name))
      return (mirror as unknown as Record<string, (...given: unknown[]) => unknown>)[name]?.(
        ...given,
      )
    }
  }

  async function mirrorFor(member: string): Promise<Mirror> {
    if (found) return found
    if (!fromHubspot || isRead(member)) return (await fromStore()) ?? first
    try {
      return await fromHubspot()
    } catch (error) {
      if (!isHubsyncError(error) || !passing.includes(error.code)) throw error
      return (await fromStore().catch(() => Promise.reject(error))) ?? first
    }
  }
}

/** Does work once for all callers. If it fails or gives nothing, the next call does it again. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return async () => {
    underWay ??= work()
    const now = underWay
    const forget = () => {
      if (underWay === now) underWay = undefined
    }
    try {
      const result = await now
      if (result === undefined) forget()
      return result
    } catch (error) {
      forget()
      throw error
    }
  }
}
