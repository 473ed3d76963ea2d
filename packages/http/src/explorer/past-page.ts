import { type Markup, markup } from '../pages/markup.js'
import { type TimeLinePage, timeLineMarkup } from './time-line.js'

/** The two time lines of a record: what changed in the mirror, and its history in HubSpot. */
type Past = 'changes' | 'history'

const headings: Record<Past, string> = {
  changes: 'What changed',
  history: 'History in HubSpot',
}

/** What a time line is of. */
interface Of {
  past: Past
  /** The path of the record. */
  record: string
  timeZone: string
}

/** A page of a time line as a section. */
export function pastSection(
  { entries, next }: TimeLinePage,
  { past, record, timeZone }: Of,
  none: string,
): Markup {
  const list =
    entries.length > 0 ? timeLineMarkup(entries, timeZone) : markup`<p class="quiet">${none}</p>`
  const more =
    next === undefined
      ? ''
      : markup`<p class="actions"><a href="${record}/${past}?after=${next}" rel="next">Earlier ${past === 'changes' ? 'changes' : 'values'}</a></p>`
  return markup`<section aria-labelledby="${past}-heading">
<h2 id="${past}-heading">${headings[past]}</h2>
${list}${more}
</section>`
}

/** The page of a time line, below the head of its record. */
export function pastMarkup(
  head: Markup,
  page: TimeLinePage,
  of: Of & { isLatest: boolean },
): Markup {
  const { past, record, timeZone, isLatest } = of
  const latest = isLatest
    ? ''
    : markup`<p class="actions"><a href="${record}/${past}">Latest</a></p>`
  return markup`${head}
${pastSection(page, of, 'Nothing earlier.')}
${latest}
<p class="quiet">Times are in ${timeZone}.</p>`
}
