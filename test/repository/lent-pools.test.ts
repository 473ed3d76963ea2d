import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const places = ['README.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/*/*.ts']
const files = globSync(places).filter((file) =>
  /new (pg\.)?Pool\(/.test(readFileSync(file, 'utf8')),
)

test.each(files)('a pool that is shown in %s outlives connections that die', (file) => {
  const text = readFileSync(file, 'utf8')
  const pools = text.match(/new (pg\.)?Pool\(/g) ?? []
  expect(text.match(/pool\.on\('error', /g)).toHaveLength(pools.length)
})
