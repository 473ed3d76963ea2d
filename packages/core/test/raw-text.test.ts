import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HubspotRecord } from '../src/model.js'
import { hasNoOtherProperties, isSameRaw, rawText } from '../src/store/raw-text.js'

const properties = fc.dictionary(
  fc.oneof(fc.constantFrom('email', 'phone', 'a":null,"b', 'properties'), fc.string()),
  fc.option(fc.oneof(fc.string(), fc.constantFrom('\\', '\\"', '"}}', '","phone":"', '\ud800'))),
  { maxKeys: 6, noNullPrototype: true },
)

function record(properties: Record<string, string | null>, others: object = {}) {
  const [createdAt, updatedAt] = ['2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z']
  return { id: '1', createdAt, updatedAt, archived: false, ...others, properties }
}

function hasNoOther(text: string, object: HubspotRecord): boolean {
  return hasNoOtherProperties(text, object, rawText(object))
}

describe('the text of an object', () => {
  test('never seems to have no properties but those of an object where it has another', () => {
    fc.assert(
      fc.property(properties, properties, properties, fc.boolean(), (one, other, end, isLast) => {
        const stored = { ...one, ...end }
        const incoming = { ...other, ...end }
        const object = isLast ? record(incoming) : { ...record(incoming), more: stored }
        const isSo = Object.keys(stored).every((name) => Object.hasOwn(incoming, name))
        expect(hasNoOther(rawText(record(stored)), object) && !isSo).toBe(false)
      }),
      { numRuns: 5_000 },
    )
  })

  test('is seen to have no properties but those of an object that has other values at first', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z_]+$/), fc.option(fc.string()), { minKeys: 1 }),
        fc.nat(),
        (given, place) => {
          const names = Object.keys(given)
          const changed = names.slice(0, place % (names.length + 1))
          const others = { ...given, ...Object.fromEntries(changed.map((name) => [name, 'other'])) }
          expect(hasNoOther(rawText(record(given)), record(others))).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('is not told by the end of an object that comes behind the properties', () => {
    const stored = record({ a: '1', b: '2', c: '3' })
    const object = { ...record({ a: '9', b: '2' }), more: { a: '1', b: '2', c: '3' } }
    expect(hasNoOther(rawText(stored), object)).toBe(false)
  })

  test('is seen to have no properties but its own, whatever their values are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z0-9_]+$/), fc.option(fc.string())),
        (given) => {
          const others = Object.fromEntries(Object.keys(given).map((name) => [name, 'another']))
          expect(hasNoOther(rawText(record(given)), record(others))).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('is told by its last properties, and not by those of an object within', () => {
    const within = { other: { properties: { email: 'a' } } }
    expect(hasNoOther(rawText(record({ email: 'b' }, within)), record({ email: 'c' }))).toBe(false)
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
    expect(hasNoOther(text, record({ email: 'b' }))).toBe(false)
  })
})
