import type { ObjectDefinition } from '@hubsync/core'
import { type Markup, markup } from '../pages/markup.js'
import { nameOf } from '../summary-name.js'
import type { Cells, Row } from './cells.js'
import { type TimeLineEntry, timeLineMarkup } from './time-line.js'

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

/** What the page of a record shows. */
export interface RecordContent {
  object: ObjectDefinition
  /** The path of the explorer. */
  path: string
  cells: Cells
  row: Row
  linked: readonly LinkedPage[]
  changes: readonly TimeLineEntry[]
  history: readonly TimeLineEntry[]
  timeZone: string
  /** The id of a record that was merged into this one, and that the viewer asked for. */
  mergedFrom: string | undefined
}

export function recordMarkup(content: RecordContent): Markup {
  const { object, path, row, mergedFrom, linked, changes, history, timeZone } = content
  const merged =
    mergedFrom === undefined
      ? ''
      : markup`<section><p>The record ${mergedFrom} was merged into this one.</p></section>`
  return markup`<p class="kind"><a href="${path}/${object.name}">${object.name}</a> ${row.id}</p>
<h1><bdi>${(nameOf(row) ?? row.id).slice(0, 300)}</bdi></h1>
${merged}
${valuesSection(content)}
${linked.map((page) => linkedSection(object, row.id, page, path))}
<section aria-labelledby="changes-heading">
<h2 id="changes-heading">What changed</h2>
${changes.length > 0 ? timeLineMarkup(changes, timeZone) : markup`<p class="quiet">Nothing since the first read of this object, as far as the change feed goes back.</p>`}
</section>
${history.length > 0 ? historySection(history, timeZone) : ''}
${rawSection(row)}
<p class="quiet">Times are in ${timeZone}.</p>`
}

function historySection(history: readonly TimeLineEntry[], timeZone: string): Markup {
  return markup`<section aria-labelledby="history-heading">
<h2 id="history-heading">History in HubSpot</h2>
${timeLineMarkup(history, timeZone)}
</section>`
}

function valuesSection({ cells, row }: RecordContent): Markup {
  const facts = cells.names.map((name) => {
    const heading = cells.heading(name)
    const empty = cells.text(name, row) === ''
    const value = empty ? markup`<span class="quiet">no value</span>` : cells.whole(name, row)
    return markup`<div><dt>${heading}${heading === name ? '' : markup` <small>${name}</small>`}</dt><dd>${value}</dd></div>`
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
    return markup`<li><a href="${path}/${other}/${otherId}"><bdi>${(name ?? otherId).slice(0, 200)}</bdi></a>${told}</li>`
  })
  const more =
    next === undefined
      ? ''
      : markup`<p class="actions"><a href="${path}/${object.name}/${id}/${other}?after=${next}">More ${other}</a></p>`
  const list =
    items.length > 0 ? markup`<ul class="links">${items}</ul>` : markup`<p class="quiet">none</p>`
  return markup`<section aria-labelledby="${other}-heading">
<h2 id="${other}-heading">Associated ${other}</h2>
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
