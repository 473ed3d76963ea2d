import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { expectRunnable } from '../src/drivers/better-sqlite3.js'
import { bundle } from './bundle.js'
import { SqlitePlace } from './sqlite-harness.js'

let bundled: string
beforeAll(async () => {
  bundled = await bundle('drivers-entry.ts')
}, 60_000)

const require = createRequire(import.meta.url)
const folders = {
  'better-sqlite3': dirname(require.resolve('better-sqlite3/package.json')),
  'sql.js': dirname(dirname(require.resolve('sql.js'))),
}

/** A folder with only these packages, and a function that runs a process in it. */
function installed(...packages: (keyof typeof folders)[]) {
  const place = new SqlitePlace()
  onTestFinished(() => place.dispose())
  mkdirSync(join(place.directory, 'node_modules'))
  for (const name of packages)
    symlinkSync(folders[name], join(place.directory, 'node_modules', name), 'dir')
  const script = join(place.directory, 'entry.mjs')
  copyFileSync(bundled, script)
  // pnpm's binaries set NODE_PATH, by which Node.js would find packages that aren't installed here.
  const { NODE_PATH: _, ...env } = process.env
  const run = (flags: string[] = [], ...named: string[]) => {
    const args = [...flags, script, place.file, ...named]
    return execFileSync(process.execPath, args, { encoding: 'utf8', env })
  }
  return { place, run }
}

const withoutNodeSqlite = ['--no-experimental-sqlite']

test('better-sqlite3 is chosen if it is installed', () => {
  const { place, run } = installed('better-sqlite3', 'sql.js')
  expect(run()).toBe('better-sqlite3\n')
  expect(existsSync(place.file)).toBe(true)
})

test('node:sqlite is chosen if better-sqlite3 is not installed', () => {
  const { place, run } = installed('sql.js')
  expect(run()).toBe('node:sqlite\n')
  expect(existsSync(place.file)).toBe(true)
})

test('sql.js is chosen if no other driver is available', () => {
  const { place, run } = installed('sql.js')
  expect(run(withoutNodeSqlite)).toBe('sql.js\n')
  expect(readFileSync(place.file, 'latin1').slice(0, 15)).toBe('SQLite format 3')
})

test('if there is no driver at all, the error says how to get one', () => {
  const { run } = installed()
  expect(run(withoutNodeSqlite)).toMatch(/^DRIVER_MISSING .*npm install better-sqlite3/)
})

test.each([
  ['better-sqlite3', /^DRIVER_MISSING .*npm install better-sqlite3/],
  ['node:sqlite', /^DRIVER_MISSING .*Expected a Node.js with node:sqlite/],
  ['sql.js', /^DRIVER_MISSING .*npm install sql\.js/],
])('a named driver that is missing is not replaced by another: %s', (driver, error) => {
  const { place, run } = installed()
  expect(run(withoutNodeSqlite, driver)).toMatch(error)
  expect(existsSync(place.file)).toBe(false)
})

/** A folder with a better-sqlite3 of this code. */
function withBroken(code: string) {
  const { place, run } = installed('sql.js')
  const folder = join(place.directory, 'node_modules/better-sqlite3')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "name": "better-sqlite3", "version": "13.0.0" }')
  writeFileSync(join(folder, 'index.js'), code)
  return run
}

const failure = 'throw new Error("wrong ELF class")'

test.each([
  ['when it is loaded', failure],
  ['at its first database', `module.exports = class { constructor() { ${failure} } }`],
])('a better-sqlite3 that fails %s is an error that names the driver of Node.js', (_, code) => {
  const run = withBroken(code)
  expect(run()).toMatch(/^STORE_FAILED .*"better-sqlite3" to load: wrong ELF class/)
  expect(run()).toContain("name another `driver`: 'node:sqlite' is part of Node.js.")
})

test('the driver that works is the next one after a broken one', () => {
  const run = withBroken(failure)
  expect(run([], 'working')).toBe('node:sqlite STORE_FAILED\n')
  expect(run(withoutNodeSqlite, 'working')).toBe('sql.js STORE_FAILED\n')
})

test('a Node.js that better-sqlite3 would crash is refused before the driver is loaded', () => {
  expect(() => expectRunnable(9)).toThrow(
    expect.objectContaining({
      code: 'DRIVER_MISSING',
      message: expect.stringMatching(/Node\.js 22\.14 or later for better-sqlite3 \d+\./),
    }),
  )
  expect(() => expectRunnable(10)).not.toThrow()
})
