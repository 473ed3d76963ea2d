import type { ObjectDefinition } from '@hubsync/core'
import { type Markup, markup } from '../pages/markup.js'
import { nameOf } from '../summary-name.js'
import type { Cells, Row } from './cells.js'
import { shortened } from './shortened.js'
import { MOST_FILTERS, queryFor, type TableQuery } from './table-query.js'

/** What a table page shows. */
export interface TableContent {
  object: ObjectDefinition
  /** The path of the explorer. */
  path: string
  cells: Cells
  query: TableQuery
  rows: readonly Row[]
  /** The cursor of the next page. */
  next: string | undefined
  /** Whether a search found more than is shown. */
  isCut: boolean
  /** What is wrong with a filter. */
  wrong: string | undefined
  timeZone: string
}

/** Records of an object as a table, with the form that says which. */
export function tableMarkup(content: TableContent): Markup {
  const { object, rows, wrong } = content
  return markup`<h1>${object.name}</h1>
<section aria-label="What is shown">
${wrong === undefined ? '' : markup`<p class="message" role="alert">${wrong}</p>`}
${formMarkup(content)}
</section>
<section aria-labelledby="records-heading">
<h2 id="records-heading">${headingOf(content)}</h2>
${rows.length > 0 ? rowsMarkup(content) : markup`<p>No record matches.</p>`}
${actionsMarkup(content)}
</section>`
}

function headingOf({ rows, query, isCut, next }: TableContent): string {
  const count = rows.length === 1 ? '1 record' : `${rows.length} records`
  if (isCut) return `The first ${count} of more: search for more of the name`
  if (query.after !== undefined) return `${count} after ${query.after}`
  return next === undefined ? count : `The first ${count}`
}

function formMarkup({ object, path, cells, query }: TableContent): Markup {
  const { search, status, filters, columns, hasAllColumns } = query
  const states = [
    ['ACTIVE', 'active'],
    ['ARCHIVED', 'archived'],
    ['ALL', 'all'],
  ] as const
  const boxes = cells.names.map(
    (name) =>
      markup`<li><label><input type="checkbox" name="column" value="${name}" ${columns.includes(name) && !hasAllColumns ? markup`checked` : ''}> ${headed(cells, name)}</label></li>`,
  )
  const rows = [...filters.slice(0, MOST_FILTERS), { by: '', is: '' }].map(({ by, is }, index) => {
    const options = Object.keys(object.columns).map(
      (name) =>
        markup`<option value="${name}" ${name === by ? markup`selected` : ''}>${headed(cells, name)}</option>`,
    )
    return markup`<div class="filter"><select name="by" aria-label="Column of filter ${index + 1}"><option value="">no filter</option>${options}</select> <input name="is" value="${is}" aria-label="Value of filter ${index + 1}"></div>`
  })
  return markup`<form method="get" action="${path}/${object.name}">
<div class="fields"><label class="field">E-mail, name or id <input type="search" name="search" value="${search}"></label>
<label class="field">Records <select name="status">${states.map(([value, text]) => markup`<option value="${value}" ${value === status ? markup`selected` : ''}>${text}</option>`)}</select></label></div>
<fieldset><legend>Only records with these values. Leave a value empty for records without one.</legend>
${rows}</fieldset>
<details><summary>Columns</summary>
<fieldset><legend>The columns of the table. Rather than several hundred choose all: an address has no room for their names.</legend>
<label><input type="checkbox" name="columns" value="all" ${hasAllColumns ? markup`checked` : ''}> All columns</label>
<ul class="choices">${boxes}</ul></fieldset>
</details>
<p class="actions"><button>Show</button> <a href="${path}/${object.name}">Start again</a></p>
</form>`
}

/** The label of a column, and its name if that is another one. */
function headed(cells: Cells, name: string): string {
  const heading = cells.heading(name)
  return heading === name ? name : `${heading} (${name})`
}

function rowsMarkup({ object, path, cells, query, rows }: TableContent): Markup {
  // Written once for all rows.
  const starts = query.columns.map(
    (name) =>
      markup`<td role="cell" class="${cells.kind(name)}" data-label="${cells.heading(name)}">`,
  )
  const lines = rows.map((row) => {
    const values = query.columns.map(
      (name, index) => markup`${starts[index]}${cells.short(name, row)}</td>`,
    )
    const name = nameOf(row)
    const id = name === null ? '' : markup`<small>${row.id}</small>`
    return markup`<tr role="row"><th role="rowheader" scope="row"><a href="${path}/${object.name}/${row.id}"><bdi>${shortened(name ?? row.id, 200)}</bdi></a>${id}</th>${values}</tr>`
  })
  const headings = query.columns.map(
    (name) =>
      markup`<th role="columnheader" scope="col" class="${cells.kind(name)}">${cells.heading(name)}</th>`,
  )
  return markup`<div class="scroll" tabindex="0" role="group" aria-labelledby="records-heading">
<table role="table" aria-labelledby="records-heading">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Record</th>${headings}</tr></thead>
<tbody role="rowgroup">${lines}</tbody>
</table></div>`
}

function actionsMarkup({ object, path, query, rows, next, timeZone }: TableContent): Markup {
  const address = (more: Partial<TableQuery>, end = '') => {
    const text = queryFor({ ...query, ...more })
    return `${path}/${object.name}${end}${text === '' ? '' : `?${text}`}`
  }
  const links = [
    query.after === undefined
      ? ''
      : markup`<a href="${address({ after: undefined })}">First page</a>`,
    next === undefined
      ? ''
      : markup`<a href="${address({ after: next })}" rel="next">Next page</a>`,
    rows.length === 0
      ? ''
      : markup`<a href="${address({}, '/csv')}" download>These records as CSV</a>`,
  ]
  return markup`<p class="actions">${links} <span class="quiet">Times are in ${timeZone}.</span></p>`
}
