/** `2026-06-01 10:03:00` in a time zone. A text that is no moment is returned as it is. */
export function inZone(moment: string, timeZone: string): string {
  const at = new Date(moment)
  if (Number.isNaN(at.getTime())) return moment
  return formatFor(timeZone).format(at)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Swedes write moments as ISO does. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: knownZone(timeZone),
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  formats.set(timeZone, format)
  return format
}

/** The time zone, or UTC if this Node.js doesn't know it. */
export function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}
