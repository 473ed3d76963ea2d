import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endsWithProperties, isSameRaw, rawText } from '../src/store/raw-text.js'

const properties = fc.dictionary(
  fc.oneof(fc.constantFrom('email', 'phone', 'a":null,"b', 'properties'), fc.string()),
  fc.option(fc.oneof(fc.string(), fc.constantFrom('\\', '\\"', '"}}', '","phone":"', '\ud800'))),
  { maxKeys: 6, noNullPrototype: true },
)

function record(properties: Record<string, string | null>, others: object = {}) {
  const [createdAt, updatedAt] = ['2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z']
  return { id: '1', createdAt, updatedAt, archived: false, ...others, properties }
}

describe('the text of an object', () => {
  test('never seems to end with properties that it does not end with', () => {
    fc.assert(
      fc.property(properties, properties, (stored, incoming) => {
        const isSo = Object.keys(stored).join('\0') === Object.keys(incoming).join('\0')
        expect(endsWithProperties(rawText(record(stored)), incoming) && !isSo).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  test('is seen to end with its own properties, whatever their values are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z0-9_]+$/), fc.option(fc.string())),
        (given) => {
          const others = Object.fromEntries(Object.keys(given).map((name) => [name, 'another']))
          expect(endsWithProperties(rawText(record(given)), others)).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('is told by its last properties, and not by those of an object within', () => {
    const within = { other: { properties: { email: 'a' } } }
    expect(endsWithProperties(rawText(record({ email: 'b' }, within)), { email: 'c' })).toBe(false)
  })

  test('is the same in another order of keys', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const turned = JSON.stringify(JSON.parse(text), (_, value) =>
          value !== null && typeof value === 'object' && !Array.isArray(value)
            ? Object.fromEntries(Object.entries(value).reverse())
            : value,
        )
        expect(isSameRaw(text, turned)).toBe(true)
      }),
    )
  })

  test.each([
    ['{"a":1}', '{"a":2}'],
    ['{"a":1}', '{"b":1}'],
    ['{"a":1}', '{"a":1,"b":1}'],
    ['{"a":null}', '{"b":null}'],
    ['{"a":{}}', '{"a":[]}'],
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":null}', '{"a":{}}'],
    ['{"a":"1"}', '{"a":1}'],
    ['{"constructor":1}', '{"a":1}'],
  ])('%s is not the same as %s', (one, other) => {
    expect(isSameRaw(one, other)).toBe(false)
    expect(isSameRaw(other, one)).toBe(false)
  })

  test('that a database has put into another order is not told', () => {
    const text = '{"id": "1", "archived": false, "properties": {"email": "a"}}'
    expect(endsWithProperties(text, { email: 'b' })).toBe(false)
  })
})
