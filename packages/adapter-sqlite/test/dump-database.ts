import type { SqliteDatabase } from '../src/index.js'

/** A database as a script that makes it again, the same for the same content. */
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
      // The one moment that no clock of ours decides.
      name === 'applied_at' ? `'''2026-01-05T00:00:00.000Z'''` : `quote("${name}")`,
    )
    const lines = database
      .prepare(`SELECT ${values.join(` || ', ' || `)} AS line FROM "${table}" ORDER BY line`)
      .all() as { line: string }[]
    return lines.map(({ line }) => `INSERT INTO "${table}" VALUES (${line})`)
  }
}
