/** The start of a text that is too long for its place. It is cut between characters, so that none is cut in two. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  // A character may be two units.
  const start = Array.from(text.slice(0, 2 * most))
    .slice(0, most)
    .join('')
  return start.length < text.length ? `${start}…` : text
}
