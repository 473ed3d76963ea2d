import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPortal } from '@hubsync/emulator'
import { http, passthrough } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { createProgram } from '../../packages/cli/src/program.js'
import { Session, type Surroundings } from '../../packages/cli/src/session.js'
import { typeProblems } from '../type-problems.js'
import { databaseNamed, fill, onServer, openMirrors } from './docs-mirrors.js'
import {
  anchorsOf,
  blocksOf,
  itemsOf,
  linkedPages,
  linksOf,
  pages,
  programsOf,
  read,
  root,
} from './docs-pages.js'

/** The Postgres that pages connect to. Each of their programs gets a database of its own. */
const serverOfDocs = 'postgres://user:password@localhost:5432/crm'

/** The variables that pages use whose first block is a test. */
const given: Record<string, string> = {
  'packages/emulator/README.md': `import { createPortal } from '@hubsync/emulator'
const portal = createPortal()
const id = portal.create('contacts', {})`,
}

/** The store that a guide builds, at its place in this repository. */
const ownStore = JSON.stringify(join(root, 'examples/own-store/store.ts'))

const blocks = pages.flatMap(blocksOf)
const folder = join(root, '.cache/docs')
const databases = mkdtempSync(join(tmpdir(), 'hubsync-docs-'))
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
afterAll(() => rmSync(databases, { recursive: true, force: true }))

const programs = pages
  .flatMap((page) => programsOf(page, given[page]))
  .map((program) => {
    const name = `${program.page.replaceAll(/\W+/g, '-')}-${program.line}`
    const file = join(folder, `${name}.ts`)
    // Each has a mirror of its own.
    const database = JSON.stringify(join(databases, `${name}.db`))
    const server = program.code.includes(serverOfDocs)
      ? databaseNamed(`docs_${process.pid}_${program.line}`)
      : undefined
    const code = program.code
      .replaceAll("'hubspot.db'", database)
      .replaceAll(serverOfDocs, server?.href ?? '')
      .replaceAll("'./store.ts'", ownStore)
    writeFileSync(file, `${code}\nexport {}\n`)
    return { ...program, file, server, title: `${program.page}:${program.line}` }
  })

describe('a block', () => {
  test.each(blocks)('of $page, line $line, is in a language that is checked', ({ language }) => {
    expect(['ts', 'sql', 'sh', 'json', 'yaml', 'text']).toContain(language)
  })

  test('of TypeScript fits the types', () => {
    expect(typeProblems(programs.map(({ file }) => file))).toBe('')
  })
})

describe('a block of TypeScript', () => {
  const runnable = programs.filter(({ isTest, notRun }) => !isTest && notRun === undefined)
  // All at once, because they wait for HubSpot's limits most of the time.
  const outcomes = new Map<string, Promise<unknown>>()
  const portal = createPortal({ limits: { burst: 10_000, search: 1_000, associations: 10_000 } })
  fill(portal)
  // A block may open a portal of its own on a port.
  const local = http.all('http://127.0.0.1:*/*', () => passthrough())
  const server = setupServer(...portal.handlers(), local)
  const servers = runnable.flatMap(({ server }) => server ?? [])
  beforeAll(async () => {
    for (const each of servers) await onServer(`CREATE DATABASE ${each.pathname.slice(1)}`)
    server.listen({ onUnhandledFrame: 'error' })
    vi.stubEnv('HUBSPOT_ACCESS_TOKEN', portal.token)
    for (const method of ['log', 'table', 'error'] as const)
      vi.spyOn(console, method).mockImplementation(() => {})
    const start = (file: string) => {
      const outcome = import(file)
      outcome.catch(() => {})
      outcomes.set(file, outcome)
      return outcome
    }
    // With so many at once, a connection to Postgres could wait so long that the client gives up.
    for (const { file } of runnable.filter((each) => each.server)) await start(file).catch(() => {})
    for (const { file } of runnable.filter((each) => !each.server)) start(file)
  }, 180_000)
  afterAll(async () => {
    server.close()
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
    for (const each of servers)
      await onServer(`DROP DATABASE ${each.pathname.slice(1)} WITH (FORCE)`)
  })

  test.each(runnable)('runs: $title', async ({ file }) => {
    await outcomes.get(file)
  })
})

describe.each(programs.filter(({ isTest, notRun }) => isTest && notRun === undefined))(
  'the test of $title',
  async ({ file }) => {
    await import(file)
  },
)

describe('a block of SQL', () => {
  let mirrors: Awaited<ReturnType<typeof openMirrors>>
  beforeAll(async () => {
    mirrors = await openMirrors(databases, inject('databaseUrl'))
  }, 60_000)
  afterAll(() => mirrors.close())

  const runnable = blocks
    .filter(({ language, notRun }) => language === 'sql' && !notRun)
    .flatMap((block) =>
      ['sqlite', 'postgres']
        .filter((name) => block.database === undefined || block.database === name)
        .map((name) => ({ ...block, name })),
    )
  test.each(runnable)('finds something in $name: $page, line $line', async ({ code, name }) => {
    for (const statement of code.split(/;\s*$/m).filter((text) => text.trim() !== ''))
      expect(await mirrors.queries[name]?.(statement), statement).not.toEqual([])
  })

  test('is there for both databases', () => {
    const of = (name: string) => blocks.filter(({ database }) => database === name).length
    expect(of('postgres')).toBe(of('sqlite'))
  })
})

describe('a block that is a file', () => {
  const files = blocks.filter(({ file }) => file !== undefined)

  test.each(files)('is that file, to the letter: $file', ({ code, file = '' }) => {
    expect(`${code}\n`).toBe(read(file))
  })

  test('is there for every source of the store that the guide builds', () => {
    const folder = 'examples/own-store'
    const sources = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts'))
    const shown = files.map(({ file }) => file)
    expect(shown.sort()).toEqual(sources.map((name) => `${folder}/${name}`).sort())
  })
})

describe('a command', () => {
  const { scripts, devDependencies } = JSON.parse(read('package.json'))
  const ours = readdirSync(join(root, 'packages')).map((folder) => `@hubsync/${folder}`)
  const known = [...Object.keys(devDependencies), ...ours]
  const hubsync = createProgram(new Session({ env: {} } as Surroundings))

  /** A `hubsync` command with options that it has. */
  function expectCommand(name: string, words: readonly string[]): void {
    const command = hubsync.commands.find((each) => each.name() === name)
    expect(command, `hubsync ${name}`).toBeDefined()
    const options = command?.options.map(({ long }) => long)
    for (const word of words.filter((each) => each.startsWith('-')))
      expect(options, `hubsync ${name} ${word}`).toContain(word.replace(/=.*$/, ''))
  }

  const commands = blocks
    .filter(({ language, notRun }) => language === 'sh' && notRun === undefined)
    .flatMap(({ page, code }) =>
      code
        .split('\n')
        .filter((line) => line.trim() !== '' && !line.startsWith('#'))
        .map((command) => ({ page, command: command.replace(/ +# .*$/, '') })),
    )

  test.each(commands)('exists: $command ($page)', ({ command }) => {
    const words = command.replace(/^([A-Z_]+=\S+ +)+/, '').replace(/^npx hubsync /, 'hubsync ')
    const [program, verb = '', ...rest] = words.split(/ +/)
    const run = ['npm', 'pnpm'].includes(program as string)
    if (run && verb === 'install') {
      for (const name of rest.filter((word) => !word.startsWith('-'))) expect(known).toContain(name)
    } else if (run && verb === 'run') {
      expect(Object.keys(scripts)).toContain(rest[0])
      const [, verb = '', ...given] = rest.slice(1)
      if (rest[0] === 'hubsync') expectCommand(verb, given)
    } else if (program === 'hubsync') {
      expectCommand(verb, rest)
    } else if (run) {
      expect(['test', 'exec']).toContain(verb)
    } else {
      expect(program, 'put `<!-- not run: why -->` above the block').toBe('node')
      expect(existsSync(join(root, verb)), verb).toBe(true)
    }
  })
})

describe('a link', () => {
  test.each(linkedPages)('of %s leads somewhere', (page) => {
    for (const { link, file, anchor } of linksOf(page)) {
      expect(existsSync(join(root, file)), link).toBe(true)
      if (anchor !== '') expect(anchorsOf(file), link).toContain(anchor)
    }
  })

  test.each(linkedPages)('of %s to a test names one that is there', (page) => {
    for (const [, link, names] of read(page).matchAll(/\]\((\S+?\.ts)\)((?:\s+›\s+“[^”]+”)+)/g)) {
      const target = linksOf(page).find((each) => each.link === link)
      const text = readFileSync(join(root, target?.file ?? ''), 'utf8')
      for (const [, name] of (names as string).matchAll(/“([^”]+)”/g))
        expect(text, `${link} › ${name}`).toContain(name)
    }
  })
})

test.each(['llms.txt', 'README.md'])('%s leads to every guide and explanation', (from) => {
  const linked = linksOf(from).map(({ file }) => file)
  const wanted = pages.filter((page) => /^docs\/(guide|explain)\//.test(page))
  expect(wanted.filter((page) => !linked.includes(page))).toEqual([])
})

describe('the page of errors', () => {
  const source = read('packages/core/src/errors.ts')
  const [, union = ''] = /HubsyncErrorCode =([\s\S]*?)\n\n/.exec(source) ?? []
  const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code as string)

  test('has a paragraph for every code, and none for a code that is gone', () => {
    const page = read('docs/explain/errors.md')
    const headings = [...page.matchAll(/^#+ ([A-Z][A-Z_]+)$/gm)].map(([, heading]) => heading)
    expect(codes.length).toBeGreaterThan(0)
    expect(headings.sort()).toEqual([...codes].sort())
  })
})

test('the list of options has every option', () => {
  const source = read('packages/core/src/options.ts')
  const [, body = ''] =
    /interface HubspotSyncOptions<[\s\S]*?> \{\n([\s\S]*?)\n\}/.exec(source) ?? []
  const options = [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name)
  const items = itemsOf('docs/guide/getting-started.md')
  expect(options.length).toBeGreaterThan(5)
  for (const option of options)
    expect(items).toContainEqual(expect.stringMatching(new RegExp(`^\`${option}\`( \\(|:)`)))
})
