/** Columns that a record is called by, the best first. */
const columns = ['name', 'subject', 'title', 'email', 'domain']

/** What a record is called: for a person first and last name, else the first of the columns that says something. */
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
