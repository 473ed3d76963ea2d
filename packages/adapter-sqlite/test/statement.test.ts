import { expect, test } from 'vitest'
import { sql, verbatim } from '../src/sqlite-statement.js'

test('what is put into a statement becomes the value of a parameter, whatever it looks like', () => {
  expect(sql`SELECT ${"'; DROP TABLE contacts"}, ${7}, ${null}`).toEqual({
    text: 'SELECT ?, ?, ?',
    values: ["'; DROP TABLE contacts", 7, null],
  })
})

test('a statement within a statement brings its values to their place', () => {
  const wanted = sql`id > ${'3'} AND id < ${'9'}`
  expect(sql`SELECT ${'a'} FROM ${verbatim('"contacts"')} WHERE ${wanted} LIMIT ${2}`).toEqual({
    text: 'SELECT ? FROM "contacts" WHERE id > ? AND id < ? LIMIT ?',
    values: ['a', '3', '9', 2],
  })
})
