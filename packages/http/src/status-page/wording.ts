const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const units = [
  { length: DAY, name: 'd' },
  { length: HOUR, name: 'h' },
  { length: MINUTE, name: 'min' },
  { length: SECOND, name: 's' },
] as const

const numbers = new Intl.NumberFormat('en')

/** `12,345` */
export function inDigits(count: number): string {
  return numbers.format(count)
}

/** `1 h 5 min`: the two largest units. Below a second: `0.4 s`. */
export function inWords(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.max(0, Math.round(milliseconds / 100) / 10)} s`
  const first = units.findIndex(({ length }) => milliseconds >= length)
  let rest = milliseconds
  return units
    .slice(first, first + 2)
    .map(({ length, name }) => {
      const count = Math.floor(rest / length)
      rest -= count * length
      return count === 0 ? '' : `${count} ${name}`
    })
    .filter((words) => words !== '')
    .join(' ')
}

/** `5 min ago`: the largest unit. A time in the future, by another clock, is shown as now. */
export function ago(moment: string, now: number): string {
  const milliseconds = now - Date.parse(moment)
  const unit = units.find(({ length }) => milliseconds >= length)
  return unit ? `${Math.floor(milliseconds / unit.length)} ${unit.name} ago` : 'just now'
}

/** `2026-06-01 08:03`, in UTC. A text that is no date is returned as it is. */
export function inUtc(moment: string): string {
  const at = new Date(moment)
  return Number.isNaN(at.getTime()) ? moment : at.toISOString().slice(0, 16).replace('T', ' ')
}
