import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitest/config'
import { mutantNamed } from './traps.js'

const core = fileURLToPath(new URL('../../packages/core/src/', import.meta.url))
const QUERY = '?mutant='

/**
 * Serves core's sources with a mutant's edits under the mutant's name: who imports `index.ts?mutant=5a` gets the package with the
 * edits. The edited files, and those that import them in some steps, are copies; all others are the true ones, which saves reading
 * the whole package once for each mutant.
 */
export function mutateCore(): Plugin {
  const copied = new Map<string, Set<string>>()
  const copies = (name: string) => {
    const known = copied.get(name) ?? dependentsOf(mutantNamed(name).edits.map(({ file }) => file))
    copied.set(name, known)
    return known
  }
  return {
    name: 'hubsync:mutate-core',
    enforce: 'pre',

    async resolveId(source, importer) {
      const name = importer?.split(QUERY)[1]
      if (importer === undefined || name === undefined || source.includes(QUERY)) return null
      const found = await this.resolve(source, importer.split(QUERY)[0], { skipSelf: true })
      if (!found?.id.startsWith(core)) return found
      return copies(name).has(found.id.slice(core.length)) ? `${found.id}${QUERY}${name}` : found
    },

    load(id) {
      const [path = '', name] = id.split(QUERY)
      if (name === undefined || !path.startsWith(core)) return null
      const file = path.slice(core.length)
      return mutantNamed(name)
        .edits.filter((edit) => edit.file === file)
        .reduce(
          (text, { find, replace }) => {
            const [before, after, ...more] = text.split(find)
            if (before === undefined || after === undefined || more.length > 0)
              throw new Error(
                `Expected core's ${file} to have exactly once what mutant ${name} replaces:\n${find}`,
              )
            return `${before}${replace}${after}`
          },
          readFileSync(path, 'utf8'),
        )
    },
  }
}

/** These files of core, and all that import one of them, be it by way of others. */
function dependentsOf(edited: readonly string[]): Set<string> {
  const found = new Set(edited)
  // A set goes on to what is added while it is walked.
  for (const file of found)
    for (const [importer, imported] of importsOfCore()) if (imported.has(file)) found.add(importer)
  return found
}

let imports: Map<string, Set<string>> | undefined

/** What each file of core imports of core, types aside. */
function importsOfCore(): Map<string, Set<string>> {
  imports ??= new Map(
    readdirSync(core, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const code = readFileSync(join(core, file), 'utf8').replaceAll(
          /^(import|export) type [^;]*? from .*$/gm,
          '',
        )
        const named = [...code.matchAll(/'(\.\.?\/[^']+)\.js'/g)]
        return [file, new Set(named.map(([, path]) => join(file, '..', `${path}.ts`)))]
      }),
  )
  return imports
}
