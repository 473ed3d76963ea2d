/** Others are noticed when they use this share of the limit. */
const NOTICED = 0.02
/** For each call of others so many are kept free, but at most this share of the limit. */
const FREE_PER_CALL = 5
const MOST_FREE = 0.3
/** This share of the limit is left to every process, whatever others use. */
const LEAST = 0.05
/** If no reply shows any more what is left, what was known of others counts for so many windows. */
const KNOWN_FOR = 2

/** The calls in one window, as a reply of HubSpot's shows them. */
export interface Usage {
  /** How many calls HubSpot allows to all who use the token. */
  limit: number
  /** How many of them are left. */
  left: number
  /** How many this process has sent that HubSpot may have counted before it replied. */
  own: number
}

/**
 * How many calls in a window a process may send while others use the same token.
 *
 * - Up to the target, what nobody uses is free.
 * - If all together use more than the target, each sends less by the same factor. It is squared, to outweigh the next one.
 * - The smaller a process's part of what is used, the more it may add. So one that came late gains on the others, until
 *   all have the same.
 */
export function shareOf({
  limit,
  own,
  others,
}: Record<'limit' | 'own' | 'others', number>): number {
  if (others < limit * NOTICED) return Number.POSITIVE_INFINITY
  const target = limit - Math.min(limit * MOST_FREE, others * FREE_PER_CALL)
  const sent = Math.max(1, own)
  const used = sent + others
  const share = sent * (target / used) ** 2 * (used / sent) ** 0.25
  return Math.max(1, limit * LEAST, share, target - others)
}

/** What others used at a moment. */
interface Seen {
  at: number
  others: number
}

/**
 * A process's share of a limit that others use too. Nobody tells a process of the others, but HubSpot tells all of them
 * what is left: what is used and wasn't sent from here was sent by others.
 */
export class SharedPace {
  /** Each shows less than the one before it. */
  #seen: Seen[] = []
  #share = Number.POSITIVE_INFINITY
  #windowMs = 0
  #learnedAt = 0

  /** How many calls this process may send in a window. No bound while it's alone. */
  shareAt(now: number): number {
    const isKnown = Math.abs(now - this.#learnedAt) <= KNOWN_FOR * this.#windowMs
    return isKnown ? this.#share : Number.POSITIVE_INFINITY
  }

  /** The milliseconds from one call to the next by that share. */
  spacingAt(now: number): number {
    return this.#windowMs / this.shareAt(now)
  }

  /**
   * It isn't known whether HubSpot counts over the last ten seconds or begins anew every ten seconds. In the second
   * case only the end of a window shows all that others use. So the most that a window showed counts.
   */
  learn({ limit, left, own }: Usage, windowMs: number, now: number): void {
    const others = limit - left - own
    const showsMore = (seen: Seen) =>
      seen.at > now - windowMs && seen.at <= now && seen.others > others
    this.#seen = [...this.#seen.filter(showsMore), { at: now, others }]
    this.#windowMs = windowMs
    this.#learnedAt = now
    this.#share = shareOf({ limit, own, others: this.#seen[0]?.others ?? others })
  }
}
