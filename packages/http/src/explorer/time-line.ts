import { type Markup, markup } from '../pages/markup.js'
import { inZone } from './moments.js'
import { shortened } from './shortened.js'

/** Something that happened to a record. */
export interface TimeLineEntry {
  /** ISO-8601. */
  at: string
  /** What happened, in a word or two. */
  what: string
  /** Who did it, or with what, if that is known. */
  by?: string
  /** The values that changed, as texts. Empty: no value. */
  values: readonly { name: string; old?: string; new: string }[]
}

/** A page of a time line. */
export interface TimeLinePage {
  entries: readonly TimeLineEntry[]
  /** The cursor of the next page. */
  next: string | undefined
}

/** Entries as a list, in their order. */
export function timeLineMarkup(entries: readonly TimeLineEntry[], timeZone: string): Markup {
  const items = entries.map(({ at, what, by, values }) => {
    const lines = values.map(
      ({ name, old, new: value }) =>
        markup`<li><bdi>${name}</bdi>: ${old === undefined ? '' : markup`from ${valueMarkup(old)} to `}${valueMarkup(value)}</li>`,
    )
    const list = lines.length > 0 ? markup`<ul>${lines}</ul>` : ''
    return markup`<li><strong>${what}</strong> <time datetime="${at}">${inZone(at, timeZone)}</time>${by === undefined ? '' : markup` by <bdi>${shortened(by, MOST_CHARACTERS)}</bdi>`}${list}</li>`
  })
  return markup`<ol class="time-line">${items}</ol>`
}

/** A line of a time line has so many characters of a value. */
const MOST_CHARACTERS = 300

function valueMarkup(text: string): Markup {
  if (text === '') return markup`<span class="quiet">no value</span>`
  return markup`<bdi>${shortened(text, MOST_CHARACTERS)}</bdi>`
}
