import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { itemsOf, read, root } from './docs-pages.js'

const entries = itemsOf('docs/explain/glossary.md').map((item) => item.split(': ')[0] as string)

const core = join(root, 'packages/core/src')
const sources = readdirSync(core, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => read(join('packages/core/src', name)))
  .join('\n')
  // `pagesUnderWay` is read as `pages under way`.
  .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
  .toLowerCase()

test('the glossary has its words in alphabetical order, each once', () => {
  const words = entries.map((entry) => entry.replaceAll('`', '').toLowerCase())
  expect(words.length).toBeGreaterThan(50)
  expect(words).toEqual([...new Set(words)].sort((a, b) => a.localeCompare(b, 'en')))
})

test.each(entries)('core uses the word of the glossary: %s', (entry) => {
  // A word may be in the plural, or at the start of another word, but not in the middle of one.
  for (const word of entry.replaceAll('`', '').toLowerCase().split(', '))
    expect(sources).toMatch(new RegExp(`(?<![a-z])${word.replaceAll(/[ -]/g, '[\\s*/-]+')}`))
})
