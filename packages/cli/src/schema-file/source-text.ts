// Texts of HubSpot as TypeScript. Labels and descriptions are the portal's: they may have anything in them.

/** The width of biome's and prettier's lines, as this repository has it. */
export const WIDTH = 100

/** Letters that take two columns, as formatters count. */
const wide =
  /(?![\uFF61-\uFFDC])[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{Emoji_Presentation}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u

/** How many columns a text takes. */
export function widthOf(text: string): number {
  let width = 0
  for (const letter of text) width += wide.test(letter) ? 2 : /\p{Mn}/u.test(letter) ? 0 : 1
  return width
}

/** Characters that end a line, can't be seen, or change how others are shown. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu

/** A text as a string literal, with the quotes that need fewer escapes. */
export function literal(text: string): string {
  const quote = text.includes("'") && count(text, "'") > count(text, '"') ? '"' : "'"
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(unprintable, (found) =>
      [...Array(found.length).keys()]
        .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
    )
  return `${quote}${escaped}${quote}`
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1
}

/** A text for a comment: on one line, without what would end the comment or be a tag in it. */
export function commentText(text: string): string {
  return text
    .replace(unprintable, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replaceAll('*/', '*\\/')
    .replace(/(^|\s|\{)@/g, '$1\\@')
}

/** Paragraphs as a documentation comment, with lines of at most the width. */
export function docComment(paragraphs: readonly string[], indent: string): string {
  const [first = '', ...others] = paragraphs
  const single = `${indent}/** ${first} */`
  if (others.length === 0 && single.length <= WIDTH) return single
  const lines = paragraphs.flatMap((paragraph) =>
    wrapped(paragraph, WIDTH - indent.length - 3).map((line) => `${indent} * ${line}`),
  )
  return [`${indent}/**`, ...lines, `${indent} */`].join('\n')
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
