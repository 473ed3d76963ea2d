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
    ['phone', '+49 (0)35201 / 12345', '+4903520112345'],
    ['phone', '030.123\u2011456', '030123456'],
    ['phone', '\u202a+49 30\u00a0123\u202c', '+4930123'],
    ['phone', '(+49) 30 123', '+4930123'],
    ['phone', '[+49] 30 123', '+4930123'],
    ['phone', '\uff0b\uff14\uff19 \uff08\uff13\uff10\uff09\uff0d\uff11\uff12\uff13', '+4930123'],
    ['phone', 'none', undefined],
    ['phone', '-', undefined],
    ['phone', '+', undefined],
    ['phone', '030 123 Herr Ohm', undefined],
    ['phone', '1-800-FLOWERS', undefined],
    ['phone', '030 + 123', undefined],
    ['phone', '+49+30 123', undefined],
    ['phone', '030 123 / 030 456', undefined],
    ['phone', '030 123/+49 30 456', undefined],
    ['phone', '555-123-4567 / 555-987-6543', undefined],
    ['phone', '555-123-4567/555-987-6543', undefined],
    ['phone', '030/123/456', undefined],
    ['phone', '030 123; 030 456', undefined],
    ['phone', '030 123, 030 456', undefined],
    ['phone', '030 123 or 030 456', undefined],
    ['phone', '030 123\n030 456', undefined],
    ['phone', '555-123-4567 555-987-6543', undefined],
    ['phone', '555-123-4567 x12', '5551234567'],
    ['phone', '555-123-4567x12', '5551234567'],
    ['phone', '+1 555 123 4567 ext. 12', '+15551234567'],
    ['phone', '+1 555 123 4567, Extension: 12', '+15551234567'],
    ['phone', '+1-555-123-4567;ext=12', '+15551234567'],
    ['phone', '555-123-4567 #12', '5551234567'],
    ['phone', '030 123-0 (Durchwahl 12)', '0301230'],
    ['phone', '030 123-0 DW 12', '0301230'],
    ['phone', '01 23 45 67 89 poste 12', '0123456789'],
    ['phone', 'x12', undefined],
    ['phone', '030 123 x 030 123 456', undefined],
    ['integer', '42', 42],
    ['integer', '42.0', 42],
    ['integer', '42.5', undefined],
    ['integer', '-0', 0],
    ['integer', '1e5', undefined],
    ['integer', '1,000', undefined],
    ['integer', '0x10', undefined],
    ['integer', '9007199254740993', undefined],
    ['integer', '3092727991;3881228353', undefined],
    ['number', '-0.5e3', -500],
    ['number', '-0', 0],
    ['number', '1e999', undefined],
    ['number', '0x10', undefined],
    ['number', 'Infinity', undefined],
    ['number', 'NaN', undefined],
    ['number', '1,000', undefined],
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
    ['datetime', '253402214400000', '9999-12-31T00:00:00.000Z'],
    ['datetime', '-2208988800000', '1900-01-01T00:00:00.000Z'],
    ['date', '-2208988800000', '1900-01-01'],
    ['datetime', '10000000000', '1970-04-26T17:46:40.000Z'],
    ['datetime', '1773088185', undefined],
    ['datetime', '20240131120000', undefined],
    ['datetime', '0', undefined],
    ['datetime', '2026-13-01T00:00:00Z', undefined],
    ['datetime', 'tomorrow', undefined],
    ['list', 'a;b;;c', ['a', 'b', 'c']],
    ['list', ' a ; b c; ;d ', ['a', 'b c', 'd']],
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

  test.each(['date', 'datetime'] as const)(
    'of kind %s is no moment of 1970 where it is a year, or a day in digits alone',
    (kind) => {
      fc.assert(
        fc.property(fc.stringMatching(/^-?\d{4,8}$/), (digits) => {
          expect(mapValue(kind, digits)).toBeUndefined()
        }),
      )
      for (const digits of ['2024', '20240131', '31122024', '202401'])
        expect(mapValue(kind, digits)).toBeUndefined()
    },
  )

  test('of kind datetime is the moment that HubSpot sends as epoch milliseconds', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1971-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }),
        (at) => {
          expect(mapValue('datetime', String(at.getTime()))).toBe(at.toISOString())
          expect(mapValue('date', String(at.getTime()))).toBe(at.toISOString().slice(0, 10))
        },
      ),
    )
  })

  /** A telephone number as people write one, and its digits. */
  const written = fc
    .record({
      plus: fc.constantFrom('', '+', '(+', '\uff0b'),
      groups: fc.array(fc.stringMatching(/^[1-9]\d{1,3}$/), { minLength: 2, maxLength: 3 }),
      between: fc.constantFrom(' ', '-', '.', '\u2013', ' - ', '\u00a0', ''),
    })
    .map(({ plus, groups: [first = '', ...others], between }) => ({
      text: [`${plus}${first}${plus === '(+' ? ')' : ''}`, ...others].join(between),
      digits: `${plus === '' ? '' : '+'}${[first, ...others].join('')}`,
    }))

  test('of kind phone is the digits of one number, whatever stands between them, and no extension', () => {
    const extension = fc
      .tuple(
        fc.constantFrom(' x', 'x', ' ext. ', ' ext ', ', ext. ', ';ext=', ' #', ' Durchwahl '),
        fc.stringMatching(/^\d{1,4}$/),
      )
      .map(([mark, digits]) => `${mark}${digits}`)
    fc.assert(
      fc.property(written, fc.option(extension, { nil: '' }), ({ text, digits }, more) => {
        expect(mapValue('phone', `${text}${more}`)).toBe(digits)
      }),
    )
  })

  test('of kind phone is never two numbers in one', () => {
    const between = fc.constantFrom(';', ',', ' / ', '/', ' or ', ' oder ', '\n', ' | ', ' & ')
    const second = written
      .map(({ text }) => text)
      .chain((text) => fc.constantFrom(text, `0${text}`))
    fc.assert(
      fc.property(written, between, second, ({ text }, divider, other) => {
        fc.pre(divider.trim() !== '/' || /^[0+(\uff0b]/.test(other))
        expect(mapValue('phone', `${text}${divider}${other}`)).toBeUndefined()
      }),
    )
  })

  test('of kind decimal has no more digits after its point than PostgreSQL keeps', () => {
    const digits = '1'.repeat(16_383)
    expect(mapValue('decimal', `0.${digits}`)).toBe(`0.${digits}`)
    expect(mapValue('decimal', `0.${digits}1`)).toBeUndefined()
    expect(mapValue('decimal', `0.${digits}e-1`)).toBeUndefined()
  })

  test('as long as HubSpot lets one be is read in steps that its length allows', () => {
    const longest = 65_536
    const texts = [' ', '1', '-', '/', ';', '('].map((part) => `1${part.repeat(longest - 2)}y`)
    for (const kind of kinds) for (const text of texts) if (kind !== 'list') mapValue(kind, text)
    expect(mapValue('phone', `+${'1 '.repeat(60)}`)).toBeUndefined()
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
