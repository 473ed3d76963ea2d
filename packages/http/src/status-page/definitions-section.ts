import type { DefinitionChanges } from '@hubsync/core'
import { COUNTED_ROWS } from '@hubsync/core/store'
import { type Markup, markup, momentMarkup } from '../pages/markup.js'
import { inDigits } from './wording.js'

/** How the tables differ from the definitions. Empty if they don't. */
export function definitionsSection(
  { added, stale, refused }: DefinitionChanges,
  now: number,
): Markup {
  const kept = stale.filter(({ keptAt }) => keptAt !== undefined)
  const left = stale.filter(({ keptAt }) => keptAt === undefined)
  const lists = [
    list('Added by the next run', added.map(addedItem)),
    list(
      'Left of earlier definitions, and no longer written',
      left.map((part) => staleItem(part, now)),
      markup`<code>hubsync prune</code> drops it.`,
    ),
    list(
      'Not in these definitions, and kept by another process',
      kept.map((part) => staleItem(part, now)),
    ),
    list(
      'Refused',
      refused.map(refusedItem),
      markup`Drop such a column with <code>hubsync prune</code>: the next run makes and fills it. Or give it another name.`,
    ),
  ]
  if (added.length + stale.length + refused.length === 0) return markup``
  return markup`<section aria-labelledby="definitions-heading">
<h2 id="definitions-heading">Definitions that changed</h2>
${lists}
</section>`
}

function list(title: string, items: readonly Markup[], advice?: Markup): Markup {
  if (items.length === 0) return markup``
  return markup`<h3>${title}</h3>
<ul>${items}</ul>
${advice ? markup`<p class="quiet">${advice}</p>` : ''}
`
}

function addedItem(content: DefinitionChanges['added'][number]): Markup {
  const { table, isNew, columns, properties, filledFrom, calls } = content
  const names = [
    ...columns.map((column) => `${table}.${column}`),
    ...properties.map((property) => `property ${property} of ${table}`),
  ]
  const price = calls === null ? '' : `: ${counted(calls, 'call')}`
  const read = `${isNew ? 'new, read' : 'read again'}${price}`
  const how = filledFrom === 'raw' ? 'filled from raw' : read
  return markup`<li>${names.length > 0 ? names.join(', ') : table}, ${how}</li>`
}

function staleItem(part: DefinitionChanges['stale'][number], now: number): Markup {
  const { table, column, rows, since, shared, keptAt } = part
  const name = column === null ? table : `${table}.${column}`
  const more = rows < COUNTED_ROWS ? '' : ' or more'
  const notes = [markup`${name}: ${counted(rows, 'row')}${more}`]
  if (keptAt !== undefined) notes.push(markup`, written by a run ${momentMarkup(keptAt, now)}`)
  else if (since !== null) notes.push(markup`, since ${momentMarkup(since, now)}`)
  if (shared) notes.push(markup`, stays for other portals`)
  return markup`<li>${notes}</li>`
}

function refusedItem({ table, column, was, kind }: DefinitionChanges['refused'][number]): Markup {
  return markup`<li>${table}.${column} has values of the kind ${was}, but the definition says ${kind}.</li>`
}

function counted(count: number, one: string): string {
  return `${inDigits(count)} ${one}${count === 1 ? '' : 's'}`
}
