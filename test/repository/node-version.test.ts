import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { pages, read, root } from './docs-pages.js'

const folders = (name: string) =>
  readdirSync(join(root, name)).map((folder) => `${name}/${folder}/package.json`)
const manifests = ['package.json', ...folders('packages'), ...folders('examples')]
const needed = JSON.parse(read('package.json')).engines.node.replace('>=', '')

test.each(manifests)('%s names the version of Node.js that all others name', (manifest) => {
  expect(JSON.parse(read(manifest)).engines.node).toBe(`>=${needed}`)
})

test('the pages name no other version of Node.js', () => {
  const readmes = readdirSync(join(root, 'examples')).map((name) => `examples/${name}/README.md`)
  const written = [...pages.filter((page) => !page.startsWith('docs/decisions/')), ...readmes]
  const named = written.flatMap((page) =>
    [...read(page).matchAll(/\b22\.\d+/g)].map(([version]) => ({ page, version })),
  )
  expect(named.map(({ page }) => page)).toEqual(
    expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/guide/getting-started.md']),
  )
  expect(named.filter(({ version }) => version !== needed)).toEqual([])
})

test('core, emulator and cli look at the version with the same file', () => {
  const [core, ...others] = ['core', 'emulator', 'cli'].map((name) =>
    read(`packages/${name}/src/node-version.ts`),
  )
  for (const other of others) expect(other).toBe(core)
})

/** Runs a program on the built packages, in a Node.js that reports another version. */
async function runAs(versions: Record<string, string>, ...args: string[]) {
  const text = `Object.defineProperty(process, 'versions', { value: ${JSON.stringify(versions)} })`
  const disguise = `--import=data:text/javascript,${encodeURIComponent(text)}`
  const cwd = join(root, 'packages/adapter-sqlite')
  return promisify(execFile)(process.execPath, [disguise, ...args], { cwd }).then(
    ({ stdout }) => ({ code: 0, out: stdout, err: '' }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  )
}

const sentence = `hubsync needs Node.js ${needed} or later, but this is Node.js 20.20.2: update Node.js.`
const evaluate = (code: string) => ['--input-type=module', '--eval', code]

describe.concurrent('on a Node.js that is too old', () => {
  test.each([
    '@hubsync/core',
    '@hubsync/core/store',
    '@hubsync/adapter-sqlite',
    '@hubsync/conformance',
  ])('an import of %s says so in one sentence', async (name) => {
    const code = `import('${name}').catch(({ message }) => console.log(message))`
    const { out } = await runAs({ node: '20.20.2' }, ...evaluate(code))
    expect(out.trim()).toBe(sentence)
  })

  test('a require says so too', async () => {
    const code = `try { require('@hubsync/core') } catch ({ message }) { console.log(message) }`
    const { out } = await runAs({ node: '20.20.2' }, '--input-type=commonjs', '--eval', code)
    expect(out.trim()).toBe(sentence)
  })

  test('the command prints that sentence alone, with exit code 2', async () => {
    const main = join(root, 'packages/cli/dist/main.js')
    expect(await runAs({ node: '20.20.2' }, main, '--help')).toEqual({
      code: 2,
      out: '',
      err: `${sentence}\n`,
    })
  })
})

test.concurrent.each([
  ['the oldest that is supported', { node: `${needed}.0` }],
  ['a later major version', { node: '27.0.0' }],
  ['Bun, which names another', { node: '20.20.2', bun: '1.2.0' }],
])('%s is let through', async (_, versions) => {
  const code = `import('@hubsync/core/store').then(() => console.log('loaded'))`
  expect((await runAs(versions, ...evaluate(code))).out.trim()).toBe('loaded')
})

test('a runtime without `process` is let through', () => {
  const file = join(root, 'packages/core/dist/node-version.js')
  runInNewContext(readFileSync(file, 'utf8'))
})
