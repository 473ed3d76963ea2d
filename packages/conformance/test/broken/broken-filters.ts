import type { Store, StoredRow } from '@hubsync/core'
import type { BrokenStore } from './broken-store.js'

type Page = Parameters<Store['list']>[2]

const all = { limit: Number.MAX_SAFE_INTEGER }

/** A store that lists the rows that `keeps` chooses for a filter, instead of those that the correct store chooses. */
function choosing(keeps: (row: StoredRow, where: NonNullable<Page['where']>) => boolean) {
  return (sound: Store): Store => ({
    ...sound,
    list: async (portalId, object, { where = {}, limit, ...page }) =>
      (await sound.list(portalId, object, { ...page, ...all }))
        .filter((row) => keeps(row, where))
        .slice(0, limit),
  })
}

export const brokenFilters: readonly BrokenStore[] = [
  {
    does: 'lists rows whatever the filter is',
    caughtBy: 'Rows are filtered by a value of the kind boolean',
    breakIt: choosing(() => true),
  },
  {
    does: 'compares decimals as text',
    caughtBy: 'Whole decimals are filtered as numbers, with their zeros',
    breakIt: choosing((row, where) =>
      Object.entries(where).every(([name, value]) => (row.values[name] ?? null) === value),
    ),
  },
  {
    does: 'compares decimals as floating-point numbers',
    caughtBy: 'Rows are filtered by a value of the kind decimal',
    breakIt: choosing((row, where) =>
      Object.entries(where).every(([name, value]) => {
        const stored = row.values[name] ?? null
        const isNumber = stored !== null && value !== null && name === 'decimal'
        return isNumber ? Number(stored) === Number(value) : stored === value
      }),
    ),
  },
  {
    does: 'gives no row for a filter by null, as `= NULL` does',
    caughtBy: 'A list is filtered by whether it has a value',
    breakIt: choosing((row, where) =>
      Object.entries(where).every(([name, value]) => value !== null && row.values[name] === value),
    ),
  },
  {
    does: 'gives rows that have one of the values of a filter',
    caughtBy: 'Rows have all the values of a filter',
    breakIt: choosing((row, where) => {
      const filters = Object.entries(where)
      const passes = filters.some(([name, value]) => (row.values[name] ?? null) === value)
      return filters.length === 0 || passes
    }),
  },
  {
    does: 'filters pages that are cut already',
    caughtBy: 'A filter is combined with status and updatedSince, in full pages',
    breakIt: (sound) => ({
      ...sound,
      list: async (portalId, object, { where = {}, ...page }) =>
        (await sound.list(portalId, object, page)).filter((row) =>
          Object.entries(where).every(([name, value]) => (row.values[name] ?? null) === value),
        ),
    }),
  },
  {
    does: 'forgets the status of a filtered list',
    caughtBy: 'A filter is combined with status and updatedSince, in full pages',
    breakIt: (sound) => ({
      ...sound,
      list: (portalId, object, page) =>
        sound.list(portalId, object, page.where ? { ...page, status: undefined } : page),
    }),
  },
  {
    does: 'pages through a filtered list by how many rows it gave already',
    caughtBy: 'A filtered list continues by key while rows come to match and cease to',
    breakIt(sound) {
      const given = new Map<string | undefined, number>([[undefined, 0]])
      return {
        ...sound,
        async list(portalId, object, { after, limit, ...page }) {
          const from = given.get(after) ?? 0
          const rows = await sound.list(portalId, object, { ...page, ...all })
          const found = rows.slice(from, from + limit)
          given.set(found.at(-1)?.id, from + found.length)
          return found
        },
      }
    },
  },
  {
    does: 'ignores a filter by a column that is not in the database yet',
    caughtBy: 'A column that is not in the database yet is null in a filter',
    breakIt: (sound) => ({
      ...sound,
      list: (portalId, object, { where, ...page }) =>
        sound.list(portalId, object, where && 'city' in where ? page : { ...page, where }),
    }),
  },
]
