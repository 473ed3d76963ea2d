import { fileURLToPath } from 'node:url'
import type { Plugin, TestProjectConfiguration } from 'vitest/config'
import { replacementsOf as inSqliteStores } from './packages/adapter-sqlite/test/mutants.js'
import { serveMutants } from './test/serve-mutants.js'
import { replacementsOf as inCore } from './test/traps/traps.js'

/**
 * One project per package, so that a failure names the package it is in. Its files share processes, which saves loading the packages
 * once for each of them: a test leaves nothing behind, as `--sequence.shuffle` shows.
 */
const project = (
  name: string,
  root: string,
  {
    plugins = [],
    ...options
  }: {
    globalSetup?: string[]
    include?: string[]
    exclude?: string[]
    isolate?: boolean
    plugins?: Plugin[]
  } = {},
): TestProjectConfiguration => ({
  extends: true,
  plugins,
  test: { name, root, include: ['test/**/*.test.ts'], isolate: false, ...options },
})

const packages = ['core', 'emulator', 'conformance']

/** Wrong readers. */
const mutantsOfCore = serveMutants('../packages/core/src/', './traps/traps.ts', inCore)
/** Broken stores. */
const mutantsOfSqlite = serveMutants(
  '../packages/adapter-sqlite/src/',
  '../packages/adapter-sqlite/test/mutants.ts',
  inSqliteStores,
)

/** Starts a PostgreSQL server, or takes that of DATABASE_URL. */
const postgres = fileURLToPath(new URL('./test/postgres.ts', import.meta.url))

export default [
  ...packages.map((name) => project(name, `packages/${name}`)),
  project('adapter-sqlite', 'packages/adapter-sqlite', { plugins: [mutantsOfSqlite] }),
  project('adapter-postgres', 'packages/adapter-postgres', {
    globalSetup: [postgres],
    // Not every machine has the program: .ci/run names it where it can be installed.
    exclude: process.env.PGBOUNCER ? [] : ['test/pgbouncer.test.ts'],
  }),
  project('http', 'packages/http', { globalSetup: [postgres] }),
  project('cli', 'packages/cli', { globalSetup: [postgres] }),
  project('integration', '.', {
    globalSetup: [postgres],
    include: ['test/{integration,traps}/**/*.test.ts'],
    plugins: [mutantsOfCore],
  }),
  // Blocks of the docs run as programs of their own, on a console and an environment that others must not see.
  project('repository', '.', {
    globalSetup: [postgres],
    include: ['test/repository/**/*.test.ts'],
    isolate: true,
  }),
]
