import { expect, test } from 'vitest'
import { wholeList } from '../src/extract/list-range.js'
import { withUnnamed } from '../src/sync/streams/unnamed.js'

test('a range of a list with records whose ids are unknown is kept once, however many of its pages have some', () => {
  const once = withUnnamed({}, [wholeList])
  expect(withUnnamed(once, [{ ...wholeList }])).toEqual({ unnamed: [wholeList] })
  const next = { after: '5', until: '9' }
  expect(withUnnamed(once, [next])).toEqual({ unnamed: [wholeList, next] })
})
