/** The lines that only one of two texts has, each as often as it has it more than the other. */
export function changedLines(
  before: string,
  after: string,
): { added: string[]; removed: string[] } {
  return { added: linesOnlyIn(after, before), removed: linesOnlyIn(before, after) }
}

function linesOnlyIn(text: string, other: string): string[] {
  const left = new Map<string, number>()
  for (const line of other.split('\n')) left.set(line, (left.get(line) ?? 0) + 1)
  const only: string[] = []
  for (const line of text.split('\n')) {
    const times = left.get(line) ?? 0
    if (times > 0) left.set(line, times - 1)
    else if (line.trim() !== '') only.push(line.trim())
  }
  return only
}
