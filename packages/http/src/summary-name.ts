/** Columns that can serve as a record's name, best first. */
const columns = ['name', 'subject', 'title', 'email', 'domain']

/** The name of a record: first and last name of a person, otherwise the first of the columns with a text. */
export function nameOf(record: Record<string, unknown>): string | null {
  const first = textOf(record, 'firstName')
  const last = textOf(record, 'lastName')
  if (first || last) return first && last ? `${first} ${last}` : first || last
  for (const column of columns) {
    const text = textOf(record, column)
    if (text) return text
  }
  return null
}

function textOf(record: Record<string, unknown>, column: string): string {
  const value = record[column]
  return typeof value === 'string' ? value : ''
}
