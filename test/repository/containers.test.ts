import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProgram } from '../../packages/cli/src/program.js'
import { Session, type Surroundings } from '../../packages/cli/src/session.js'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

test('compose.yaml calls commands of hubsync, with options that they have', () => {
  const { commands } = createProgram(new Session({ env: {} } as Surroundings))
  const called = [...read('compose.yaml').matchAll(/command: \[(.+)\]/g)].map(([, words]) =>
    (words as string).split(', '),
  )
  expect(called.map(([name]) => name).sort()).toEqual(['serve', 'sync'])
  for (const [name, ...words] of called) {
    const options = commands.find((each) => each.name() === name)?.options.map(({ long }) => long)
    for (const word of words.filter((each) => each.startsWith('--')))
      expect(options).toContain(word)
  }
})

test('.env.example has every variable that compose.yaml takes from there', () => {
  const taken = [...read('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name)
  const given = [...read('.env.example').matchAll(/^(\w+)=$/gm)].map(([, name]) => name)
  expect(given.sort()).toEqual([...new Set(taken)].sort())
})

test('the image starts what the package @hubsync/cli names as its program', () => {
  const { bin } = JSON.parse(read('packages/cli/package.json'))
  const [, program] = /^ENTRYPOINT .*"\/application\/(.+)"\]$/m.exec(read('Dockerfile')) ?? []
  expect(`./${program}`).toBe(bin.hubsync)
})
