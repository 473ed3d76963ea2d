import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const names = readdirSync(join(root, 'packages')).map((folder) => `@hubsync/${folder}`)
const changesets = readdirSync(join(root, '.changeset')).filter((name) => name.endsWith('.md'))

test.each(changesets)('%s names packages, what kind of version, and a sentence', (name) => {
  const text = readFileSync(join(root, '.changeset', name), 'utf8')
  const [, head = '', body = ''] = /^---\n\n?([\s\S]+?)\n---\n\n(\S[\s\S]*)$/.exec(text) ?? []
  const lines = head.split('\n').map((line) => /^"(.+)": (major|minor|patch)$/.exec(line)?.[1])
  for (const line of lines) expect(names, text).toContain(line)
  expect(body).not.toBe('')
})
