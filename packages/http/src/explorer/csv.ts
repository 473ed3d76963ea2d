/**
 * Rows as CSV for spreadsheets: UTF-8 with a mark that says so. A text that a spreadsheet would calculate as a formula
 * gets an apostrophe.
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => row.map((text) => `"${harmless(text).replaceAll('"', '""')}"`))
  return `\ufeff${lines.map((line) => `${line.join(',')}\r\n`).join('')}`
}

/** In some countries `;` separates cells, so that a formula may also begin after one, or in a new line. */
const formula = /(^|[;\t\r\n])(["'\s]*)(?=[=+\-@＝＋－＠])/g

function harmless(text: string): string {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? text : text.replaceAll(formula, "$1'$2")
}
