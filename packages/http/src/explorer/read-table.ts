import type { MirrorReader, ObjectDefinition } from '@hubsync/core'
import { shortestDecimal } from '@hubsync/core/store'
import { withLabels } from '../labels.js'
import type { Cells, Row } from './cells.js'
import { searchesFor, type TableQuery, type Where, whereOf } from './table-query.js'

/** The records of a table. */
export interface TableRows {
  rows: Row[]
  /** The cursor of the next page. */
  next: string | undefined
  /** Whether a search found more than is shown. */
  isCut: boolean
  /** What is wrong with a filter. Then there are no rows. */
  wrong: string | undefined
}

/** Reads the records that the address of a table asks for, with the labels of owners and pipelines. */
export async function readTable(
  reader: MirrorReader,
  object: ObjectDefinition,
  query: TableQuery,
  { cells, limit, signal }: { cells: Cells; limit: number; signal: AbortSignal },
): Promise<TableRows> {
  const { where, wrong } = whereOf(object, query, cells)
  if (wrong !== undefined) return { rows: [], next: undefined, isCut: false, wrong }
  const { status, search, after } = query
  const raw = query.columns.some((name) => cells.needsRaw(name))
  const list = (filter: typeof where, from?: string) =>
    reader.list(object.name, { status, where: filter, after: from, limit, raw, signal })
  if (search === '') {
    const { results, paging } = await list(where, after)
    const rows = await withLabels(reader, object, results, signal)
    return { rows: rows as Row[], next: paging.next?.after, isCut: false, wrong }
  }
  const pages = await Promise.all(searchesFor(object, search, where).map((each) => list(each)))
  const byId = /^\d{1,20}$/.test(search) ? await reader.get(object.name, search, { signal }) : null
  const found = new Map<string, Row>()
  if (byId && matches(object, byId as unknown as Row, { where, status }))
    found.set(search, byId as unknown as Row)
  for (const row of pages.flatMap(({ results }) => results as unknown as Row[]))
    found.set(row.id, row)
  const first = [...found.values()].slice(0, limit)
  const rows = (await withLabels(reader, object, first, signal)) as Row[]
  const isCut = found.size > limit || pages.some(({ paging }) => paging.next !== undefined)
  return { rows, next: undefined, isCut, wrong }
}

/** Whether a list with these filters would have the record. */
function matches(
  { columns }: ObjectDefinition,
  row: Row,
  { where, status }: { where: Where; status: TableQuery['status'] },
): boolean {
  if (status !== 'ALL' && row.status !== status) return false
  return Object.entries(where).every(([name, wanted]) => {
    const value = row[name] ?? null
    return typeof value === 'string' && columns[name]?.kind === 'decimal'
      ? shortestDecimal(value) === shortestDecimal(String(wanted))
      : value === wanted
  })
}
