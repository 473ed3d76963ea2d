import { expect, test } from 'vitest'
import { asGiven, json, sql, verbatim } from '../src/postgres-statement.js'

test('an interpolated value becomes a parameter, whatever it looks like', () => {
  expect(sql`SELECT ${"'; DROP TABLE contacts"}, ${7}, ${null}`).toMatchObject({
    text: 'SELECT $1, $2, $3',
    values: ["'; DROP TABLE contacts", '7', null],
  })
})

test('SQL within a statement keeps its values in the right order', () => {
  const wanted = sql`id > ${'3'} AND id < ${'9'}`
  expect(
    sql`SELECT ${'a'} FROM ${verbatim('"contacts"')} WHERE ${wanted} LIMIT ${2}`,
  ).toMatchObject({
    text: 'SELECT $1 FROM "contacts" WHERE id > $2 AND id < $3 LIMIT $4',
    values: ['a', '3', '9', '2'],
  })
})

test('texts are encoded for PostgreSQL, alone, in lists and in JSON, unless they are passed with asGiven', () => {
  const { values } =
    sql`${'\0'}, ${new Set(['a', '\0'])}, ${json({ text: '\0' })}, ${asGiven('\0')}`
  expect(values).toEqual(['\ufffd0000', ['a', '\ufffd0000'], '{"text":"\ufffd0000"}', '\0'])
})

test('a statement without parameters has no values', () => {
  expect(sql`COMMIT`).not.toHaveProperty('values')
})
