import { expect, test } from 'vitest'
import { markdown, read } from './docs-pages.js'

/** What a terminal shows without a break, with a margin. */
const COLUMNS = 120

// The results are as `pnpm bench` prints them.
const written = markdown.filter((page) => page !== 'bench/RESULTS.md')

test.each(written)('the tables of %s can be read in a terminal', (page) => {
  const text = read(page).replaceAll(/^\s*```[\s\S]*?^\s*```/gm, '')
  const wide = text.split('\n').filter((line) => /^\s*\|/.test(line) && line.length > COLUMNS)
  expect(wide).toEqual([])
})
