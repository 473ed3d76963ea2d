import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { blocksOf, itemsOf, read, root } from './docs-pages.js'
import { mayImport } from './package-imports.js'

const page = read('ARCHITECTURE.md')
const packages = readdirSync(join(root, 'packages'))
const adapters = packages.filter((name) => name.startsWith('adapter-'))

function sourcesOf(name: string): string[] {
  return readdirSync(join(root, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
}

/** The content of a package's `src`: files by name, folders with a slash at the end. */
function entriesOf(name: string): string[] {
  const entries = readdirSync(join(root, 'packages', name, 'src'), { withFileTypes: true })
  return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
}

/** The code spans of a text that name a file or a folder. */
function pathsIn(text: string): string[] {
  const prose = text.replaceAll(/^\s*```[\s\S]*?^\s*```/gm, '')
  return [...prose.matchAll(/`([^`\s]+)`/g)]
    .map(([, path]) => path as string)
    .filter(
      (path) => path.endsWith('/') || /\.(ts|json|md)$/.test(path) || /^packages\//.test(path),
    )
}

/** The folders of each package, and what it may import, as the list of packages says it. */
function listOfPackages(): Map<string, { folders: string; imports: string }> {
  return new Map(
    itemsOf('ARCHITECTURE.md').flatMap((item) => {
      const [, name, folders = '', imports = ''] =
        /^`packages\/([\w-]+)`: .*?(?:\. Folders: (.*?))?\. May import: (.*)$/.exec(item) ?? []
      return name ? [[name, { folders, imports }] as const] : []
    }),
  )
}

test('every file of a drawing is a source of core', () => {
  const sources = sourcesOf('core').map((source) => `/${source}`)
  const drawings = blocksOf('ARCHITECTURE.md').map(({ code }) => code)
  const named = [...drawings.join('\n').matchAll(/[\w/-]+\.ts\b/g)].map(([name]) => name)
  expect(named.length).toBeGreaterThan(10)
  const missing = named.filter((name) => !sources.some((source) => source.endsWith(`/${name}`)))
  expect(missing).toEqual([])
})

test('every folder of a drawing is a folder of core', () => {
  const drawings = blocksOf('ARCHITECTURE.md').map(({ code }) => code)
  const named = [...drawings.join('\n').matchAll(/(?<![\w/-])([\w-]+\/)(?![\w-])/g)].map(
    ([, name]) => name as string,
  )
  expect(named.length).toBeGreaterThan(5)
  const folders = entriesOf('core')
  expect(named.filter((name) => !folders.includes(name))).toEqual([])
})

test('every folder and file directly in core is named in a drawing', () => {
  const drawings = blocksOf('ARCHITECTURE.md').map(({ code }) => code)
  const words = drawings.join('\n').split(/\s+/)
  expect(entriesOf('core').filter((name) => !words.includes(name))).toEqual([])
})

test('every file and folder that the text names is there', () => {
  const sources = packages.flatMap((name) => sourcesOf(name).map((source) => `${name}/${source}`))
  const isThere = (path: string) => {
    if (path.includes('*.') || path.endsWith('/*')) return existsSync(join(root, path.slice(0, -1)))
    if (path.startsWith('*-'))
      return adapters.every((name) =>
        sources.some((source) => source.startsWith(`${name}/`) && source.endsWith(path.slice(1))),
      )
    const bare = path.replace(/\/$/, '')
    return (
      existsSync(join(root, bare)) || sources.some((source) => `/${source}`.endsWith(`/${bare}`))
    )
  }
  const named = pathsIn(page)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((path) => !isThere(path))).toEqual([])
})

test('every source of an adapter is named', () => {
  const named = pathsIn(page)
  const isNamed = (entry: string) =>
    named.some((path) => (path.startsWith('*-') ? entry.endsWith(path.slice(1)) : path === entry))
  for (const name of adapters)
    expect(
      entriesOf(name).filter((entry) => !isNamed(entry) && entry !== 'index.ts'),
      name,
    ).toEqual([])
})

test('the list of packages has every package, its folders, and what it may import', () => {
  const list = listOfPackages()
  expect([...list.keys()].sort()).toEqual([...packages].sort())
  for (const [name, { folders, imports }] of list) {
    if (name !== 'core')
      expect(pathsIn(folders).sort(), name).toEqual(
        entriesOf(name)
          .filter((entry) => entry.endsWith('/'))
          .sort(),
      )
    const [names = ''] = imports.split(':')
    const allowed = names === 'none of ours' ? [] : names.split(', ')
    expect(allowed.sort(), name).toEqual([...(mayImport[name] ?? [])].sort())
  }
})

test('every entry of a package that others import is named', () => {
  for (const name of packages) {
    const { exports } = JSON.parse(read(`packages/${name}/package.json`))
    for (const entry of Object.keys(exports).filter((key) => /^\.\/[\w-]+$/.test(key)))
      expect(page, `@hubsync/${name}`).toContain(`\`@hubsync/${name}${entry.slice(1)}\``)
  }
})
