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
    ['split by characters of a list', JSON.stringify([...token])],
    ['split by dots', [...token].join('.')],
    ['split over lines that are quoted', `${token.slice(0, 20)}\\n> ${token.slice(20)}`],
    ['split by commas', `${token.slice(0, 20)}, ${token.slice(20)}`],
    ['put together', `"${token.slice(0, 20)}" + "${token.slice(20)}"`],
    ['with other signs', token.replaceAll('-', '\u2011')],
    ['without its signs', token.replaceAll('-', '')],
    ['as HTML', token.replaceAll('-', '&#45;')],
    ['as HTML in hexadecimal digits', token.replaceAll('-', '&#x2d;')],
    ['as JavaScript', token.replaceAll('-', '\\x2d')],
    ['as JSON in JSON', token.replaceAll('-', '\\\\u002d')],
    ['as in e-mails', token.replaceAll('-', '=2D')],
    ['in base64', Buffer.from(token).toString('base64')],
    ['in base64 behind other text', Buffer.from(`x:${token}`).toString('base64')],
    ['in base64 behind a word', Buffer.from(`Bearer ${token}`).toString('base64')],
    ['in base64 for URLs', Buffer.from(`key ${token}~~~`).toString('base64url')],
    ['in hexadecimal digits', Buffer.from(token).toString('hex')],
    ['in capital hexadecimal digits', Buffer.from(`-${token}`).toString('hex').toUpperCase()],
    ['cut off', token.slice(0, -6)],
    ['cut off before', token.slice(10)],
    ['cut out', `${token.slice(0, 20)}…${token.slice(24)}`],
    ['masked in part', `********${token.slice(18)}`],
    ['with quotes of its own', quoted],
    ['with quotes of its own, as JSON writes them', JSON.stringify(quoted)],
    ['with quotes of its own, URL-encoded', encodeURIComponent(quoted)],
  ])('%s', (_, echoed) => {
    const shown = harmless(`Refused ${echoed}, which is unknown`)
    expect(shown).toMatch(/^Refused .{0,2}\*\*\*.*, which is unknown$/)
    expect(shown.replace(/[^a-z0-9]/gi, '')).not.toMatch(/0a1b2c3d|a4b5c6d7|tokenwith/i)
    expect(shown.length).toBeLessThan(`Refused , which is unknown`.length + 30)
  })

  test('wherever it stands, also where the text is cut', () => {
    for (let before = 0; before < 12_000; before += 94) {
      const shown = harmless(`${'x '.repeat(before / 2)}${token}`)
      expect(shown).not.toContain(token.slice(0, 12))
    }
    expect(harmless(`${token} `.repeat(5_000))).not.toContain(token.slice(0, 12))
  })

  test('and forgotten where a thousand others were used since, and not before', () => {
    const [first, second] = ['pat-eu1-first-0c0c0c0c', 'pat-eu1-second-0d0d0d0d']
    for (const one of [first, second]) rememberToken(one)
    for (let number = 0; number < 999; number++) {
      rememberToken(`other-${number.toString().padStart(8, '0')}`)
      rememberToken(first)
    }
    expect(harmless(first)).toBe('***')
    expect(harmless(second)).toBe(second)
    rememberToken(token)
    rememberToken(quoted)
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
  ['Authorization: Basic eDphYmM= was sent', 'Authorization: Basic *** was sent'],
  ['X-Api-Key: abc-def', 'X-Api-Key: ***'],
  ['password: abc, user: me', 'password: ***, user: me'],
  ['{"password":"abc","user":"me"}', '{"password":"***","user":"me"}'],
  ['{"access_token": "abc", "expires": 1}', '{"access_token": "***", "expires": 1}'],
  ['"{\\"client_secret\\":\\"abc\\"}"', '"{\\"client_secret\\":\\"***\\"}"'],
  ['redis://:abc@cache:6379', 'redis://***@cache:6379'],
])('credentials of others are hidden: %s', (text, shown) => {
  expect(harmless(text)).toBe(shown)
})

test.each([
  'Expected a valid access token: check `accessToken` or HUBSPOT_ACCESS_TOKEN.',
  'The token: it is unknown. A password is needed, or a secret.',
])('what only speaks of credentials stays: %s', (text) => {
  expect(harmless(text)).toBe(text)
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
