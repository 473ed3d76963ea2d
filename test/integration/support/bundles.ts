import { execFile } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type BuildOptions, build } from 'esbuild'
import { onTestFinished } from 'vitest'

/** The kinds of bundles. */
export const formats = ['esm', 'cjs'] as const
type Format = (typeof formats)[number]

const here = import.meta.dirname
export const root = join(here, '../../..')

/** What the guide adds to a bundle of ES modules for CommonJS packages. */
const guide = readFileSync(join(root, 'docs/guide/bundles.md'), 'utf8')
const banner = { esm: /--banner:js="(.+)"/.exec(guide)?.[1] ?? '', cjs: '' }

/** Makes all bundles, and returns their folder. */
export async function makeBundles(): Promise<string> {
  const built = mkdtempSync(join(tmpdir(), 'hubsync-bundles-'))
  for (const format of formats) {
    await make(format, 'bundled-process', join(built, 'all'))
    await make(format, 'bundled-process', join(built, 'small'), { minify: true })
    await make(format, 'bundled-process', join(built, 'without-client'), {
      external: ['@hubspot/api-client'],
    })
    await make(format, 'bundled-pool-process', join(built, 'pool'), {
      banner: { js: banner[format] },
    })
  }
  const { outfile: _, ...options } = optionsOf('esm', 'bundled-process', '')
  await build({
    ...{ ...options, splitting: true, outdir: join(built, 'split') },
    // Not by the name that a chunk may import too.
    banner: {
      js: banner.esm
        .replace('{ createRequire }', '{ createRequire as made }')
        .replace('= createRequire', '= made'),
    },
    outExtension: { '.js': '.mjs' },
  })
  return built
}

function make(format: Format, entry: string, out: string, more: BuildOptions = {}) {
  return build({ ...optionsOf(format, entry, out), ...more })
}

function optionsOf(format: Format, entry: string, out: string) {
  return {
    ...{ bundle: true, platform: 'node', target: 'node22', format, logLevel: 'error' },
    entryPoints: [join(here, `${entry}.ts`)],
    outfile: out + ending[format],
    // As a program has them that has installed the packages.
    alias: {
      ...Object.fromEntries(
        ['core', 'adapter-sqlite', 'adapter-postgres', 'http'].map((each) => [
          `@hubsync/${each}`,
          join(root, `packages/${each}/dist/index.js`),
        ]),
      ),
      '@hubsync/core/store': join(root, 'packages/core/dist/store.js'),
    },
  } satisfies BuildOptions
}

const ending = { esm: '.mjs', cjs: '.cjs' }

export const packages = {
  pg: folderOf('pg', root),
  'better-sqlite3': folderOf('better-sqlite3', root),
  'sql.js': folderOf('sql.js', join(root, 'packages/adapter-sqlite')),
}

function folderOf(name: string, from: string): string {
  const [found] = createRequire(join(from, 'package.json')).resolve.paths(name) ?? []
  return join(found ?? dirname(from), name)
}

/** A bundle in a folder of the running test's own, with no packages beside it at first. */
export function besideNothing(built: string, format: Format, name = 'all') {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-bundle-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const script = join(folder, `bundle${ending[format]}`)
  copyFileSync(join(built, name + ending[format]), script)
  const beside = (name: string) => {
    const there = join(folder, 'node_modules', name)
    mkdirSync(dirname(there), { recursive: true })
    return there
  }
  // NODE_PATH, which pnpm sets, would make packages available that aren't beside it.
  const { NODE_PATH: _, ...env } = process.env
  return {
    folder,
    install: (name: keyof typeof packages) => symlinkSync(packages[name], beside(name), 'dir'),
    breakPackage(name: string) {
      mkdirSync(beside(name))
      writeFileSync(join(beside(name), 'package.json'), JSON.stringify({ name, version: '99.0.0' }))
      writeFileSync(join(beside(name), 'index.js'), 'throw new Error("undefined symbol: napi_x")')
    },
    async run(args: string[], more: NodeJS.ProcessEnv = {}) {
      const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], {
        env: { ...env, ...more },
      })
      return JSON.parse(stdout) as Record<string, unknown>
    },
  }
}
