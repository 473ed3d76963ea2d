import { expect, test } from 'vitest'
import { sql, verbatim } from '../src/sqlite-statement.js'

test('an interpolated value becomes a parameter, whatever it looks like', () => {
  expect(sql`SELECT ${"'; DROP TABLE contacts"}, ${7}, ${null}`).toEqual({
    text: 'SELECT ?, ?, ?',
    values: ["'; DROP TABLE contacts", 7, null],
  })
})

test('a statement within a statement keeps its values in the right order', () => {
  const wanted = sql`id > ${'3'} AND id < ${'9'}`
  expect(sql`SELECT ${'a'} FROM ${verbatim('"contacts"')} WHERE ${wanted} LIMIT ${2}`).toEqual({
    text: 'SELECT ? FROM "contacts" WHERE id > ? AND id < ? LIMIT ?',
    values: ['a', '3', '9', 2],
  })
})
