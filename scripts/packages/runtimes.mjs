// Runs the packed packages under Bun and Deno: a mirror of an emulated portal on each driver, read back with SQL from Node.js, and the
// command. Both runtimes come from the npm registry, whose packages have their binaries inside.

import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { createDatabase, openServer } from '../../test/postgres-server.ts'
import { compare } from '../demo/compare.mjs'
import { packAll } from './pack.mjs'

const versions = { bun: '1.4.5', deno: '2.9.6' }
const drivers = ['node:sqlite', 'better-sqlite3', 'sql.js', 'pg']
/** The rights that a mirror needs in Deno, and those that better-sqlite3 needs beside them. */
const rights = ['--allow-env', '--allow-net', '--allow-read', '--allow-write']
const nativeRights = ['--allow-ffi', '--allow-sys']

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, '.cache/runtimes')
const project = join(folder, 'project')
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { createPortal } = await import(join(root, 'packages/emulator/dist/index.js'))

const programs = await installRuntimes()
await installProject()
const postgres = await openServer(['fsync=off'])
try {
  for (const runtime of Object.keys(versions)) {
    for (const driver of drivers) await tryMirror(runtime, driver)
    await tryCommand(runtime)
  }
} finally {
  await postgres.stop()
}

/** The program of each runtime. */
async function installRuntimes() {
  const tools = join(folder, 'tools')
  mkdirSync(tools, { recursive: true })
  await npmInstall(tools, { private: true, dependencies: versions })
  const modules = join(tools, 'node_modules')
  // Without its install script, the package `bun` has no program: that is in the package for this platform.
  const [bun] = readdirSync(join(modules, '@oven'))
  const [deno] = readdirSync(join(modules, '@deno'))
  return { bun: join(modules, '@oven', bun, 'bin/bun'), deno: join(modules, '@deno', deno, 'deno') }
}

async function installProject() {
  rmSync(project, { recursive: true, force: true })
  cpSync(join(root, 'scripts/packages/runtimes'), project, { recursive: true })
  const dependencies = packAll(join(folder, 'packs'))
  for (const name of ['better-sqlite3', 'pg']) dependencies[name] = devDependencies[name]
  await npmInstall(project, { private: true, type: 'module', dependencies })
}

async function npmInstall(cwd, manifest) {
  writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--silent']
  await execute('npm', ['install', ...options], { cwd })
}

/** A first run, changes in the portal, and a second run. After each, portal and mirror have to be equal. */
async function tryMirror(runtime, driver) {
  const portal = createPortal({ seed: `${runtime} ${driver}` })
  const [ada, bob, eve] = ['ada', 'bob', 'eve'].map((name) =>
    portal.create('contacts', { email: `${name}@example.com`, firstname: `${name} 🦉` }),
  )
  const company = portal.create('companies', { name: 'Analytical Engines' })
  for (const contact of [ada, bob]) portal.associate('contacts', contact, 'companies', company)
  const { place, query, close } = await (driver === 'pg' ? inPostgres() : inFile(runtime, driver))
  const more = driver === 'better-sqlite3' ? nativeRights : []
  const run = () => use(runtime, portal, more, ['mirror.mjs', driver, place])

  const first = await run()
  await expectEqual(portal, query)
  portal.create('contacts', { email: 'zoe@example.com' })
  portal.update('contacts', ada, { firstname: null, lastname: 'Lovelace' })
  portal.archive('contacts', eve)
  portal.dissociate('contacts', bob, 'companies', company)
  portal.update('contacts', bob, { lastname: 'Babbage' })
  const second = await run()
  await expectEqual(portal, query)
  await close()

  const expected = [
    { status: 'complete', created: 3, updated: 0, verified: 'equal', served: [3, 3] },
    { status: 'complete', created: 1, updated: 2, verified: 'equal', served: [3, 3] },
  ].map((outcome) => JSON.stringify(outcome))
  if (`${first}${second}` !== `${expected.join('\n')}\n`)
    throw new Error(
      `Expected ${driver} under ${runtime} to give\n${expected}, got\n${first}${second}`,
    )
  console.log(`✓ ${driver} under ${runtime} ${versions[runtime]}`)
}

/** The command, with the SQLite that the runtime finds, and a configuration in TypeScript. */
async function tryCommand(runtime) {
  const portal = createPortal({ seed: runtime })
  portal.create('contacts', { email: 'ada@example.com' })
  rmSync(join(project, 'command.db'), { force: true })
  const program = 'node_modules/@hubsync/cli/dist/main.js'
  const run = (name) => use(runtime, portal, nativeRights, [program, name, '--json'])
  const { status, jobs } = JSON.parse(await run('sync'))
  const { status: verified } = JSON.parse(await run('verify'))
  if (status !== 'complete' || jobs.contacts?.created !== 1 || verified !== 'equal')
    throw new Error(`Expected the command to mirror a contact under ${runtime}, got ${status}.`)
  console.log(`✓ hubsync under ${runtime} ${versions[runtime]}`)
}

/** What the program prints. It has to end well, and to write nothing to standard error. */
async function use(runtime, portal, more, args) {
  const server = await portal.listen()
  const env = { ...process.env, HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_BASE_URL: server.url }
  const flags = ['run', '--no-prompt', '--node-modules-dir=manual', ...rights, ...more]
  const all = runtime === 'deno' ? [...flags, ...args] : args
  const options = { cwd: project, env }
  // Rejects with both outputs too.
  const { code, stdout, stderr } = await execute(programs[runtime], all, options).catch((e) => e)
  await server.close()
  if (code !== undefined || stderr !== '')
    throw new Error(
      `Expected \`${runtime} ${all.join(' ')}\` to end well and quietly, got:\n${stdout}${stderr}`,
    )
  return stdout
}

async function inPostgres() {
  const { url } = await createDatabase(postgres, 'runtimes', ['search_path=hubspot'])
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const query = async (sql) => (await client.query(sql)).rows
  return { place: url, query, close: () => client.end() }
}

async function inFile(runtime, driver) {
  const place = join(project, `${runtime}-${driver.replace(':', '-')}.db`)
  const query = (sql) => {
    const database = new DatabaseSync(place)
    try {
      return database.prepare(sql).all()
    } finally {
      database.close()
    }
  }
  return { place, query, close() {} }
}

async function expectEqual(portal, query) {
  const truth = {
    records: (type, archived) => portal.records(type, { archived }),
    associations: (from, to) => portal.associations(from, to),
  }
  const { differences } = await compare(truth, query, portal.portalId)
  if (differences.length > 0)
    throw new Error(`Expected portal and mirror to be equal:\n${differences.join('\n')}`)
}
