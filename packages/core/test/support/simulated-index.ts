import { createEndpoints } from '../../src/client/endpoints.js'
import type { Hubspot } from '../../src/client/hubspot-client.js'
import { type ChangePage, walkChanges } from '../../src/extract/change-windows.js'

/** A record as a search index has it. Dates are in epoch milliseconds. */
export interface Entry {
  id: string
  /** The date that filters use. */
  indexed: number
  /** The date that hits show. */
  shown: number
  /** The date that sorts use. */
  listed: number
}

/** How an index answers. */
export interface Habits {
  page: number
  ids: { filter: IdOrder; sort: IdOrder | 'none' }
  /** The total that the index reports. */
  total(count: number): number
}

type IdOrder = 'number' | 'text'

const idOrders = {
  number: (one: string, other: string) => one.length - other.length || byText(one, other),
  text: byText,
  none: () => 0,
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

export const honest: Habits = {
  page: 200,
  ids: { filter: 'number', sort: 'number' },
  total: (count) => count,
}

interface Search {
  filterGroups: [{ filters: { propertyName: string; operator: 'GTE' | 'LT'; value: string }[] }]
  sorts: [{ propertyName: string }]
  after?: string
}

const isOnId = ({ propertyName }: { propertyName: string }) => propertyName === 'hs_object_id'

/** An index with these entries, which counts the searches that it answers. */
export class SimulatedIndex implements Pick<Hubspot, 'endpoints' | 'ask' | 'callsToFill'> {
  readonly endpoints = createEndpoints('2026-03')
  readonly #entries: Entry[]
  searches = 0

  constructor(
    entries: readonly Entry[],
    readonly habits: Habits = honest,
    readonly atOnce = 3,
  ) {
    this.#entries = entries.toSorted((one, other) => one.indexed - other.indexed)
  }

  /** Removes a record, as its next modification does. */
  remove(id: string): void {
    const place = this.#entries.findIndex((entry) => entry.id === id)
    if (place >= 0) this.#entries.splice(place, 1)
  }

  callsToFill(): number {
    return this.atOnce
  }

  async ask(call: { body?: unknown }): Promise<Awaited<ReturnType<Hubspot['ask']>>> {
    this.searches++
    const { filterGroups, sorts, after = '0' } = call.body as Search
    const { page, ids, total } = this.habits
    const { filters } = filterGroups[0]
    const bound = (operator: string) =>
      Number(filters.find((each) => each.operator === operator && !isOnId(each))?.value)
    const found = this.#entries
      .slice(this.#place(bound('GTE')), this.#place(bound('LT')))
      .filter(({ id }) =>
        filters.filter(isOnId).every(({ operator, value }) => {
          const order = idOrders[ids.filter](id, value)
          return operator === 'LT' ? order < 0 : order >= 0
        }),
      )
    const sort =
      sorts[0].propertyName === 'hs_object_id'
        ? (one: Entry, other: Entry) => idOrders[ids.sort](one.id, other.id)
        : (one: Entry, other: Entry) => one.listed - other.listed
    found.sort(sort)
    const end = Number(after) + page
    const json = {
      total: total(found.length),
      results: found
        .slice(Number(after), end)
        .map(({ id, shown }) => ({ id, updatedAt: new Date(shown).toISOString() })),
      ...(end < found.length ? { paging: { next: { after: String(end) } } } : {}),
    }
    return { status: 200, json, headers: new Headers() } as never
  }

  /** The first place of a date that isn't earlier. */
  #place(date: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle] as Entry).indexed < date) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Walks a window to its end, or to the page at which `isOver` is true. */
export async function walk(
  index: SimulatedIndex,
  parts: ChangePage['parts'],
  isOver: (page: number) => boolean = () => false,
): Promise<{ named: Set<string>; left: ChangePage['parts'] }> {
  const named = new Set<string>()
  const query = { type: 'contacts', modifiedProperty: 'lastmodifieddate' }
  let left = parts
  let pages = 0
  for await (const page of walkChanges(index as unknown as Hubspot, query, parts)) {
    for (const { id } of page.hits) named.add(id)
    left = page.parts
    if (isOver(++pages)) break
  }
  return { named, left }
}
