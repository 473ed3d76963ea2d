import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

/** Bundles an entry and our sources into one file that another process can run. Returns its path. */
export async function bundle(entry: string): Promise<string> {
  const bundled = path(`../.cache/${basename(entry, '.ts')}.js`)
  await build({
    entry: [path(entry)],
    outDir: dirname(bundled),
    format: 'esm',
    config: false,
    target: 'node22',
    splitting: false,
    silent: true,
    dts: false,
    clean: false,
    noExternal: ['@hubsync/core'],
    tsconfig: path('../tsconfig.json'),
    esbuildOptions(options) {
      const core = (entry: string) => path(`../../core/src/${entry}.ts`)
      options.alias = { '@hubsync/core': core('index'), '@hubsync/core/store': core('store') }
    },
  })
  return bundled
}
