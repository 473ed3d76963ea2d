import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitest/config'
import type { Modules } from './trap.js'
import { mutantNamed } from './traps.js'

const core = fileURLToPath(new URL('../../packages/core/src/', import.meta.url))
const traps = fileURLToPath(new URL('./traps.ts', import.meta.url))
const QUERY = '?mutant='
/** What a file declares and exports, types aside. */
const EXPORTS = /^export (?:async function\*?|function\*?|class|const) (\w+)/gm

/**
 * Serves core's sources as a mutant has them under the mutant's name: who imports `index.ts?mutant=5a` gets the package with the exports
 * that the mutant replaces. The files of these, and those that import them in some steps, are copies; all others are the true ones, which
 * saves reading the whole package once for each mutant.
 */
export function mutateCore(): Plugin {
  const copied = new Map<string, Set<string>>()
  const copies = (name: string) => {
    const known = copied.get(name) ?? dependentsOf(Object.keys(mutantNamed(name).replaces))
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
      return withReplacedExports(name, path.slice(core.length), readFileSync(path, 'utf8'))
    },
  }
}

/**
 * A file whose last lines put the mutant's exports in the places of its own. So those that call them in the file itself get these too,
 * as all others do: what is exported is the name, and not what it stood for at first.
 */
function withReplacedExports(name: string, file: string, code: string): string {
  const { replaces } = mutantNamed(name)
  const replaced = Object.keys(replaces[file as keyof Modules] ?? {})
  if (replaced.length === 0) return code
  const exported = [...code.matchAll(EXPORTS)].map(([, each = '']) => each)
  for (const each of replaced)
    if (!exported.includes(each))
      throw new Error(`Expected core's ${file} to export what mutant ${name} replaces: ${each}`)
  const variable = code.replace(EXPORTS, (declared, each: string) =>
    replaced.includes(each) ? declared.replace('export const', 'export let') : declared,
  )
  return `import { replacedExports as REPLACED } from ${JSON.stringify(traps)}
${variable}
;({ ${replaced.join(', ')} } = REPLACED('${name}', '${file}', { ${exported.join(', ')} }))
`
}

/** These files of core, and all that import one of them, be it by way of others. */
function dependentsOf(replaced: readonly string[]): Set<string> {
  const found = new Set(replaced)
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
