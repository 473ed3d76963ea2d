import { expect, test } from 'vitest'
import { csvOf } from '../../src/explorer/csv.js'

test('cells are quoted, and lines end as spreadsheets expect', () => {
  expect(
    csvOf([
      ['a', 'b "c", d\ne'],
      ['', '1'],
    ]),
  ).toBe('\ufeff"a","b ""c"", d\ne"\r\n"","1"\r\n')
})

test.each([
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1+1',
  ' =1+1',
  '"=1+1',
  '＝1+1',
  '=HYPERLINK("https://evil.example")',
  '=cmd|/C calc!A0',
])('a spreadsheet does not calculate %j', (text) => {
  const [, cell = ''] = /^\ufeff"(.*)"\r\n$/s.exec(csvOf([[text]])) ?? []
  expect(cell.replaceAll('""', '"')).toBe(`'${text}`)
})

test('a formula behind a separator of other countries, or in a new line, is none', () => {
  expect(csvOf([['a;=1+1']])).toContain('"a;\'=1+1"')
  expect(csvOf([['a\n=1+1']])).toContain('"a\n\'=1+1"')
})

test.each(['-5', '+4930123', '5000.00', '-0.5', 'a=b', 'a-b', 'a@example.com'])(
  'a number or a text such as %j stays as it is',
  (text) => {
    expect(csvOf([[text]])).toBe(`\ufeff"${text}"\r\n`)
  },
)
