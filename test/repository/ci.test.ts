import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const workflows = readdirSync(join(root, '.github/workflows')).map(
  (name) => `.github/workflows/${name}`,
)

/** Whether .ci/run finds the server and the pooler for the second run of Postgres's tests. */
const runsTwice = ['/usr/lib/postgresql/15/bin/postgres', '/usr/sbin/pgbouncer'].every(existsSync)

/** Runs .ci/run with these programs in place of those that it calls. Returns its status and its last lines. */
async function runWith(programs: Record<'npm' | 'npx', string>) {
  const folder = mkdtempSync(join(tmpdir(), 'hubsync-ci-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, script] of Object.entries({ 'apt-get': 'exit 0', ...programs })) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` }
  return new Promise<{ status: number; lines: string[]; last: string | undefined }>((resolve) => {
    execFile(join(root, '.ci/run'), { env }, (error, stdout) => {
      const lines = stdout.trimEnd().split('\n')
      resolve({ status: Number(error?.code ?? 0), lines, last: lines.at(-1) })
    })
  })
}

const passes = 'if [ "$1" = test ]; then echo "9 passed, 0 failed, 2 skipped"; fi'
const again = 'echo "3 passed, 0 failed, 0 skipped"'

test('the last line of .ci/run sums the tests of all its runs', async () => {
  const sum = `${runsTwice ? 12 : 9} passed, 0 failed, 2 skipped`
  expect(await runWith({ npm: passes, npx: again })).toMatchObject({ status: 0, last: sum })
})

const failures: [what: string, npm: string, npx: string][] = [
  ['the tests', 'if [ "$1" = test ]; then echo "8 passed, 1 failed, 2 skipped"; exit 1; fi', again],
  ['the check', `${passes}; [ "$1" = test ]`, again],
]
if (runsTwice)
  failures.push(['the older server', passes, 'echo "2 passed, 1 failed, 0 skipped"; exit 1'])

test.each(failures)(
  '.ci/run fails for %s, and ends with the sum all the same',
  async (_, npm, npx) => {
    const { status, last } = await runWith({ npm, npx })
    expect(status).toBe(1)
    expect(last).toMatch(/^\d+ passed, [01] failed, 2 skipped$/)
  },
)

test('.ci/run names the tests that failed at its end, whatever came after them', async () => {
  const failed = 'failed: core test/a.test.ts > adds: expected 1 to be 2'
  const npm = `if [ "$1" = test ]; then echo "${failed}"; echo "8 passed, 1 failed, 2 skipped"; exit 1; fi; echo checked`
  const { lines } = await runWith({ npm, npx: again })
  expect(lines.slice(-3, -1)).toEqual(['', failed])
})

test.each(workflows)('%s names every action by its commit, with the tag beside it', (name) => {
  const uses = [...read(name).matchAll(/^\s*- uses: (.+)$/gm)].map(([, action]) => action)
  expect(uses.length).toBeGreaterThan(0)
  for (const action of uses) expect(action).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
})

test('what the pages say of supported versions is what the workflow runs on', () => {
  const versions = (name: string) =>
    new RegExp(`^ +${name}: \\[(.+)\\]$`, 'm')
      .exec(read('.github/workflows/ci.yml'))?.[1]
      ?.split(', ')
  const [oldest, ...newer] = versions('node') ?? []
  const node = new RegExp(
    `Node\\.js ${[oldest, ...newer.slice(0, -1)].join(', ')} (and|or) ${newer.at(-1)}, from ${oldest}\\.14 on`,
  )
  const postgres = versions('postgres') ?? []
  for (const page of [
    'README.md',
    'docs/guide/getting-started.md',
    'packages/adapter-postgres/README.md',
  ]) {
    expect(read(page), page).toMatch(node)
    expect(read(page), page).toContain(`PostgreSQL ${postgres[0]} to ${postgres.at(-1)}`)
  }
  const { typescript, typescript7 } = JSON.parse(read('package.json')).devDependencies
  for (const page of ['README.md', 'docs/guide/getting-started.md', '.changeset/first-release.md'])
    expect(read(page), page).toContain(
      `TypeScript ${Number.parseInt(typescript, 10)} and ${Number.parseInt(typescript7.split('@')[1], 10)}`,
    )
  for (const folder of readdirSync(join(root, 'packages')))
    expect(JSON.parse(read(`packages/${folder}/package.json`)).engines.node, folder).toBe(
      `>=${oldest}.14`,
    )
})

test('the workflow tries Bun and Deno, and the pages name the versions, drivers and rights that it tries', () => {
  const tried = read('scripts/packages/runtimes.mjs')
  const listed = (name: string) => {
    const [, list = ''] = new RegExp(`^const ${name} = [[{](.+)[\\]}]$`, 'm').exec(tried) ?? []
    return [...list.matchAll(/'([^']+)'/g)].map(([, each]) => each)
  }
  expect(JSON.parse(read('package.json')).scripts['check:runtimes']).toContain('runtimes.mjs')
  expect(read('.github/workflows/ci.yml')).toMatch(/^ +- run: .* run check:runtimes$/m)
  const [bun, deno] = listed('versions')
  for (const page of ['README.md', 'docs/guide/runtimes.md', '.changeset/first-release.md'])
    expect(read(page), page).toContain(`Bun ${bun} and Deno ${deno}`)
  const page = read('docs/guide/runtimes.md')
  expect([...page.matchAll(/ by `([^`]+)`/g)].map(([, driver]) => driver)).toEqual(
    listed('drivers'),
  )
  expect(page).toContain(`deno run --node-modules-dir=manual ${listed('rights').join(' ')} `)
  expect(page).toContain(
    `with ${listed('nativeRights')
      .map((right) => `\`${right}\``)
      .join(', ')}`,
  )
})

test('the workflow tries Next.js, and the page of recipes names the version that it tries', () => {
  const major = (version = '') => Number.parseInt(version, 10)
  const [, version] = /\bnext: '([\d.]+)'/.exec(read('scripts/packages/next.mjs')) ?? []
  expect(JSON.parse(read('package.json')).scripts['check:next']).toContain('next.mjs')
  expect(read('.github/workflows/ci.yml')).toMatch(/^ +- run: .* run check:next$/m)
  expect(read('docs/guide/recipes.md')).toContain(`Next.js ${version}`)
  const { devDependencies } = JSON.parse(read('package.json'))
  const told = read('.changeset/first-release.md')
  expect(told).toContain(
    `NestJS ${major(devDependencies['@nestjs/core'])} and Next.js ${major(version)}`,
  )
})
