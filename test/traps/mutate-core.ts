import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitest/config'
import { mutantNamed } from './traps.js'

const core = fileURLToPath(new URL('../../packages/core/src/', import.meta.url))
const QUERY = '?mutant='

/**
 * Serves core's sources with a mutant's edits under the mutant's name: who imports `index.ts?mutant=5.1` gets a copy of the whole
 * package in which every file is the true one, but for the edits.
 */
export function mutateCore(): Plugin {
  return {
    name: 'hubsync:mutate-core',
    enforce: 'pre',

    async resolveId(source, importer) {
      const name = importer?.split(QUERY)[1]
      if (importer === undefined || name === undefined || source.includes(QUERY)) return null
      const found = await this.resolve(source, importer.split(QUERY)[0], { skipSelf: true })
      return found?.id.startsWith(core) ? `${found.id}${QUERY}${name}` : found
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
