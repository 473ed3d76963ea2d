import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { ago, inUtc } from '../status-page/wording.js'

/** A piece of HTML. Interpolated values are escaped, unless they are `Markup` themselves. */
export type Markup = HtmlEscapedString

/** Hono's `html`, typed as synchronous: no page interpolates promises. */
export const markup = html as (text: TemplateStringsArray, ...values: unknown[]) => Markup

/** A time, shown as how long ago it is. */
export function momentMarkup(moment: string, now: number): Markup {
  return markup`<time datetime="${moment}" title="${inUtc(moment)} UTC">${ago(moment, now)}</time>`
}
