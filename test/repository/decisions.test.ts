import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { itemsOf, linkedPages, read, root } from './docs-pages.js'

const items = itemsOf('docs/decisions/README.md')
const files = readdirSync(join(root, 'docs/decisions')).filter((name) => name !== 'README.md')
const parts = ['Context', 'Decision', 'Alternatives considered', 'Consequences']

describe.each(files.sort())('decision %s', (file) => {
  const text = read(`docs/decisions/${file}`)

  test('has its four parts, in order, each with a text', () => {
    const sections = text.split(/^## /m).slice(1)
    expect(sections.map((section) => section.slice(0, section.indexOf('\n')))).toEqual(parts)
    for (const section of sections)
      expect(section.split('\n').slice(1).join('').trim()).not.toBe('')
  })

  test('has the number of its file, and its place in the list under the same title', () => {
    const [, number, title = ''] = /^# (\d{4}): (.+)\n/.exec(text) ?? []
    expect(number).toBe(file.slice(0, 4))
    expect(items).toContain(`[${number}](${file}): ${title}`)
  })
})

test('decisions are numbered from 1 without a gap, and so are they in the list', () => {
  const numbers = files.map((file) => Number(file.slice(0, 4))).sort((a, b) => a - b)
  expect(numbers).toEqual(numbers.map((_, place) => place + 1))
  expect(items.map((item) => Number(item.slice(1, 5)))).toEqual(numbers)
})

test.each(linkedPages)('%s cites decisions by their right numbers', (page) => {
  for (const [link, said, led] of read(page).matchAll(/\[(?:decision )?(\d{4})\]\(\S*?(\d{4})-/g))
    expect(said, link).toBe(led)
})

test('the sources cite decisions that are there', () => {
  const sources = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => /^[\w-]+\/(src|test)\/.*\.ts$/.test(name),
  )
  const texts = sources.map((name) => read(join('packages', name))).join('\n')
  const cited = [...texts.matchAll(/\bdecisions?(?: |\/)(\d{4})\b/g)].map(([, number]) => number)
  expect(cited).not.toEqual([])
  const there = files.map((file) => file.slice(0, 4))
  expect(cited.filter((number) => !there.includes(number as string))).toEqual([])
})
