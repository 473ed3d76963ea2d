import { expect, test } from 'vitest'
import { Pretence } from '../src/record/pretence.js'

const pretence = () => new Pretence({ keep: [], replace: [] })

test.each([
  ['date', '2026-01-01 with Ada Lovelace'],
  ['datetime', '2026-01-01T10:00:00Z, Ada Lovelace'],
])('a text that only begins as a %s is replaced', (type, value) => {
  expect(pretence().value({ name: 'seen', type }, value)).not.toMatch('Ada')
})

test.each([
  ['date', '2026-01-01'],
  ['date', '1767225600000'],
  ['datetime', '2026-01-01T10:00:00Z'],
  ['datetime', '2026-01-01T10:00:00.123+02:00'],
])('a %s such as %s is kept', (type, value) => {
  expect(pretence().value({ name: 'seen', type }, value)).toBe(value)
})

test.each(['date_of_birth', 'dob', 'dob_spouse', 'spouse_dob'])(
  'the day in %s is replaced, as it is a birthday',
  (name) => {
    expect(pretence().value({ name, type: 'date' }, '1815-12-10')).not.toMatch('1815-12-10')
  },
)

test('e-mail addresses that stand beside each other become what each of them becomes alone', () => {
  const people = pretence()
  const [ada, grace] = ['ada@example.org', 'grace@navy.example'].map(people.email)
  const property = { name: 'hs_additional_emails', type: 'string' }
  expect(people.value(property, 'grace@navy.example;ada@example.org')).toBe(`${grace};${ada}`)
})
