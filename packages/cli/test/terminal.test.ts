import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { JobProgress } from '../src/progress-board.js'
import { folded, progressLine } from '../src/progress-line.js'
import { table } from '../src/table.js'
import {
  createWorld,
  fill,
  hubsync,
  temporaryDatabase,
  temporaryFolder,
  use,
} from './support/world.js'

const env = { HUBSPOT_ACCESS_TOKEN: 'pat-eu1-token', HUBSPOT_BASE_URL: 'http://127.0.0.1:9' }
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length))

describe('a table', () => {
  test('leaves out the columns that are all zero', () => {
    const text = table(
      ['object', 'read', 'gone'],
      [
        ['contacts', '3', '0'],
        ['deals', '0', '0'],
      ],
    )
    expect(text).toBe('object    read\ncontacts     3\ndeals        0')
  })

  test('that is too wide for 80 columns becomes several, each with the first column', () => {
    const headings = ['object', ...Array.from({ length: 9 }, (_, index) => `a heading ${index}`)]
    const text = table(headings, [
      ['contacts', ...'123456789'],
      ['deals', ...'987654321'],
    ])
    expect(widest(text)).toBeLessThanOrEqual(80)
    const blocks = text.split('\n\n')
    expect(blocks).toHaveLength(2)
    for (const block of blocks) expect(block).toMatch(/^object .*\ncontacts .*\ndeals /)
    for (const heading of headings) expect(text).toContain(heading)
  })
})

test('every command answers within 80 columns', async () => {
  const world = await createWorld()
  const ids = fill(world.portal, 130)
  for (const id of ids.slice(0, 3)) world.portal.archive('contacts', id)
  for (const command of [
    'plan',
    'sync',
    'status',
    'verify',
    'sync contacts contacts:census associations',
  ]) {
    const { out } = await hubsync(world, command)
    const tables = out.split('\n').filter((line) => /^\w+(:\w+)? {2}/.test(line))
    expect(tables.length, command).toBeGreaterThan(0)
    expect(widest(tables.join('\n')), command).toBeLessThanOrEqual(80)
  }
})

describe('a line of progress', () => {
  const progress: JobProgress = {
    job: 'contacts',
    phase: 'backfill',
    done: 1_234_567,
    total: 2_345_678,
    rate: 2_345,
    remainingMs: 5_400_000,
  }

  test.each([40, 60, 80, 100, 200])('is never wider than %d columns', (columns) => {
    for (const job of ['contacts', 'a_rather_long_name_of_an_object:archived'])
      for (const total of [undefined, 2_345_678])
        expect(progressLine({ ...progress, job, total }, columns).length).toBeLessThanOrEqual(
          columns,
        )
  })

  test('shows all of it where there is room, and the counts longest', () => {
    expect(progressLine(progress, 100)).toMatch(/^contacts backfill +█{10}░{10} 52% .* to go$/)
    expect(progressLine(progress, 90)).toMatch(/^contacts backfill +█+░+ 52% .* to go$/)
    expect(progressLine(progress, 50)).toBe('contacts backfill 52% 1,234,567 of 2,345,678')
  })
})

test('what is said above the bars is folded at words, and nothing of it is lost', () => {
  const text = `✗ contacts: 120 read, failed: ${'a long reason '.repeat(20)}${'x'.repeat(90)}`
  const lines = folded(text, 79)
  expect(widest(lines)).toBeLessThanOrEqual(79)
  expect(lines.replaceAll(/\s+/g, '')).toBe(text.replaceAll(/\s+/g, ''))
})

test('on a terminal of 60 columns no line of progress is wider', async () => {
  const world = await createWorld({
    limits: { burst: 10_000, search: 1_000, associations: 10_000 },
  })
  fill(world.portal, 450)
  const { err } = await hubsync(world, 'sync', { terminal: true, columns: 60 })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a terminal is moved.
  const shown = err.replaceAll(/\x1b\[[\d;?]*[A-Za-z]/g, '\n')
  expect(shown).toContain('450')
  expect(widest(shown)).toBeLessThan(60)
})

test('a single call, record or change is one, not several', async () => {
  const world = await createWorld()
  const [first = ''] = fill(world.portal)
  await hubsync(world, 'sync')
  const { out } = await hubsync(world, 'sync deals --max-calls 1')
  expect(out).toMatch(/^portal \d+: partial, 1 call in /)
  expect(out).toContain("The run's 1 call is spent.")
  world.portal.update('contacts', first, { firstname: 'Ada' })
  await hubsync(world, 'sync')
  expect((await hubsync(world, 'changes')).out).toMatch(/^1 change; to go on/m)
  const going = use(
    { folder: world.folder, env: {} },
    'emulate --port 0 --contacts 1 --companies 1 --deals 1'.split(' '),
  )
  await going.shows('HUBSYNC_STORE')
  going.signals.emit('SIGINT')
  expect((await going.outcome).out).toMatch(/: 1 contact, 1 company, 1 deal, until/)
})

describe('sync ends with', () => {
  const queryOf = (out: string) => /A query to try:\n {2}(SELECT .*;)$/m.exec(out)?.[1] ?? ''

  test('the file of the mirror, and a query that works there', async () => {
    const world = await createWorld()
    fill(world.portal, 9)
    const { out } = await hubsync(world, 'sync')
    const file = join(world.folder, 'hubspot.db')
    expect(out).toContain(`The mirror is in sqlite:${file}.`)
    const database = new DatabaseSync(file, { readOnly: true })
    onTestFinished(() => database.close())
    expect(database.prepare(queryOf(out)).all()).toHaveLength(5)
  })

  test('the server of the mirror without a password, and a query that works there', async () => {
    const world = await createWorld()
    fill(world.portal, 9)
    const connectionString = await temporaryDatabase()
    const { out } = await hubsync(
      { ...world, env: { ...world.env, HUBSYNC_STORE: connectionString } },
      'sync',
    )
    expect(out).toMatch(/The mirror is in postgres:\/\/[^:]+@\S+\. /)
    const client = new pg.Client({ connectionString })
    await client.connect()
    const { rows } = await client.query(queryOf(out))
    await client.end()
    expect(rows).toHaveLength(5)
  })

  test('how to go on, where it ended early', async () => {
    const world = await createWorld()
    fill(world.portal, 450)
    const { out } = await hubsync(world, 'sync --max-calls 5')
    expect(out.match(/run again/gi)).toHaveLength(1)
    expect(out).toContain('Run again to go on.')
  })

  test('nothing about going on, where it is complete', async () => {
    const world = await createWorld()
    fill(world.portal)
    expect((await hubsync(world, 'sync')).out).not.toMatch(/run again/i)
  })
})

test('a host that is not found ends sync at once, with its name, and no advice to run again', async () => {
  const folder = temporaryFolder()
  const started = { ...env, HUBSPOT_BASE_URL: 'http://no-such-host.invalid' }
  const { code, err } = await hubsync({ folder, env: started }, 'sync')
  expect(code).toBe(1)
  expect(err).toMatch(/^HUBSPOT_UNAVAILABLE: .*no-such-host\.invalid.*HUBSPOT_BASE_URL/m)
  expect(err).not.toMatch(/run again|again in/i)
})

test('changes names the record that a merge has left', async () => {
  const world = await createWorld()
  const [kept = '', lost = ''] = fill(world.portal)
  await hubsync(world, 'sync')
  const winner = world.portal.merge('contacts', kept, lost)
  await hubsync(world, 'sync')
  const { out } = await hubsync(world, 'changes')
  expect(out).toMatch(new RegExp(`  merged  contacts ${lost} into ${winner}$`, 'm'))
  const { results } = JSON.parse((await hubsync(world, 'changes --json')).out)
  expect(results).toContainEqual(
    expect.objectContaining({ kind: 'merged', id: lost, into: winner }),
  )
})

describe('init --yes', () => {
  test('asks nothing, and writes a configuration that works', async () => {
    const world = await createWorld()
    world.folder = temporaryFolder()
    fill(world.portal)
    const { code, out } = await hubsync(world, 'init --yes')
    expect(code).toBe(0)
    const [scopes, ...others] = out.split('\n').sort((one, other) => other.length - one.length)
    // One line, so that it is copied as one.
    expect(scopes).toBe(
      'crm.objects.contacts.read crm.objects.companies.read crm.objects.deals.read crm.objects.owners.read',
    )
    expect(Math.max(...others.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(existsSync(join(world.folder, 'hubsync.config.ts'))).toBe(true)
    expect((await hubsync(world, 'sync')).code).toBe(0)
  })

  test('leaves a configuration that is there as it is', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'hubsync.config.ts'), 'mine')
    expect((await hubsync({ folder, env }, 'init --yes')).code).toBe(2)
    expect(readFileSync(join(folder, 'hubsync.config.ts'), 'utf8')).toBe('mine')
  })
})

test('-v is the version', async () => {
  const world = { folder: temporaryFolder(), env }
  const { code, out } = await hubsync(world, '-v')
  expect(code).toBe(0)
  expect(out).toBe((await hubsync(world, '--version')).out)
  expect(out).toMatch(/^\d+\.\d+\.\d+/)
})

describe('completion', () => {
  const print = async (shell: string) =>
    (await hubsync({ folder: temporaryFolder(), env }, `completion ${shell}`)).out

  /** What bash offers after these words. */
  function offered(script: string, ...words: string[]): string[] {
    const list = words.map((word) => `'${word}'`).join(' ')
    const call = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _hubsync; printf '%s\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', `${script}\n${call}`], { encoding: 'utf8' })
    expect(stderr).toBe('')
    return stdout.trim().split('\n')
  }

  test('for bash offers the commands, and the options of each', async () => {
    const script = await print('bash')
    expect(offered(script, 'hubsync', 's')).toEqual(['sync', 'status', 'serve'])
    expect(offered(script, 'hubsync', 'sync', '--ma')).toEqual(['--max-calls'])
    expect(offered(script, 'hubsync', 'init', '--')).toEqual(['--force', '--yes'])
  })

  test.each(['zsh', 'fish'])(
    'for %s names every command, and every option of it',
    async (shell) => {
      const script = await print(shell)
      for (const name of [
        'sync',
        'status',
        'verify',
        'plan',
        'changes',
        'serve',
        'emulate',
        'init',
      ])
        expect(script).toMatch(new RegExp(shell === 'zsh' ? `'${name}:` : ` -a ${name} -d '`))
      for (const flag of ['max-calls', 'store', 'repair', 'after', 'port', 'yes'])
        expect(script).toContain(shell === 'zsh' ? `'--${flag}:` : ` -l ${flag} -d '`)
    },
  )

  test.each(['zsh', 'fish'])('for %s closes every quote that it opens', async (shell) => {
    const script = (await print(shell)).replaceAll(/'[^'\n]*'/g, '')
    expect(script).not.toContain("'")
  })

  test('for another shell says which there are', async () => {
    expect(await hubsync({ folder: temporaryFolder(), env }, 'completion csh')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/bash, zsh, fish/),
    })
  })
})
