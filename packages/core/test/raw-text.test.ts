import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isSameRaw } from '../src/store/raw-text.js'

describe('the text of an object', () => {
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
})
