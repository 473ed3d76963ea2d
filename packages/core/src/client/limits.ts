/** The three limits that HubSpot counts separately (HubSpot docs, "API usage guidelines"). */
export type Lane = 'burst' | 'search' | 'associations'

/** A number of calls in a number of milliseconds. */
export interface LaneLimit {
  calls: number
  perMs: number
}

/**
 * The limits until HubSpot's headers say otherwise. Burst: the smallest documented figure, which the first reply
 * corrects. Search: 5 a second for the whole account; its replies have no header.
 */
export const documentedLimits: Readonly<Record<Lane, LaneLimit>> = {
  burst: { calls: 100, perMs: 10_000 },
  search: { calls: 5, perMs: 1_000 },
  associations: { calls: 150, perMs: 10_000 },
}

/**
 * Turns a limit that isn't a whole number into one of the same pace: 2.5 in a second are 2 in 0.8 s, 0.5 in a second
 * are 1 in 2 s.
 */
export function inWholeCalls({ calls, perMs }: LaneLimit): LaneLimit {
  const whole = Math.max(1, Math.floor(calls))
  return { calls: whole, perMs: (perMs * whole) / calls }
}

/** The limits in a reply's headers. */
export interface LimitHeaders {
  burst: LaneLimit | undefined
  /** How many calls of `burst` are left for all who use the token. */
  left: number | undefined
  daily: { limit: number; remaining: number } | undefined
}

/**
 * Reads `X-HubSpot-RateLimit-*`. The daily pair comes only for private apps, and replies to searches have none of them.
 * A figure that is impossible for a limit of HubSpot's is ignored: a proxy may have written it, and a run would wait
 * for days.
 */
export function readLimitHeaders(headers: { get(name: string): string | null }): LimitHeaders {
  const figure = (name: string, least: number, most: number, otherwise?: number) => {
    const text = headers.get(`x-hubspot-ratelimit-${name}`)
    if (text === null) return otherwise
    // `Number` takes an empty text for 0.
    const value = text.trim() === '' ? Number.NaN : Number(text)
    return value >= least && value <= most ? value : undefined
  }
  const calls = figure('max', 1, 1e9)
  const perMs = figure('interval-milliseconds', 1_000, 60_000, 10_000)
  const left = figure('remaining', 0, calls ?? 0)
  const limit = figure('daily', 1, 1e12)
  const remaining = figure('daily-remaining', 0, 1e12)
  return {
    burst: calls !== undefined && perMs !== undefined ? { calls, perMs } : undefined,
    left,
    daily: limit !== undefined && remaining !== undefined ? { limit, remaining } : undefined,
  }
}

/** The limit that a 429 is about. */
export type ThrottleKind = 'burst' | 'secondly' | 'daily'

/** HubSpot names the limit in `policyName`, except in the 429 of a search, where only the message shows it. */
export function throttleKind(body: { policyName?: unknown; message?: unknown }): ThrottleKind {
  const said = [body.policyName, body.message].filter((value) => typeof value === 'string')
  const words = said.join(' ').toLowerCase()
  if (words.includes('daily')) return 'daily'
  if (words.includes('ten_secondly') || words.includes('ten secondly')) return 'burst'
  return words.includes('secondly') ? 'secondly' : 'burst'
}

/** The day in `timeZone`, such as `2026-11-30`. UTC if the zone is unknown. */
export function dayIn(now: number, timeZone: string): string {
  const part = partsIn(now, timeZone)
  return [part('year'), part('month'), part('day')].join('-')
}

/** The next midnight in `timeZone`, when HubSpot's daily limit starts again. UTC if the zone is unknown. */
export function nextMidnight(now: number, timeZone: string): number {
  const part = partsIn(now, timeZone)
  const [hour, minute, second] = [part('hour'), part('minute'), part('second')].map(Number)
  const sinceMidnight = (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0)
  return now - (now % 1_000) + (86_400 - sinceMidnight) * 1_000
}

/** A date and time in `timeZone`, part by part. */
function partsIn(now: number, timeZone: string): (part: string) => string {
  let parts: Intl.DateTimeFormatPart[]
  try {
    const [numeric, digits] = ['numeric', '2-digit'] as const
    const date = { year: numeric, month: digits, day: digits }
    const time = { hour: digits, minute: digits, second: digits, hourCycle: 'h23' } as const
    const format = new Intl.DateTimeFormat('en-US', { ...date, ...time, timeZone })
    parts = format.formatToParts(now)
  } catch {
    return partsIn(now, 'UTC')
  }
  return (part) => parts.find(({ type }) => type === part)?.value ?? ''
}
