import { expectedGot, millisecondsOf, show } from '@hubsync/core/store'
import { InvalidArgumentError } from 'commander'

const SECOND_MS = 1_000
/** 24 days: a timer of Node.js can't wait longer. */
const LONGEST_MS = 24 * 86_400_000

/** Reads `90s`, `5m`, `1.5h` as milliseconds, from a second to 24 days. */
export function durationOf(text: string): number {
  const ms = millisecondsOf(text)
  if (ms !== undefined && ms >= SECOND_MS && ms <= LONGEST_MS) return ms
  throw new InvalidArgumentError(
    expectedGot('a duration from 1s to 24d, such as 90s, 5m or 2h', show(text)),
  )
}

/** `40 s`, `12 min`, `3 h 20 min`. */
export function durationText(ms: number): string {
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`
  const minutes = Math.round(ms / 60_000)
  if (minutes < 90) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
