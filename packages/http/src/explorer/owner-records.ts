import type { MirrorReader } from '@hubsync/core'
import { labelsBeside } from '../labels.js'
import { type Markup, markup } from '../pages/markup.js'
import { nameOf } from '../summary-name.js'
import { shortened } from './shortened.js'
import { queryFor } from './table-query.js'

/** So many records of each object are on the page of their owner. */
const RECORDS = 25

/** The records of an object that have an owner in one of its columns. */
export interface OwnerRecords {
  object: string
  column: string
  /** The first of them, by id and name. Undefined where there is no index: that would read all rows of the object. */
  first: readonly { id: string; name: string | null }[] | undefined
  /** Whether there are more. */
  hasMore: boolean
}

/** Reads the records of an owner, where an index makes that cheap. */
export function readOwnerRecords(
  reader: MirrorReader,
  id: string,
  signal: AbortSignal,
): Promise<OwnerRecords[]> {
  const columns = reader.objects.flatMap((object) =>
    labelsBeside(object)
      .filter(({ of }) => of === 'owner')
      .map(({ column }) => ({ object: object.name, ...column })),
  )
  return Promise.all(
    columns.map(async ({ object, name, index }) => {
      if (!index) return { object, column: name, first: undefined, hasMore: false }
      const wanted = { where: { [name]: id }, limit: RECORDS, raw: false, signal } as const
      const { results, paging } = await reader.list(object, wanted)
      const first = results.map((row) => ({ id: row.id, name: nameOf({ ...row }) }))
      return { object, column: name, first, hasMore: paging.next !== undefined }
    }),
  )
}

/** The records of an owner as links, and a link to the table of all of them. */
export function ownerRecordsSection(
  id: string,
  { object, column, first, hasMore }: OwnerRecords,
  path: string,
): Markup {
  const filters = [{ by: column, is: id }]
  const table = { columns: [], hasAllColumns: false, filters, search: '', after: undefined }
  const query = queryFor({ ...table, status: 'ACTIVE' })
  const heading = `${object}-${column}-heading`
  const items = (first ?? []).map(
    (record) =>
      markup`<li><a href="${path}/${object}/${record.id}"><bdi>${shortened(record.name ?? record.id, 200)}</bdi></a></li>`,
  )
  const list = items.length > 0 ? markup`<ul class="links">${items}</ul>` : ''
  const all = markup`<p class="actions"><a href="${path}/${object}?${query}">All ${object} with this owner</a></p>`
  const none = first?.length === 0 ? markup`<p class="quiet">none</p>` : ''
  return markup`<section aria-labelledby="${heading}">
<h2 id="${heading}">Owner of ${object}</h2>
${list}${none}${first === undefined || hasMore ? all : ''}
</section>`
}
