import { describe, expect, test } from 'vitest'
import { harmless, rememberToken } from '../src/harmless-text.js'

const token = 'pat-eu1-0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'
const quoted = 'odd"token\\with%41quotes'
rememberToken(token)
rememberToken(quoted)

describe('a token that this process has used is hidden', () => {
  test.each([
    ['as it is', token],
    ['in capitals', token.toUpperCase()],
    ['in quotes', `"${token}"`],
    ['URL-encoded', encodeURIComponent(token).replaceAll('-', '%2D')],
    ['URL-encoded twice', token.replaceAll('-', '%252d')],
    ['escaped as in JSON', token.replaceAll('-', '\\u002d')],
    ['split by quotes', token.replaceAll('-', `'-"`)],
    ['split by line breaks', token.replaceAll('-', '-\r\n')],
    ['split by characters that nobody sees', token.split('').join('\u200b')],
    ['cut off', token.slice(0, -6)],
    ['with quotes of its own', quoted],
    ['with quotes of its own, as JSON writes them', JSON.stringify(quoted)],
    ['with quotes of its own, URL-encoded', encodeURIComponent(quoted)],
  ])('%s', (_, echoed) => {
    const shown = harmless(`Refused ${echoed}, which is unknown`)
    expect(shown).toMatch(/^Refused .?\*\*\*.*, which is unknown$/)
    expect(shown.replace(/[^a-z0-9]/gi, '')).not.toMatch(/0a1b2c3d|tokenwith/i)
  })

  test('wherever it stands, also where the text is cut', () => {
    for (let before = 0; before < 12_000; before += 94) {
      const shown = harmless(`${'x '.repeat(before / 2)}${token}`)
      expect(shown).not.toContain(token.slice(0, 12))
    }
    expect(harmless(`${token} `.repeat(5_000))).not.toContain(token.slice(0, 12))
  })

  test('and what is no part of it stays', () => {
    expect(harmless('The pat-eu1- prefix, and "quotes" with 100% of %41')).toBe(
      'The pat-eu1- prefix, and "quotes" with 100% of %41',
    )
  })
})

test.each([
  ['Authorization: Bearer abc.def-123', 'Authorization: Bearer ***'],
  ['{"authorization":"Bearer abc"}', '{"authorization":"Bearer ***}'],
  ['sent Bearer%20abc%2Ddef on', 'sent Bearer *** on'],
  ["with bearer: 'abc'-'def', which", 'with Bearer ***, which'],
  ['at postgres://me:p@ss/w@db.internal/crm now', 'at postgres://***@db.internal/crm now'],
  ['?hapikey=abc&a=1, refresh_token=def', '?hapikey=***&a=1, refresh_token=***'],
  ['host=db password=abc user=me', 'host=db password=*** user=me'],
])('credentials of others are hidden: %s', (text, shown) => {
  expect(harmless(text)).toBe(shown)
})

test('characters that lead a terminal or a log astray become spaces', () => {
  const wild = 'one\r\ntwo\u0000\u001b[2J\u009b1mthree\u2028four\u202efive\ud800six'
  expect(harmless(wild)).toBe('one two [2J 1mthree four five six')
})

test('a text is cut at 1,000 characters, or where it is told to be', () => {
  expect(harmless('ä'.repeat(1_000_000))).toBe(`${'ä'.repeat(1_000)}…`)
  expect(harmless('ä'.repeat(1_000))).toBe('ä'.repeat(1_000))
  expect(harmless('😀'.repeat(10), 3)).toBe('😀…')
})
