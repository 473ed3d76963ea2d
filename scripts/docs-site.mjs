// A TypeDoc plugin. The title of a page is its first heading, pages are grouped by folder, and the site works from
// disk.

import { Converter, PageEvent } from 'typedoc'

const groups = [
  [/docs\/guide\//, 'Guides'],
  [/docs\/explain\//, 'Explanations'],
  [/docs\/decisions\//, 'Decisions'],
  [/./, 'For contributors'],
]

export function load(app) {
  // From disk, a browser can't load SVG symbols from another file. A script of the page contains them instead.
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents?.replaceAll(/href="[^"]*assets\/icons\.svg#/g, 'href="#')
  })
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, page) => {
    const heading = takeHeading(page.content)
    if (heading === undefined) return
    page.name = heading
    const file = page.project.files.getReflectionPath(page) ?? page.name
    const [, group] = groups.find(([pattern]) => pattern.test(file))
    page.frontmatter.group = group
  })
}

/** Removes and returns the page's first line: the site shows the title above the page. */
function takeHeading(parts) {
  if (!parts[0]?.text.startsWith('# ')) return undefined
  let heading = ''
  while (parts.length > 0) {
    const [line, ...rest] = parts[0].text.split('\n')
    heading += line
    if (rest.length > 0) {
      parts[0].text = rest.join('\n')
      break
    }
    parts.shift()
  }
  return heading.slice(2).replaceAll('`', '')
}
