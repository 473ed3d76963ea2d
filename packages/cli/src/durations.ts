import { InvalidArgumentError } from 'commander'

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** What a timer of Node.js takes. */
const LONGEST = 24 * units.d

/** Reads `90s`, `5m`, `1.5h` as milliseconds, from a second to 24 days. */
export function durationOf(text: string): number {
  const [, figure, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const ms = Number(figure) * units[unit as keyof typeof units]
  if (ms >= units.s && ms <= LONGEST) return ms
  throw new InvalidArgumentError('Expected a duration from 1s to 24d, such as 90s, 5m or 2h.')
}

/** Milliseconds for people: `40 s`, `12 min`, `3 h 20 min`. */
export function durationText(ms: number): string {
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 90) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
