import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import {
  column,
  companies,
  contacts,
  createHubspotSync,
  createMirrorReader,
  deals,
  defineObject,
  type HubspotSync,
  type JobReport,
  type MirrorReader,
  memoryStore,
  type RunReport,
} from '../src/index.js'

const accessToken = 'pat-na1-0'
const sync = createHubspotSync({ accessToken, store: memoryStore() })
const runAll = () => sync.run()
type Report = Awaited<ReturnType<typeof runAll>>

describe('the types of a mirror', () => {
  test('have the jobs that the definitions imply in every report', () => {
    expectTypeOf<Report['jobs']['deals']>().toEqualTypeOf<JobReport>()
    expectTypeOf<Report['jobs']['associations']>().toEqualTypeOf<JobReport>()
    expectTypeOf<Report['jobs']['deals:census']>().toEqualTypeOf<JobReport>()
  })

  test('have the jobs that were named, and no others', async () => {
    const run = () => sync.run({ jobs: ['deals:census', 'contacts'] })
    type Named = Awaited<ReturnType<typeof run>>['jobs']
    expectTypeOf<Named>().toEqualTypeOf<{ 'deals:census': JobReport; contacts: JobReport }>()
  })

  test('refuse jobs, objects and associations that there are not', () => {
    // @ts-expect-error No object is called so.
    const job = () => sync.run({ jobs: ['dealz'] })
    // @ts-expect-error No object is called so.
    const object = () => sync.list('dealz')
    // @ts-expect-error No object is called so.
    const other = () => sync.related('deals', '1', 'dealz')
    const pair = () =>
      createHubspotSync({
        accessToken,
        store: memoryStore(),
        // @ts-expect-error No object is called so.
        associations: [['deals', 'dealz']],
      })
    // @ts-expect-error No object is called so.
    const report = ({ jobs }: Report) => jobs.dealz
    expect([job, object, other, pair, report]).toHaveLength(5)
  })

  test('refuse filters by other columns, and values of another type', () => {
    const people = contacts.extend({
      columns: { vip: column.boolean('is_vip'), tags: column.list('tags') },
    })
    const objects = [people, deals] as const
    const mine = createHubspotSync({ accessToken, store: memoryStore(), objects })
    const right = () => [
      mine.list('contacts', { where: { email: 'a@example.com', vip: null, tags: null } }),
      mine.list('deals', { where: { amount: '5000.00' }, raw: false }),
    ]
    // @ts-expect-error No column is called so.
    const unknown = () => mine.list('contacts', { where: { emial: 'a@example.com' } })
    // @ts-expect-error It is a column of contacts.
    const other = () => mine.list('deals', { where: { email: 'a@example.com' } })
    // @ts-expect-error It is true, false or null.
    const value = () => mine.list('contacts', { where: { vip: 'true' } })
    // @ts-expect-error Decimals are text.
    const decimal = () => mine.list('deals', { where: { amount: 5000 } })
    // @ts-expect-error Lists are not compared.
    const list = () => mine.list('contacts', { where: { tags: ['a'] } })
    expect([right, unknown, other, value, decimal, list]).toHaveLength(6)
  })

  test('let a mirror of any objects be given where any mirror fits', () => {
    const pets = defineObject({ type: '2-1', name: 'pets', columns: { name: column.text('name') } })
    const mine = createHubspotSync({ accessToken, store: memoryStore(), objects: [pets, deals] })
    expectTypeOf(mine).toExtend<HubspotSync>()
    const reader = createMirrorReader({ store: memoryStore(), objects: [pets, deals] })
    expectTypeOf(reader).toExtend<MirrorReader>()
    expectTypeOf<Report>().toExtend<RunReport>()
  })

  test('follow columns that are added', () => {
    const people = contacts.extend({ columns: { vip: column.boolean('is_vip') } })
    const mine = createHubspotSync({
      accessToken,
      store: memoryStore(),
      objects: [people, companies],
    })
    type Row = NonNullable<Awaited<ReturnType<typeof mine.get<'contacts'>>>>
    expectTypeOf<Row['vip']>().toEqualTypeOf<boolean | null>()
  })

  test('know the name of an object that is extended where it is given', () => {
    const mine = createHubspotSync({
      accessToken,
      store: memoryStore(),
      objects: [contacts.extend({ properties: 'all' }), deals.extend({ history: ['stage'] })],
    })
    type Status = Awaited<ReturnType<typeof mine.status>>
    expectTypeOf<keyof Status['objects']>().toEqualTypeOf<'contacts' | 'deals'>()
  })
})

describe('an editor that points at', () => {
  const seen = `import { column, contacts, createHubspotSync, memoryStore } from '../src/index.js'
import type { InferTables } from '../src/index.js'
const sync = createHubspotSync({ store: memoryStore() })
export const row = (await sync.list('deals')).results[0]
export const light = (await sync.get('deals', '1', { raw: false }))
export const report = await sync.run({ jobs: ['deals', 'deals:census'] })
export const jobs = report.jobs
export const all = (await sync.run()).jobs
export const status = await sync.status()
export const objects = status.objects
export const people = contacts.extend({ columns: { vip: column.boolean('is_vip') } })
export declare const tables: InferTables<[typeof people], 'sqlite'>
export const line = tables.contacts
export const owner = tables.owners
`
  const file = fileURLToPath(new URL('seen-in-an-editor.ts', import.meta.url))
  let shown: (name: string) => string

  beforeAll(() => {
    const root = fileURLToPath(new URL('../../..', import.meta.url))
    const config = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile).config as unknown
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    const settings = { ...options, noErrorTruncation: true } as ts.CompilerOptions
    const textOf = (name: string) => (name === file ? seen : readFileSync(name, 'utf8'))
    const { fileExists, readFile, readDirectory, directoryExists } = ts.sys
    const service = ts.createLanguageService({
      ...{ fileExists, readFile, readDirectory, directoryExists },
      getCompilationSettings: () => settings,
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      getScriptFileNames: () => [file],
      getScriptVersion: () => '1',
      getScriptSnapshot: (name) =>
        name === file || ts.sys.fileExists(name)
          ? ts.ScriptSnapshot.fromString(textOf(name))
          : undefined,
    })
    shown = (name) => {
      const at = seen.indexOf(`const ${name}`) + 'const '.length
      const info = service.getQuickInfoAtPosition(file, at)
      return ts.displayPartsToString(info?.displayParts)
    }
  }, 60_000)

  test("a row is shown the row's own fields", () => {
    expect(shown('row')).toMatch(/^const row: \{\n {4}name: string \| null;|\{\n {4}id: string;/)
    expect(shown('row')).toContain('closeDate: string | null;')
    expect(shown('row')).not.toMatch(/InferRow|ReadOf|RowOf|Omit|&/)
  })

  test('a row without raw is shown the fields that are left', () => {
    expect(shown('light')).toContain('amount: string | null;')
    expect(shown('light')).not.toMatch(/raw|InferRow|ReadOf|RowOf|Omit|&/)
  })

  test('a report is shown the jobs that were named', () => {
    expect(shown('jobs')).toMatch(
      /^const jobs: \{\s+deals: JobReport;\s+"deals:census": JobReport;\s+\}$/,
    )
    expect(shown('all')).toContain('contacts: JobReport;')
  })

  test('a line of a table is shown its columns', () => {
    expect(shown('line')).toContain('vip: number | null;')
    expect(shown('owner')).toContain('user_id: string | null;')
    expect(shown('line') + shown('owner')).not.toMatch(/Line|Columns|Omit|&/)
  })

  test('an extended definition is shown its columns, those that it had and those that it got', () => {
    expect(shown('people')).toContain('readonly email: Column<"email", string>;')
    expect(shown('people')).toContain('vip: Column<"boolean", boolean>;')
    expect(shown('people')).not.toMatch(/Omit|Record|&/)
  })

  test('a status is shown its objects', () => {
    const each = 'contacts|companies|deals'
    expect(shown('objects')).toMatch(
      new RegExp(`^const objects: \\{\\s+((${each}): ObjectStatus;\\s+){3}\\}$`),
    )
  })
})
