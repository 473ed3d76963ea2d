import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { mayImport } from './package-imports.js'

const root = new URL('../..', import.meta.url).pathname
const core = join(root, 'packages/core/src')
const stages = ['client', 'extract', 'map', 'store', 'sync', 'view']

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

/** The modules that a file imports, with or without those of which it imports only types. */
function importsOf(file: string, { types }: { types: boolean }): string[] {
  // Without the comments, whose examples have imports too.
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/gm,
  )
  return [...found]
    .filter(([, typeOnly]) => types || typeOnly === undefined)
    .map(([, , from, dynamic]) => from ?? dynamic ?? '')
}

test('the stages of core sort in the order in which data flows', () => {
  const folders = readdirSync(core, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = folders.map(({ name }) => name).filter((name) => name !== 'objects')
  expect(names.sort()).toEqual(stages)
})

test.each(sources(core).map((file) => relative(core, file)))(
  'core/%s imports from upstream only',
  (name) => {
    const [stage, ...inner] = name.split('/')
    const isStage = inner.length > 0 && stages.includes(stage as string)
    const isRoof = ['index.ts', 'store.ts', 'create-hubspot-sync.ts'].includes(name)
    if (isRoof) return
    // Ground files may import a type from a stage, which is gone at run time. The options do so.
    for (const target of importsOf(join(core, name), { types: isStage })) {
      if (!target.startsWith('.')) continue
      const [folder] = relative(core, join(core, dirname(name), target)).split('/')
      if (!stages.includes(folder as string)) continue
      const upstream = isStage ? stages.slice(0, stages.indexOf(stage as string) + 1) : []
      expect(upstream, `${name} imports ${target}: see ARCHITECTURE.md, the import rule`).toContain(
        folder,
      )
    }
  },
)

test.each(readdirSync(join(root, 'packages')))('packages/%s imports only what it may', (name) => {
  for (const file of sources(join(root, 'packages', name, 'src')))
    for (const target of importsOf(file, { types: true })) {
      const [, ours] = /^@hubsync\/([^/]+)/.exec(target) ?? []
      if (ours === undefined) continue
      expect(
        mayImport[name],
        `${relative(root, file)} imports ${target}: see ARCHITECTURE.md`,
      ).toContain(ours)
    }
})

test.each(readdirSync(join(root, 'packages')))('packages/%s declares what it imports', (name) => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies }
  for (const file of sources(join(root, 'packages', name, 'src')))
    for (const target of importsOf(file, { types: true })) {
      if (target.startsWith('.') || target.startsWith('node:')) continue
      const dependency = target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/')
      expect(Object.keys(declared), relative(root, file)).toContain(dependency)
    }
})
