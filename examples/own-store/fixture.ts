import { DatabaseSync } from 'node:sqlite'
import { fillFixture } from '@hubsync/conformance'
import { all, columnsOf, quoted } from './database.ts'
import { ownStore } from './store.ts'

// Prints what `fillFixture` writes, as SQL.
const database = new DatabaseSync(':memory:')
await fillFixture(ownStore({ database }))
const made = all(
  database,
  `SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'`,
)
console.log('PRAGMA foreign_keys = OFF;')
for (const { sql } of made) console.log(`${sql};`)
for (const { name } of made.filter(({ type }) => type === 'table')) {
  const table = quoted(String(name))
  const values = columnsOf(database, String(name)).map((column) => `quote(${quoted(column)})`)
  for (const { line } of all(
    database,
    `SELECT ${values.join(" || ', ' || ")} AS line FROM ${table}`,
  ))
    console.log(`INSERT INTO ${table} VALUES (${line});`)
}
console.log('PRAGMA foreign_keys = ON;')
