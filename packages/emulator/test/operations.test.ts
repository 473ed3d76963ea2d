import { expect, test } from 'vitest'
import { setUp } from './harness.js'
import { answered, example, isAnswered, ofTheClient, REFUSED, WHAT } from './operations.js'
import { notYet, operationsPage } from './operations-page.js'

const PAGE = '../../../docs/guide/emulator-operations.md'

/** Calls any method. */
const start = () => {
  const { portal } = setUp()
  const headers = { authorization: `Bearer ${portal.token}` }
  return (method: string, path: string) =>
    portal.fetch(new Request(`https://api.hubapi.com${path}`, { method, headers }))
}

test('the page of the docs lists every operation', async () => {
  // To write it anew: vitest run --project emulator operations -u
  await expect(operationsPage()).toMatchFileSnapshot(PAGE)
})

test('every operation that is listed as done has a route, and every route is listed', () => {
  const done = answered()
  for (const { method, path, dated } of done)
    for (const one of [path, dated])
      if (one !== undefined)
        expect([method, one, isAnswered(method, one)]).toEqual([method, one, true])
  expect(new Set(done.map(({ operation }) => operation))).toEqual(new Set(Object.keys(WHAT)))
})

test('what the client can call about records, associations and definitions is done', () => {
  const areas = /\/(objects|associations|properties|pipelines|owners|schemas)\b/
  const missing = notYet().filter(
    ({ path }) => areas.test(path) && !path.includes('{version}') && !path.includes('/lists/'),
  )
  expect(ofTheClient().length).toBeGreaterThan(250)
  expect(missing).toEqual([])
})

test('what is listed as refused or missing is answered so', async () => {
  const call = start()
  for (const { method, path, status } of REFUSED)
    expect([path, (await call(method, path)).status]).toEqual([path, status])
  for (const { method, path } of notYet()) {
    const { status } = await call(method, example(path))
    expect([400, 404, 405]).toContain(status)
  }
})
