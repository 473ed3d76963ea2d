import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiler = join(root, 'node_modules/typescript7/bin/tsc')

/** What the compiler needs for NestJS. It changes nothing of files without decorators. */
export const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true }

/** What the compiler says about files, and all that they import. Empty if nothing is wrong. */
export function typeProblems(files: readonly string[]): string {
  const cache = join(root, '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'types-'))
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { ...decorators, incremental: false, tsBuildInfoFile: null },
    include: [],
    files,
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const { stdout, stderr, error } = spawnSync(process.execPath, [compiler, '-p', folder], {
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  if (error) throw error
  return stdout + stderr
}
