import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitest/config'

/** Replacements of a module's exports. Each is made from the real one and all other exports of the module. */
type ReplacedExports<Module> = {
  readonly [Name in keyof Module]?: (true_: Module[Name], module: Module) => Module[Name]
}

/** The replacements in these modules, by file and name. */
export type Replacements<Modules> = {
  readonly [File in keyof Modules]?: ReplacedExports<Modules[File]>
}

/** The same, of whatever modules. */
type AnyReplacements = { readonly [file: string]: object | undefined }

const QUERY = '?mutant='
/** What a file declares and exports, without types. */
const EXPORTS = /^export (?:async function\*?|function\*?|class|const) (\w+)/gm

/**
 * Serves a package's sources as a mutant has them under the mutant's name: who imports `index.ts?mutant=5a` gets the package with the
 * exports that the mutant replaces. The files of these, and those that import them in some steps, are copies; all others are the true
 * ones, which saves reading the whole package once for each mutant.
 *
 * @param folder - of the sources, seen from here.
 * @param mutants - the file that exports `replacementsOf`, seen from here. It imports nothing but types, since the servers of tests read it.
 */
export function serveMutants(
  folder: string,
  mutants: string,
  replacementsOf: (name: string) => AnyReplacements,
): Plugin {
  const sources = fileURLToPath(new URL(folder, import.meta.url))
  const list = fileURLToPath(new URL(mutants, import.meta.url))
  const copied = new Map<string, Set<string>>()
  const copies = (name: string) => {
    const known = copied.get(name) ?? dependentsOf(Object.keys(replacementsOf(name)), sources)
    copied.set(name, known)
    return known
  }
  return {
    name: 'hubsync:serve-mutants',
    enforce: 'pre',

    async resolveId(source, importer) {
      const name = importer?.split(QUERY)[1]
      if (importer === undefined || name === undefined || source.includes(QUERY)) return null
      const found = await this.resolve(source, importer.split(QUERY)[0], { skipSelf: true })
      if (!found?.id.startsWith(sources)) return found
      return copies(name).has(found.id.slice(sources.length)) ? `${found.id}${QUERY}${name}` : found
    },

    load(id) {
      const [path = '', name] = id.split(QUERY)
      if (name === undefined || !path.startsWith(sources)) return null
      const file = path.slice(sources.length)
      const replaced = Object.keys(replacementsOf(name)[file] ?? {})
      const code = readFileSync(path, 'utf8')
      if (replaced.length === 0) return code
      const made = `REPLACEMENTS_OF('${name}')['${file}']`
      return `import { replacementsOf as REPLACEMENTS_OF } from ${JSON.stringify(list)}
${withReplaced(replaced, made, code)}`
    },
  }
}

/**
 * A file whose last lines put a mutant's exports in the places of its own. So those that call them in the file itself get these too,
 * as all others do: what is exported is the name, and not what it stood for at first.
 */
function withReplaced(replaced: readonly string[], made: string, code: string): string {
  const exported = [...code.matchAll(EXPORTS)].map(([, each = '']) => each)
  for (const each of replaced)
    if (!exported.includes(each))
      throw new Error(
        `Expected the file to export what a mutant replaces, ${each}, got ${exported}`,
      )
  const variable = code.replace(EXPORTS, (declared, each: string) =>
    replaced.includes(each) ? declared.replace('export const', 'export let') : declared,
  )
  const places = replaced.map((each) => `${each} = MADE.${each}(TRUE.${each}, TRUE)`)
  return `${variable}
const TRUE = { ${exported.join(', ')} }
const MADE = ${made}
${places.join('\n')}
`
}

/** These files, and all that import one of them, directly or not. */
function dependentsOf(replaced: readonly string[], sources: string): Set<string> {
  const found = new Set(replaced)
  const imports = importsIn(sources)
  // A set also iterates over what is added during the iteration.
  for (const file of found)
    for (const [importer, imported] of imports) if (imported.has(file)) found.add(importer)
  return found
}

/** The imports of each file of a package from the package, without types. */
function importsIn(sources: string): Map<string, Set<string>> {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  return new Map(
    files
      .filter((file) => file.endsWith('.ts'))
      .map((file) => {
        const code = readFileSync(join(sources, file), 'utf8').replaceAll(
          /^(import|export) type [^;]*? from .*$/gm,
          '',
        )
        const named = [...code.matchAll(/'(\.\.?\/[^']+)\.js'/g)]
        return [file, new Set(named.map(([, path]) => join(file, '..', `${path}.ts`)))]
      }),
  )
}
