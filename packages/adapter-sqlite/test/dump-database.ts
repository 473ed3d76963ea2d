import type { SqliteDatabase } from '../src/index.js'

/** Dumps a database as a SQL script. The same content gives the same script. */
export function dumpDatabase(database: SqliteDatabase): string {
  const made = database
    .prepare(
      `SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid`,
    )
    .all() as { type: string; name: string; sql: string }[]
  const tables = made.filter(({ type }) => type === 'table').map(({ name }) => name)
  const statements = [...made.map(({ sql }) => sql), ...tables.flatMap(insertsOf)]
  return `PRAGMA foreign_keys = OFF;\n${statements.join(';\n')};\nPRAGMA foreign_keys = ON;\n`

  function insertsOf(table: string): string[] {
    const columns = database.prepare(`PRAGMA table_info("${table}")`).all() as { name: string }[]
    const values = columns.map(({ name }) =>
      // The only time that doesn't come from a clock that tests control.
      name === 'applied_at' ? `'''2026-01-05T00:00:00.000Z'''` : `quote("${name}")`,
    )
    const lines = database
      .prepare(`SELECT ${values.join(` || ', ' || `)} AS line FROM "${table}" ORDER BY line`)
      .all() as { line: string }[]
    return lines.map(({ line }) => `INSERT INTO "${table}" VALUES (${line})`)
  }
}
