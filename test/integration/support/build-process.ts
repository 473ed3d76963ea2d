import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/**
 * Builds a script for processes of its own, from the sources of the packages.
 *
 * @returns where it is.
 */
export async function buildProcess(source: string, name: string): Promise<string> {
  const script = path(`../../../.cache/${name}/${source.replace(/^.*\/|\.ts$/g, '')}.js`)
  await build({
    ...{ entry: [path(`../${source}`)], outDir: dirname(script), format: 'esm' },
    ...{ target: 'node22', config: false, dts: false, silent: true, splitting: false },
    ...{ noExternal: [/^@hubsync\//, 'valibot'], tsconfig: path('../../../tsconfig.json') },
    external: ['better-sqlite3', 'pg', '@hubspot/api-client'],
  })
  return script
}
