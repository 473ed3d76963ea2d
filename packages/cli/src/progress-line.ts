import { figuresListOf, type JobProgress, nameOf } from './progress-board.js'

const NAME_WIDTH = 20
/** The widest first. */
const BAR_WIDTHS = [20, 10, 5]

/** `contacts backfill    ████░░░░ 40% 400 of 1,000, 196/s, 3.1 s to go`, or as much of it as fits. */
export function progressLine(progress: JobProgress, columns: number): string {
  const name = nameOf(progress)
  const figures = figuresListOf(progress)
  const share = progress.total === undefined ? undefined : progress.done / progress.total
  const bars = share === undefined ? [] : BAR_WIDTHS.map((width) => `${barOf(share, width)} `)
  const percent = share === undefined ? '' : `${Math.floor(share * 100)}% `
  const lines = [
    ...bars.map((bar) => `${name.padEnd(NAME_WIDTH)} ${bar}${percent}${figures.join(', ')}`),
    ...[3, 2, 1].map((count) => `${name} ${percent}${figures.slice(0, count).join(', ')}`),
    `${name} ${percent}`.trimEnd(),
  ]
  const fitting = lines.find((line) => line.length <= columns)
  return fitting ?? `${name.slice(0, Math.max(0, columns - 1))}…`
}

function barOf(share: number, width: number): string {
  const full = Math.min(width, Math.floor(share * width))
  return '█'.repeat(full) + '░'.repeat(width - full)
}

/** Breaks a text into lines of at most so many columns. */
export function folded(text: string, columns: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
    for (; line.length > columns; line = line.slice(columns)) lines.push(line.slice(0, columns))
  }
  return [...lines, line].join('\n')
}
