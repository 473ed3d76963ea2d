/** Columns that a record is called by, the best first. */
const columns = ['name', 'subject', 'title', 'email', 'domain']

/** What a record is called: for a person first and last name, else the first of the columns that says something. */
export function nameOf(record: Record<string, unknown>): string | null {
  const text = (column: string) => {
    const value = record[column]
    return typeof value === 'string' && value !== '' ? [value] : []
  }
  const person = [...text('firstName'), ...text('lastName')].join(' ')
  return person || (columns.flatMap(text)[0] ?? null)
}
