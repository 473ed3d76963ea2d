import { expect, test } from 'vitest'
import type { Route } from '../src/routes/route.js'
import { ROUTES } from '../src/routes/route-table.js'
import { planted, shortened } from './replies/planted.js'
import { REFUSALS, refusedOf } from './replies/refusals.js'
import { EXAMPLES, type Exchange, exchangesOf, keyOf, versionsOf } from './replies/walk.js'
import { mismatches } from './shapes.js'

/** The operations that a version doesn't have, though their path could be of it. */
const ABSENT: Readonly<Record<string, { in: readonly string[]; why: string }>> = {
  'GET /crm/v4/objects/:from/:id/associations/:to': {
    in: ['2026-09', '2027-03-beta'],
    why: '2026-09 has no list of the associations of a single record.',
  },
}

/** What is wrong with a reply. */
const faultsOf = ({ version, path, status, expected, shape, text }: Exchange): string[] => {
  const place = `${version} ${path}`
  if (status !== expected) return [`${place}: expected ${expected}, got ${status} ${text}`]
  if (shape === undefined) return text === '' ? [] : [`${place}: expected no body, got ${text}`]
  return mismatches(shape, JSON.parse(text)).map((difference) => `${place}: ${difference}`)
}

const isFound = (status: number) => status >= 200 && status < 400

const named = ROUTES.map((route): [string, Route] => [keyOf(route), route])

test('every route has examples, and every example has a route', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(named.map(([key]) => key).sort())
})

test.each(named)('%s is answered in the shapes of its versions', async (key, route) => {
  const exchanges = await exchangesOf(route)
  expect(exchanges.flatMap(faultsOf)).toEqual([])
  const answered = exchanges.filter(({ status }) => isFound(status)).map(({ path }) => path)
  const unanswered = versionsOf(route).filter(
    ({ path, version }) => !answered.includes(path) && !ABSENT[key]?.in.includes(version),
  )
  expect(unanswered).toEqual([])
})

test.each(named)('%s has nothing in its shapes that an empty list hides', async (_, route) => {
  const bodies = (await exchangesOf(route))
    .filter(({ status, shape }) => isFound(status) && shape !== undefined)
    .map(({ text }) => JSON.parse(text) as { results?: unknown[] })
  const lists = bodies.flatMap(({ results }) => (results ? [results.length] : []))
  if (lists.length > 0) expect(Math.max(...lists)).toBeGreaterThan(0)
})

test.each(named)('a fault that is planted in a reply of %s is noticed', async (_, route) => {
  const exchanges = new Map(
    (await exchangesOf(route)).map((one) => [JSON.stringify(one.shape), one]),
  )
  for (const { shape, text } of exchanges.values()) {
    if (shape === undefined) continue
    const faulty = [...planted(shortened(JSON.parse(text)))]
    expect(faulty.length).toBeGreaterThan(0)
    expect(faulty.filter((one) => mismatches(shape, one).length === 0)).toEqual([])
  }
})

test.each(Object.entries(REFUSALS))(
  '%s is refused in its shape by every route that can',
  async (_, refusal) => {
    const faults: string[] = []
    for (const route of ROUTES.filter((one) => refusal.concerns?.(one) !== false))
      for (const { path, status, body } of await refusedOf(route, refusal)) {
        if (status !== refusal.status) faults.push(`${route.method} ${path}: ${status}`)
        for (const difference of mismatches(refusal.shape, body))
          faults.push(`${route.method} ${path}: ${difference}`)
      }
    expect(faults).toEqual([])
  },
)
