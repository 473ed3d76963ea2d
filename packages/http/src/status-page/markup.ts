import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { ago, inUtc } from './wording.js'

/** A piece of a page. Whatever is put into it is escaped, unless it is a piece itself. */
export type Markup = HtmlEscapedString

/** Nothing on the status page is waited for, so its pieces are there at once. */
export const markup = html as (text: TemplateStringsArray, ...values: unknown[]) => Markup

/** A moment, and how long ago that is. */
export function momentMarkup(moment: string, now: number): Markup {
  return markup`<time datetime="${moment}" title="${inUtc(moment)} UTC">${ago(moment, now)}</time>`
}
