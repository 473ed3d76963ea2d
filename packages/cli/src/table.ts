/** A cell, and how to colour it once it has its width. */
export type Cell = string | { text: string; paint(text: string): string }

/** Lines up cells under their headings: the first column to the left, figures to the right. */
export function table(headings: readonly string[], lines: readonly (readonly Cell[])[]): string {
  const textOf = (cell: Cell = '') => (typeof cell === 'string' ? cell : cell.text)
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...lines.map((line) => textOf(line[column]).length)),
  )
  const isFigure = headings.map(
    (_, column) =>
      lines.length > 0 && lines.every((line) => /^[\d,.%-]*$/.test(textOf(line[column]))),
  )
  return [headings, ...lines]
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0
          const text = isFigure[column] ? textOf(cell).padStart(width) : textOf(cell).padEnd(width)
          return typeof cell === 'string' ? text : cell.paint(text)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
