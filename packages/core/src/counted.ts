/** A number with its noun: `1 record`, `2 records`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

/** How many names a sentence has. */
const NAMED = 5

/** The first of these names, and how many others there are. */
export function someOf(names: readonly string[]): string {
  const others = names.length - NAMED
  return names.slice(0, NAMED).join(', ') + (others > 0 ? ` and ${counted(others, 'other')}` : '')
}
