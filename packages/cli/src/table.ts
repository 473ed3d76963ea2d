/** A cell. `paint` colours it after it was padded. */
export type Cell = string | { text: string; paint(text: string): string }

/** The usual width of a terminal. */
const WIDTH = 80
const GAP = '  '

/**
 * Lines up cells under their headings: the first column to the left, figures to the right. A column of zeros is left out. A
 * table that is too wide for a terminal becomes several, each with the first column.
 */
export function table(headings: readonly string[], lines: readonly (readonly Cell[])[]): string {
  const [first, ...others] = headings.map((heading, index) => columnOf(heading, index, lines))
  if (first === undefined) return ''
  const shown = others.filter(({ isZero }) => !isZero)
  return blocksOf(first, shown)
    .map((columns) => blockText([first, ...columns]))
    .join('\n\n')
}

interface Column {
  width: number
  /** The heading and the cells, each as wide as the column. */
  texts: string[]
  isZero: boolean
}

function columnOf(heading: string, index: number, lines: readonly (readonly Cell[])[]): Column {
  const cells = lines.map((line) => line[index] ?? '')
  const texts = cells.map((cell) => (typeof cell === 'string' ? cell : cell.text))
  const width = Math.max(heading.length, ...texts.map((text) => text.length))
  const isFigure = texts.length > 0 && texts.every((text) => /^[\d,.%-]*$/.test(text))
  const pad = (text: string) => (isFigure ? text.padStart(width) : text.padEnd(width))
  const painted = cells.map((cell, line) => {
    const text = pad(texts[line] ?? '')
    return typeof cell === 'string' ? text : cell.paint(text)
  })
  const isZero = texts.length > 0 && texts.every((text) => text === '0')
  return { width, texts: [pad(heading), ...painted], isZero }
}

/** Puts the columns after the first into blocks that fit. */
function blocksOf(first: Column, columns: readonly Column[]): Column[][] {
  const blocks: Column[][] = [[]]
  let width = first.width
  for (const column of columns) {
    const block = blocks.at(-1) as Column[]
    width += GAP.length + column.width
    if (width <= WIDTH || block.length === 0) block.push(column)
    else {
      blocks.push([column])
      width = first.width + GAP.length + column.width
    }
  }
  return blocks
}

function blockText(columns: readonly Column[]): string {
  const [first] = columns
  const lines = first?.texts.map((_, line) => columns.map(({ texts }) => texts[line]).join(GAP))
  return lines?.map((line) => line.trimEnd()).join('\n') ?? ''
}
