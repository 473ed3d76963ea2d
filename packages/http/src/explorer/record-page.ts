import type { ObjectDefinition } from '@hubsync/core'
import { type Markup, markup } from '../pages/markup.js'
import { nameOf } from '../summary-name.js'
import type { Cells, Row } from './cells.js'
import { type OwnerRecords, ownerRecordsSection } from './owner-records.js'
import { pastSection } from './past-page.js'
import { isPeople } from './people.js'
import { shortened } from './shortened.js'
import type { TimeLinePage } from './time-line.js'

/** A record at the other end of associations. */
interface Linked {
  id: string
  name: string | null
  labels: readonly string[]
}

/** Records of another object that a record is associated with. */
export interface LinkedPage {
  other: string
  results: readonly Linked[]
  /** The cursor of the next page. */
  next: string | undefined
}

/** What the page of a record, of an owner or of a team shows. */
interface Content {
  object: ObjectDefinition
  /** The path of the explorer. */
  path: string
  cells: Cells
  row: Row
  linked: readonly LinkedPage[]
  timeZone: string
}

/** What the page of a record shows. */
export interface RecordContent extends Content {
  changes: TimeLinePage
  history: TimeLinePage
  /** The id of a record that was merged into this one, and that the viewer asked for. */
  mergedFrom: string | undefined
}

export function recordMarkup(content: RecordContent): Markup {
  const { object, path, row, mergedFrom, changes, history, timeZone } = content
  const of = { record: `${path}/${object.name}/${row.id}`, timeZone }
  const none = 'Nothing since the first read of this object, as far as the change feed goes back.'
  const merged =
    mergedFrom === undefined
      ? ''
      : markup`<section><p>The record ${mergedFrom} was merged into this one.</p></section>`
  return markup`${headMarkup(content)}
${merged}
${valuesSection(content)}
${linkedMarkup(content)}
${pastSection(changes, { ...of, past: 'changes' }, none)}
${history.entries.length > 0 ? pastSection(history, { ...of, past: 'history' }, '') : ''}
${rawSection(row)}
<p class="quiet">Times are in ${timeZone}.</p>`
}

/** The page of an owner, with records of theirs, or of a team. */
export function personMarkup(content: Content & { records: readonly OwnerRecords[] }): Markup {
  const { path, row, records, timeZone } = content
  return markup`${headMarkup(content)}
${valuesSection(content)}
${linkedMarkup(content)}
${records.map((each) => ownerRecordsSection(row.id, each, path))}
${rawSection(row)}
<p class="quiet">Times are in ${timeZone}.</p>`
}

/** What stands above a record, and above the pages that go on from it, which lead back. */
export function headMarkup(
  { object, path, row }: Pick<Content, 'object' | 'path' | 'row'>,
  leadsBack = false,
): Markup {
  const name = markup`<bdi>${shortened(nameOf(row) ?? row.id, 300)}</bdi>`
  const shown = leadsBack ? markup`<a href="${path}/${object.name}/${row.id}">${name}</a>` : name
  return markup`<p class="kind"><a href="${path}/${object.name}">${object.name}</a> ${row.id}</p>
<h1>${shown}</h1>`
}

function linkedMarkup({ object, row, linked, path }: Content): Markup[] {
  return linked.map((page) => linkedSection(object, row.id, page, path))
}

function valuesSection({ cells, path, row }: Content): Markup {
  const facts = cells.names.map((name) => {
    const heading = cells.heading(name)
    const empty = cells.text(name, row) === ''
    const whole = empty ? markup`<span class="quiet">no value</span>` : cells.whole(name, row)
    const owner = cells.ownerIn(name, row)
    const value =
      owner === undefined ? whole : markup`<a href="${path}/owners/${owner}">${whole}</a>`
    return markup`<div><dt><bdi>${heading}</bdi>${heading === name ? '' : markup` <small>${name}</small>`}</dt><dd>${value}</dd></div>`
  })
  return markup`<section aria-labelledby="values-heading">
<h2 id="values-heading">Values</h2>
<dl class="facts">${facts}</dl>
${hubspotLink(row.url)}
</section>`
}

/** The record's page in HubSpot. Anything but an https address is no link. */
function hubspotLink(url: unknown): Markup | string {
  if (typeof url !== 'string' || !URL.canParse(url) || new URL(url).protocol !== 'https:') return ''
  return markup`<p class="actions"><a href="${url}" rel="noopener noreferrer">Open in HubSpot</a></p>`
}

/** The records of another object that a record is associated with. */
export function linkedSection(
  object: ObjectDefinition,
  id: string,
  { other, results, next }: LinkedPage,
  path: string,
): Markup {
  const items = results.map(({ id: otherId, name, labels }) => {
    const told =
      labels.length > 0 ? markup` <span class="quiet"><bdi>${labels.join(', ')}</bdi></span>` : ''
    return markup`<li><a href="${path}/${other}/${otherId}"><bdi>${shortened(name ?? otherId, 200)}</bdi></a>${told}</li>`
  })
  const more =
    next === undefined
      ? ''
      : markup`<p class="actions"><a href="${path}/${object.name}/${id}/${other}?after=${next}">More ${other}</a></p>`
  const list =
    items.length > 0 ? markup`<ul class="links">${items}</ul>` : markup`<p class="quiet">none</p>`
  const title = isPeople(other)
    ? other.replace(/^./, (letter) => letter.toUpperCase())
    : `Associated ${other}`
  return markup`<section aria-labelledby="${other}-heading">
<h2 id="${other}-heading">${title}</h2>
${list}${more}
</section>`
}

/** Marks that turn the direction of a text. JSON has them as escapes, which say that they are there. */
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

function rawSection({ raw }: Row): Markup {
  const text = JSON.stringify(raw, null, 2).replaceAll(
    directionMarks,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return markup`<section aria-labelledby="raw-heading">
<h2 id="raw-heading">Raw</h2>
<details><summary>HubSpot's whole object</summary>
<pre tabindex="0" role="group" aria-labelledby="raw-heading">${text}</pre>
</details>
</section>`
}
