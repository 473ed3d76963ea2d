import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mapValue } from '../src/map/map-value.js'
import type { ColumnKind } from '../src/objects/columns.js'

describe('a value', () => {
  test.each<[ColumnKind, string, unknown]>([
    ['text', '  Ada  ', 'Ada'],
    ['email', ' Ada@Example.COM', 'ada@example.com'],
    ['phone', '+44 (0)20 7946-0018', '+4402079460018'],
    ['phone', '030/123', '030123'],
    ['phone', 'none', undefined],
    ['integer', '42', 42],
    ['integer', '42.0', 42],
    ['integer', '42.5', undefined],
    ['integer', '9007199254740993', undefined],
    ['integer', '3092727991;3881228353', undefined],
    ['number', '-0.5e3', -500],
    ['number', '-0', 0],
    ['number', '1e999', undefined],
    ['number', '0x10', undefined],
    ['number', 'Infinity', undefined],
    ['decimal', '5000.00', '5000.00'],
    ['decimal', '+007.50', '7.50'],
    ['decimal', '.5', '0.5'],
    ['decimal', '1.5e3', '1500'],
    ['decimal', '1.5e-3', '0.0015'],
    ['decimal', '-0.00', '0.00'],
    ['decimal', '12345678901234567890.123456789', '12345678901234567890.123456789'],
    ['decimal', '1,5', undefined],
    ['boolean', 'TRUE', true],
    ['boolean', 'false', false],
    ['boolean', 'yes', undefined],
    ['date', '2026-02-28', '2026-02-28'],
    ['date', '2026-02-30', undefined],
    ['date', '1772323200000', '2026-03-01'],
    ['datetime', '2026-03-09T20:29:45.981Z', '2026-03-09T20:29:45.981Z'],
    ['datetime', '2026-03-09T20:29:45Z', '2026-03-09T20:29:45.000Z'],
    ['datetime', '2026-03-09 20:29:45', '2026-03-09T20:29:45.000Z'],
    ['datetime', '2026-03-09T22:29:45+02:00', '2026-03-09T20:29:45.000Z'],
    ['datetime', '1773088185981', '2026-03-09T20:29:45.981Z'],
    ['datetime', '1773088185981.75', '2026-03-09T20:29:45.981Z'],
    ['datetime', '2026-13-01T00:00:00Z', undefined],
    ['datetime', 'tomorrow', undefined],
    ['list', 'a;b;;c', ['a', 'b', 'c']],
  ])('of kind %s reads %j as %j', (kind, given, expected) => {
    expect(mapValue(kind, given)).toEqual(expected)
  })

  const kinds: ColumnKind[] = [
    'text',
    'email',
    'phone',
    'integer',
    'number',
    'decimal',
    'boolean',
    'date',
    'datetime',
    'list',
  ]

  test.each(kinds)(
    'of kind %s is null where the property is empty, however HubSpot says so',
    (kind) => {
      for (const given of [null, '', '   ']) expect(mapValue(kind, given)).toBeNull()
    },
  )

  test('never stops a run, whatever text it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.string({ unit: 'binary' }), (kind, given) => {
        const value = mapValue(kind, given)
        expect(value === undefined || JSON.stringify(value) !== undefined).toBe(true)
      }),
    )
  })

  test('of kind decimal is the same number, in plain digits', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.nat(12),
        (digits, scale) => {
          const text = `${digits}e-${scale}`
          const value = String(mapValue('decimal', text))
          expect(value).toMatch(/^-?\d+(\.\d+)?$/)
          const [whole = '', fraction = ''] = value.split('.')
          expect(BigInt(whole.replace('-', '') + fraction.padEnd(scale, '0'))).toBe(
            digits < 0n ? -digits : digits,
          )
        },
      ),
    )
  })
})
