/** A length of time: `'90m'`, `'24h'`, `'7d'` (with `ms`, `s`, `m`, `h` or `d`), or a number of milliseconds. */
export type Duration = string | number

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The milliseconds of a duration, at least 0; undefined if the value is none. */
export function millisecondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined
  const [, figure, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(String(value)) ?? []
  return figure === undefined ? undefined : Number(figure) * units[unit as keyof typeof units]
}
