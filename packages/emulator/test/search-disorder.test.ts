import { expect, test } from 'vitest'
import { createClock, createPortal, type PortalOptions } from '../src/index.js'

const MINUTE = 60_000

/** Five companies that changed a minute apart, and a search for those that changed in a period. */
function fiveCompanies(options: PortalOptions = {}) {
  const clock = createClock({ now: '2026-06-01T08:00:00.000Z' })
  const portal = createPortal({ clock, ...options })
  const begin = clock.now() - 60 * MINUTE
  const ids = portal.createMany(
    'companies',
    5,
    () => ({}),
    (index) => ({ updatedAt: begin + index * MINUTE }),
  )
  const search = async (from: number, before: number) => {
    const filters = [
      { propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: String(begin + from) },
      { propertyName: 'hs_lastmodifieddate', operator: 'LT', value: String(begin + before) },
    ]
    const request = new Request('https://api.hubapi.com/crm/v3/objects/companies/search', {
      method: 'POST',
      headers: { authorization: `Bearer ${portal.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        filterGroups: [{ filters }],
        sorts: [{ propertyName: 'hs_lastmodifieddate', direction: 'ASCENDING' }],
        limit: 100,
      }),
    })
    const { results } = (await (await portal.fetch(request)).json()) as {
      results: { id: string; updatedAt: string }[]
    }
    return results.map(({ id, updatedAt }) => ({
      company: ids.indexOf(id),
      minute: (Date.parse(updatedAt) - begin) / MINUTE,
    }))
  }
  return { portal, ids, search }
}

test('a record that is listed elsewhere keeps its date, and is found by it', async () => {
  const { portal, ids, search } = fiveCompanies()
  portal.misplace('companies', ids[3] as string, { listed: -2.5 * MINUTE })
  expect(await search(0, 5 * MINUTE)).toEqual(
    [0, 3, 1, 2, 4].map((company) => ({ company, minute: company })),
  )
  expect(await search(3 * MINUTE, 4 * MINUTE)).toEqual([{ company: 3, minute: 3 }])
})

test('a record with another date in the index is found by that one, and shows its own', async () => {
  const { portal, ids, search } = fiveCompanies()
  portal.misplace('companies', ids[3] as string, { indexed: -2.5 * MINUTE })
  expect(await search(0, MINUTE)).toEqual([
    { company: 0, minute: 0 },
    { company: 3, minute: 3 },
  ])
  expect(await search(3 * MINUTE, 4 * MINUTE)).toEqual([])
})

test('a share of the changes is in disorder where the portal says so, the same for the same seed', async () => {
  const listed = { min: -30 * MINUTE, max: 30 * MINUTE }
  const [one, other] = [
    fiveCompanies({ searchDisorder: { listed } }),
    fiveCompanies({ searchDisorder: { listed } }),
  ]
  const found = await one.search(0, 5 * MINUTE)
  expect(found.map(({ company }) => company)).not.toEqual([0, 1, 2, 3, 4])
  expect(found.map(({ company }) => company).sort()).toEqual([0, 1, 2, 3, 4])
  expect(await other.search(0, 5 * MINUTE)).toEqual(found)
})
