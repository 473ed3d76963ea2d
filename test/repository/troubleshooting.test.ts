import { expect, test } from 'vitest'
import { blocksOf, read } from './docs-pages.js'
import { sourceTexts } from './source-texts.js'

const page = 'docs/guide/troubleshooting.md'
const quoted = blocksOf(page)
  .filter(({ language }) => language === 'text')
  .flatMap(({ code }) => code.split('\n'))
const texts = sourceTexts()

/** Whether a text has the parts of a message in their order. `…` in the message stands for anything. */
function holds(text: string, message: string): boolean {
  let at = 0
  for (const part of message.split('…').filter((each) => each.trim() !== '')) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return true
}

test('the page quotes messages, each long enough to know it again', () => {
  expect(quoted.length).toBeGreaterThan(40)
  for (const message of quoted) expect(message.replaceAll('…', '').length).toBeGreaterThan(18)
})

test.each(quoted)('the sources say: %s', (message) => {
  expect(texts.some((text) => holds(text, message))).toBe(true)
})

test('a message that the sources lack is found out', () => {
  expect(texts.some((text) => holds(text, 'Expected … to be a mirror of HubSpot, got ….'))).toBe(
    false,
  )
})

test('every section about a code of HubSpot or the store names one of the page of errors', () => {
  const codes = [...read('docs/explain/errors.md').matchAll(/^### ([A-Z_]+)$/gm)].map(
    ([, code]) => code,
  )
  const named = [...read(page).matchAll(/Code \[`([A-Z_]+)`\]/g)].map(([, code]) => code)
  expect(named.length).toBeGreaterThan(5)
  for (const code of named) expect(codes).toContain(code)
})

test('every code and status that the page names is one of the sources', () => {
  const named = [...read(page).matchAll(/`([A-Z]+(?:_[A-Z]+)+|FORBIDDEN|UNAUTHENTICATED)`/g)].map(
    ([, code]) => code,
  )
  const codes = named.filter((name) => !/^(HUBSPOT|HUBSYNC|NODE)_/.test(name ?? ''))
  expect(codes.length).toBeGreaterThan(10)
  for (const code of codes) expect(texts).toContain(code)
})
