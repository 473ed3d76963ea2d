import { expect, test } from 'vitest'
import { anchorsOf, pages, read, sectionOf } from './docs-pages.js'

const results = 'bench/RESULTS.md'

/** The figures of a page: links to the section of the results that has them, such as `[359 MB](…#memory)`. */
const figures = pages.flatMap((page) =>
  [...read(page).matchAll(/\[([^\]]*\d[^\]]*)\]\(\S*bench\/RESULTS\.md#([\w-]+)\)/g)].map(
    ([, figure = '', section = '']) => ({ page, figure, section }),
  ),
)

/** The numbers of a text, as `1,000`, `33.3` or `7`. */
function numbersOf(text: string): string[] {
  return text.match(/\d+(,\d{3})*(\.\d+)?/g) ?? []
}

test('pages quote the results', () => {
  expect(figures.length).toBeGreaterThan(10)
  expect(anchorsOf(results)).toEqual(expect.arrayContaining(figures.map(({ section }) => section)))
})

test.each(figures)(
  '$figure of $page is in a table of the section $section of the results',
  ({ figure, section }) => {
    const tables = sectionOf(results, section).match(/^\|.*$/gm) ?? []
    expect(numbersOf(tables.join('\n'))).toEqual(expect.arrayContaining(numbersOf(figure)))
  },
)

/** Times, sizes of files and of memory, and rates. */
const measured = /\d[\d,.]* ?(ms|µs|kB|MB|GB|rows a second)(?!\w)/g

test('every measured figure of the README is one of the results', () => {
  const prose = read('README.md')
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/\[[^\]]*\]\(\S*bench\/RESULTS\.md#[\w-]+\)/g, '')
  expect([...prose.matchAll(measured)].map(([figure]) => figure)).toEqual([])
})
