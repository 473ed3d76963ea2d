import type { Column, ObjectDefinition } from '@hubsync/core'
import { filterExpectations, filterFromText } from '@hubsync/core/store'
import type { Cells } from './cells.js'

/** The form has room for so many filters. */
export const MOST_FILTERS = 20

/** So many columns are shown if none are chosen. */
const COLUMNS = 6

export type Where = Record<string, string | number | boolean | null>

/** What the address of a table asks for. */
export interface TableQuery {
  columns: string[]
  /** Whether all columns are asked for: several hundred names are longer than an address may be. */
  hasAllColumns: boolean
  filters: { by: string; is: string }[]
  search: string
  status: 'ACTIVE' | 'ARCHIVED' | 'ALL'
  /** The cursor of the page. */
  after: string | undefined
}

export function readTableQuery(query: URLSearchParams, { names, own }: Cells): TableQuery {
  const usual = [...own.slice(0, COLUMNS), 'updatedAt'].filter((name) => names.includes(name))
  const hasAllColumns = query.get('columns') === 'all'
  const given = new Set(query.getAll('column'))
  const chosen = names.filter((name) => hasAllColumns || given.has(name))
  const values = query.getAll('is')
  const filters = query.getAll('by').map((by, index) => ({ by, is: values[index] ?? '' }))
  const status = query.get('status')
  const after = query.get('after') ?? ''
  return {
    columns: chosen.length > 0 ? chosen : usual,
    hasAllColumns,
    filters: filters.filter(({ by }) => by !== ''),
    search: query.get('search')?.trim() ?? '',
    status: status === 'ARCHIVED' || status === 'ALL' ? status : 'ACTIVE',
    after: /^\d{1,20}$/.test(after) ? after : undefined,
  }
}

/** The query of an address for a table. */
export function queryFor(table: TableQuery): string {
  const { columns, hasAllColumns, filters, search, status, after } = table
  const query = new URLSearchParams()
  if (search !== '') query.set('search', search)
  for (const { by, is } of filters) {
    query.append('by', by)
    query.append('is', is)
  }
  if (status !== 'ACTIVE') query.set('status', status)
  if (hasAllColumns) query.set('columns', 'all')
  else for (const column of columns) query.append('column', column)
  if (after !== undefined) query.set('after', after)
  return query.toString()
}

/** The filters as `list` takes them, or what is wrong with one of them. */
export function whereOf(
  { columns }: ObjectDefinition,
  { filters }: TableQuery,
  cells: Cells,
): { where: Where; wrong?: string } {
  const where: Where = {}
  if (filters.length > MOST_FILTERS)
    return { where, wrong: `Expected at most ${MOST_FILTERS} filters.` }
  for (const { by, is } of filters) {
    const column = Object.hasOwn(columns, by) ? columns[by] : undefined
    if (!column) return { where, wrong: 'Expected a column of this object to filter by.' }
    if (Object.hasOwn(where, by))
      return { where, wrong: `Expected one filter by ${by}, but got several.` }
    const value = filterFromText(column.kind, cells.typed(by, is.trim()))
    if (value === undefined || (column.kind === 'list' && value !== null)) {
      const expected =
        column.kind === 'list'
          ? 'no value: lists are only compared with no value'
          : `${filterExpectations[column.kind]}, or no value for records without one`
      return { where, wrong: `Expected the filter by ${by} to have ${expected}.` }
    }
    where[by] = value
  }
  return { where }
}

/** Columns that hold the e-mail address or the name of a record. */
const named = ['email', 'name', 'subject', 'title', 'domain', 'firstName', 'lastName']

const isEmail = ({ kind }: Pick<Column, 'kind'>) => kind === 'email'

/** So many ways to divide a text into a first and a last name are tried. */
const FULL_NAMES = 4

/** The filters with which a text is searched for: each finds records that have it as address or name. */
export function searchesFor({ columns }: ObjectDefinition, text: string, where: Where): Where[] {
  // Each search without an index reads all rows, so that none is made in vain.
  const isAddress = /^\S+@\S+$/.test(text) && Object.values(columns).some(isEmail)
  const value = (name: string, part: string): Where => {
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined
    const isSearched = column && (isAddress ? isEmail(column) : column.kind === 'text')
    const found = isSearched ? filterFromText(column.kind, part) : undefined
    return typeof found === 'string' ? { [name]: found } : {}
  }
  const words = text.split(/\s+/)
  const fullNames = words.slice(1, 1 + FULL_NAMES).map((_, index) => ({
    ...value('firstName', words.slice(0, index + 1).join(' ')),
    ...value('lastName', words.slice(index + 1).join(' ')),
  }))
  const searches = [
    ...named.map((name) => value(name, text)),
    ...fullNames.filter((each) => Object.keys(each).length === 2),
  ]
  const isPossible = (search: Where) =>
    Object.entries(search).every(([name, each]) => !(name in where) || where[name] === each)
  return searches
    .filter((search) => Object.keys(search).length > 0 && isPossible(search))
    .map((search) => ({ ...where, ...search }))
}
