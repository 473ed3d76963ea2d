import { column, defineObject } from '@hubsync/core'
import { millisecondsOf, noOptionNamed, show, unexpected } from '@hubsync/core/store'
import { describe, expect, test } from 'vitest'

describe('what is said of a value that is not as expected', () => {
  test('is what was expected, what came, and what to do', () => {
    expect(unexpected('`limit` to be above 0', 0, 'Leave it out.')).toMatchObject({
      code: 'INVALID_OPTION',
      message: 'Expected `limit` to be above 0, got 0. Leave it out.',
    })
  })

  test('names the options there are where one is unknown', () => {
    expect(noOptionNamed('limt', 'list(…)', ['after', 'limit'])).toBe(
      'Expected no option named `limt` in list(…). The options are after, limit.',
    )
  })
})

describe('a value in a message', () => {
  test.each([
    ['soon', '"soon"'],
    ['', '""'],
    [Number.NaN, 'NaN'],
    [0, '0'],
    [null, 'null'],
    [undefined, 'nothing'],
    [true, 'true'],
    [10n, 'a bigint'],
    [Symbol('x'), 'a symbol'],
    [() => 1, 'a function'],
    [['a'], 'a list'],
    [{ password: 'open-sesame' }, 'an object'],
    ['two\nlines', '"two\\nlines"'],
    ['https://h.example/x?key=1234', '"https://h.example/x?…"'],
    ['https://h.example/#part', '"https://h.example/#…"'],
    ['postgres://me:open-sesame@host/x', '"postgres://***@host/x"'],
  ])('%o is shown as %s', (value, shown) => {
    expect(show(value)).toBe(shown)
  })

  test('is cut where it is long', () => {
    expect(show('x'.repeat(5_000)).length).toBeLessThan(210)
  })
})

test.each([
  ['90m', 5_400_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['7d', 604_800_000],
  [0, 0],
  [1_500, 1_500],
])('%s is a duration of %d ms', (value, ms) => {
  expect(millisecondsOf(value)).toBe(ms)
})

test.each([
  'soon',
  '',
  '5',
  '-5m',
  '5 m',
  -1,
  Number.POSITIVE_INFINITY,
  Number.NaN,
  null,
  undefined,
  {},
])('%s is no duration', (value) => {
  expect(millisecondsOf(value)).toBeUndefined()
})

describe('a definition', () => {
  const given = { type: '2-1', name: 'pets', columns: {} }
  test.each([
    ['no object', undefined, /^Expected defineObject\(…\) to be given an object, got nothing\.$/],
    [
      'a mistyped member',
      { ...given, propertys: 'all' },
      /no option named `propertys` in defineObject/,
    ],
    [
      'no columns',
      { type: '2-1', name: 'pets' },
      /^Expected `columns` of "pets" .* got nothing\.$/,
    ],
    [
      'a column of a kind that there is not',
      { ...given, columns: { name: { kind: 'texts', property: 'name' } } },
      /^Expected the column "name" of "pets" to be made by column\.text.* got an object\.$/,
    ],
    ['a name that is long', { ...given, name: 'x'.repeat(9_000) }, /^.{0,500}$/],
  ])('with %s is refused, in few words', (_, wrong, message) => {
    expect(() => defineObject(wrong as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    )
  })

  test('is extended by what it knows alone', () => {
    const pets = defineObject({ ...given, columns: { name: column.text('name') } })
    expect(() => pets.extend({ column: {} } as never)).toThrow(/no option named `column` in extend/)
  })
})
