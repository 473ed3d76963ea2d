const FONT = 14
const COLUMN = FONT * 0.602
const LINE = 20
const MARGIN = 20

/**
 * What a program has printed as an SVG, light and dark. The text stays text, so that it can be searched and read aloud.
 *
 * @param title - the command, which is the picture's name for screen readers too.
 */
export function pictureOf(title, printed) {
  const lines = [`$ ${title}`, ...printed.trimEnd().split('\n')]
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * COLUMN + 2 * MARGIN)
  const height = lines.length * LINE + 2 * MARGIN
  const shown = lines.map(
    (line, index) =>
      `  <text x="${MARGIN}" y="${MARGIN + FONT + index * LINE}"${classOf(line)}>${escaped(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-labelledby="title">
  <title id="title">${escaped(title)}, in a terminal</title>
  <style>
    rect { fill: #f6f8fa; stroke: #c8d1da }
    text { fill: #1f2933; font: ${FONT}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre }
    .command { font-weight: bold } .good { fill: #12703c }
    @media (prefers-color-scheme: dark) {
      rect { fill: #0e1620; stroke: #2b3a49 } text { fill: #d8e4ee } .good { fill: #6fd39b }
    }
  </style>
  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${shown.join('\n')}
</svg>
`
}

function classOf(line) {
  if (line.startsWith('$ ')) return ' class="command"'
  return /^\s*✓|^equal$/.test(line) ? ' class="good"' : ''
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** What the demo leaves on a terminal, without its progress, and without the questions between run and comparison. */
export function shortened(printed) {
  const [start, ...parts] = printed
    .split('\n')
    .filter((line) => !/[█░]/.test(line))
    .flatMap((line) => wrapped(line))
    .join('\n')
    .split('\n\n')
  const isShown = (part) => /^(The first run|Meanwhile|The next run|Portal and mirror)/.test(part)
  const shown = parts.filter(isShown)
  shown.splice(-1, 0, '…')
  return [start, ...shown].join('\n\n')
}

/** A terminal of 100 columns. */
function wrapped(line) {
  if (line.length <= 100) return [line]
  const end = line.lastIndexOf(' ', 100)
  return [line.slice(0, end), ...wrapped(`  ${line.slice(end + 1)}`)]
}
