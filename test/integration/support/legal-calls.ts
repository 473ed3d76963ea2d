import type { Portal } from '@hubsync/emulator'
import { expect } from 'vitest'

interface SearchBody {
  limit?: number
  after?: string
  filterGroups?: { filters: unknown[] }[]
}

/** Checks every call against HubSpot's documented sizes. */
export function expectLegalCalls(calls: Portal['calls']): void {
  expect(calls.length).toBeGreaterThan(0)
  for (const call of calls) {
    const url = `https://api.hubapi.com${call.path}?${new URLSearchParams(call.query)}`
    expect(url.length, 'characters of URL').toBeLessThan(8_000)
    if (call.path.endsWith('/search')) {
      const { limit = 10, after = '0', filterGroups = [] } = call.body as SearchBody
      expect(limit, 'rows of a search').toBeLessThanOrEqual(200)
      expect(Number(after) + limit, 'results of a search').toBeLessThanOrEqual(10_000)
      expect(filterGroups.flatMap(({ filters }) => filters).length).toBeLessThanOrEqual(6)
    } else if (call.path.endsWith('/batch/read')) {
      const { inputs } = call.body as { inputs: unknown[] }
      const most = call.path.includes('/associations/') ? 1_000 : 100
      expect(inputs.length, `inputs of ${call.path}`).toBeLessThanOrEqual(most)
    } else if (call.query.limit !== undefined) {
      expect(Number(call.query.limit), 'records of a list').toBeLessThanOrEqual(100)
    }
    // On a clock that jumps, a call may arrive out of order. The rate is checked by benchmarks.
    if (call.status !== 429) expect(call.status, `${call.method} ${call.path}`).toBeLessThan(400)
  }
}
