/** The usual width of a terminal. */
const WIDTH = 80
const GAP = '  '

/** Lines of a query as a table of at most 80 columns: the widest cells are cut until it fits. */
export function tableOf(lines) {
  const names = Object.keys(lines[0] ?? {})
  if (names.length === 0) return '(no lines)'
  const cells = [names, ...lines.map((line) => names.map((name) => textOf(line[name])))]
  const widths = names.map((_, column) => Math.max(...cells.map((line) => line[column].length)))
  const total = () => widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1))
  while (total() > WIDTH) widths[widths.indexOf(Math.max(...widths))] -= 1
  const isFigure = names.map((name) => lines.every((line) => /^-?[\d.]+$/.test(textOf(line[name]))))
  const shown = (text, column) => {
    const width = widths[column]
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text
    return isFigure[column] ? cut.padStart(width) : cut.padEnd(width)
  }
  return cells.map((line) => line.map(shown).join(GAP).trimEnd()).join('\n')
}

function textOf(value) {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
