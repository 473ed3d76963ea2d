import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const packages = ['core', 'adapter-sqlite', 'adapter-postgres', 'conformance', 'http', 'cli']

const sources = packages.flatMap((name) => {
  const folder = join(root, 'packages', name, 'src')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file))
})

function filesWith(pattern: RegExp): string[] {
  return sources
    .filter((file) => pattern.test(readFileSync(file, 'utf8')))
    .map((file) => relative(root, file))
}

test('what came is told by expected.ts wherever an option or argument is refused', () => {
  const byHand =
    /\b(InvalidOptionError|UsageError|InvalidArgumentError)\(\s*(['"`])Expected [^\n]*, got /
  expect(filesWith(byHand)).toEqual([])
})

test('durations are parsed in one place', () => {
  expect(filesWith(/\bms\|s\|m\|h\|d\b/)).toEqual(['packages/core/src/durations.ts'])
})
