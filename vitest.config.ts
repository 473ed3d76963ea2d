import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { folderInMemory } from './test/folder-in-memory.js'
import { LongFilesFirst } from './test/long-files-first.js'
import projects from './vitest.workspace.js'

const source = (name: string) =>
  fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url))

// Before any of them is started: databases of tests are written there, and PostgreSQL's too.
process.env.TMPDIR ??= folderInMemory()

export default defineConfig({
  resolve: {
    alias: {
      '@hubsync/core/store': source('core').replace('index.ts', 'store.ts'),
      '@hubsync/core': source('core'),
      '@hubsync/adapter-postgres': source('adapter-postgres'),
      '@hubsync/adapter-sqlite': source('adapter-sqlite'),
      '@hubsync/emulator': source('emulator'),
      '@hubsync/conformance': source('conformance'),
      '@hubsync/http': source('http'),
      '@hubsync/cli': source('cli'),
    },
  },
  test: {
    projects,
    // By default one core is kept free, which on two cores doubles the time. Nearly half of the tests' time is waiting, for a
    // database, a process or a timer of theirs: with twice as many files as there are cores, two cores have work all the time.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    passWithNoTests: false,
    sequence: { sequencer: LongFilesFirst },
    testTimeout: 60_000,
    reporters: ['default', './scripts/closing-line.mjs'],
  },
})
