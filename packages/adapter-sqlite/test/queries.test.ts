import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { SqliteQueries } from '../src/sqlite-queries.js'
import { verbatim } from '../src/sqlite-statement.js'

/** Queries of a database that counts how many statements it prepares. */
function counted() {
  const database = new DatabaseSync(':memory:')
  const prepared: string[] = []
  const queries = new SqliteQueries({
    prepare(text) {
      prepared.push(text)
      return database.prepare(text)
    },
    exec: (text) => database.exec(text),
    close: () => database.close(),
  })
  return { queries, prepared }
}

const asking = (value: number) => verbatim(`SELECT ${value} AS value`)

test('a statement is prepared once', () => {
  const { queries, prepared } = counted()
  for (let time = 0; time < 3; time++) expect(queries.get(asking(1))).toEqual({ value: 1 })
  expect(prepared).toHaveLength(1)
})

test('statements are let go before there are too many, as filters by many sets of columns would make them', () => {
  const { queries, prepared } = counted()
  for (let value = 0; value <= 500; value++) queries.get(asking(value))
  expect(prepared).toHaveLength(501)
  expect(queries.get(asking(0))).toEqual({ value: 0 })
  expect(prepared).toHaveLength(502)
})
