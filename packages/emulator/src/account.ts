/** The data of an account. */
export interface Account {
  readonly portalId: number
  /** `app-eu1.hubspot.com` */
  readonly uiDomain: string
  /** `US/Eastern` */
  readonly timeZone: string
  readonly currency: string
}

const QUARTER_HOUR = 900_000

/** Cached, because creating a format takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
  formats.set(timeZone, format)
  return format
}

/** The offset of the time zone from UTC at a time, in milliseconds. */
export function utcOffset(timeZone: string, at: number): number {
  const parts = formatOf(timeZone).formatToParts(at)
  const part = (type: string) => Number(parts.find((one) => one.type === type)!.value)
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
  return local - Math.floor(at / 60_000) * 60_000
}

/** `-04:00` */
export function formatOffset(milliseconds: number): string {
  const minutes = Math.abs(milliseconds) / 60_000
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${milliseconds < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}

/** When the account's day ends, and with it the daily quota. */
export function nextMidnight(timeZone: string, at: number): number {
  const day = (moment: number) => Math.floor((moment + utcOffset(timeZone, moment)) / 86_400_000)
  const today = day(at)
  // Offsets change by quarter hours at most, so midnight is on one.
  let moment = Math.floor(at / QUARTER_HOUR) * QUARTER_HOUR
  while (day(moment) <= today) moment += QUARTER_HOUR
  return moment
}
