import { isoMoment } from './parse-record.js'

/** Trimmed text, or null if nothing is left of it. */
export function trimmedOf(value: unknown): string | null {
  return typeof value === 'string' ? value.trim() || null : null
}

/** A moment, or null. The beginning of 1970 stands for no moment: HubSpot's own stages have it (recorded reply). */
export function momentOf(value: unknown): string | null {
  const at = typeof value === 'string' ? new Date(value) : undefined
  return (at && at.getTime() !== 0 && isoMoment(at)) || null
}
