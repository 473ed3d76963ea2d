import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { postgresStore } from '@hubsync/adapter-postgres'
import { sqliteStore } from '@hubsync/adapter-sqlite'
import {
  type Column,
  column,
  companies,
  contacts,
  createMirrorReader,
  deals,
  defineObject,
  isHubsyncError,
  memoryStore,
  type ObjectDefinition,
  type Store,
} from '@hubsync/core'
import { type Batch, mirrorSchema } from '@hubsync/core/store'
import { createHttpHandler } from '@hubsync/http'
import Database from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { pairsAmong } from '../../packages/core/src/objects/pairs.js'
import { reservedNames } from '../../packages/core/src/objects/reserved-names.js'
import {
  databases,
  storesWithoutSqlJs,
  temporaryFolder,
  temporarySchema,
} from './support/stores.js'
import { createWorld, populate } from './support/world.js'

const columns = { note: column.text('note') }
const objects = [contacts, companies, deals]

/** An object of the user's own, with the given name. */
const called = (name: string, typeId = '2-1') => defineObject({ type: typeId, name, columns })

/** A mirror of these objects. Nothing is opened before it is read. */
const open = (given: readonly ObjectDefinition[], associations?: unknown) =>
  createMirrorReader({ store: memoryStore(), objects: given, associations } as never)

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) })

describe('the name of an object', () => {
  test.each(Object.keys(reservedNames))('may not be %s, and the error says what has it', (name) => {
    const problem = invalid(new RegExp(`got an object named "${name}": that is .*another \`name\``))
    expect(() => open([contacts, called(name)])).toThrow(problem)
  })

  test('may be none of those that jobs, streams, paths and tables have or are to have', () => {
    expect(Object.keys(reservedNames)).toEqual(
      expect.arrayContaining([
        ...['queue', 'verify', 'associations', 'catalogue', 'reference', 'properties'],
        ...['status', 'changes', 'health', 'api', 'etl', 'webhooks', 'runs'],
        ...['owners', 'teams', 'owners_teams', 'pipelines', 'pipeline_stages', 'object_types'],
        ...['property_groups', 'property_definitions', 'property_options', 'association_types'],
      ]),
    )
  })

  test.each(['sync_pets', 'sqlite_pets', 'Pets', 'constructor', 'a'.repeat(41)])(
    'may not be %s, which can not be that of a table',
    (name) => expect(() => called(name)).toThrow(invalid(/a table name/)),
  )

  test.each(['history', 'history_gaps', 'stages', 'labelled', 'by_status_and_id', 'pkey'])(
    'may not be that of another object and _%s',
    (ending) => {
      const both = [called('pets', '2-1'), called(`pets_${ending}`, '2-2')]
      const problem = invalid(new RegExp(`name of its own, but "pets_${ending}" is both`))
      expect(() => open(both)).toThrow(problem)
      expect(() => open(both.toReversed())).toThrow(problem)
    },
  )

  test('may not be that of a pair, of its indexes, or make a pair that is called as something else', () => {
    const pairs = [['contacts', 'companies']]
    const clash = (...more: ObjectDefinition[]) => open([...objects, ...more], pairs)
    expect(() => clash(called('contacts_companies'))).toThrow(
      invalid(/"contacts_companies" is both/),
    )
    expect(() => clash(called('contacts_companies_by_to_and_from'))).toThrow(invalid(/is both/))
    const stages = [contacts, called('stages')]
    expect(() => open(stages, [['contacts', 'stages']])).toThrow(
      invalid(/"contacts_stages" is both/),
    )
    expect(() => open(stages, [['stages', 'contacts']])).not.toThrow()
    const parts = [called('pipeline', '2-1'), called('stages', '2-2')]
    expect(() => open(parts, [['pipeline', 'stages']])).toThrow(invalid(/"pipeline_stages"/))
    const ambiguous = [
      ...[called('a', '2-1'), called('b_c', '2-2'), called('a_b', '2-3'), called('c', '2-4')],
    ]
    const wanted = [
      ['a', 'b_c'],
      ['a_b', 'c'],
    ]
    expect(() => open(ambiguous, wanted)).toThrow(invalid(/"a_b_c" is both/))
  })

  test('may not be that of another object', () => {
    expect(() => open([contacts, called('contacts')])).toThrow(invalid(/but "contacts" is both/))
  })
})

test('no column is called as one that a database has in every table', () => {
  for (const name of ['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid', 'oid', 'rowid'])
    expect(() => contacts.extend({ columns: { [name]: column.text('x') } })).toThrow(
      invalid(new RegExp(`to be called "${name}"`)),
    )
})

/** A store that reports each stream whose checkpoint is moved. */
function listening(store: Store, heard: Set<string>): Store {
  return new Proxy(store, {
    get(target, member) {
      const value = Reflect.get(target, member)
      if (typeof value !== 'function') return value
      return (...given: unknown[]) => {
        const [batch] = given as [Parameters<Store['commit']>[0]]
        if (member === 'commit' && batch.checkpoint) heard.add(batch.checkpoint.stream)
        return Reflect.apply(value, target, given)
      }
    },
  })
}

describe.each(storesWithoutSqlJs)('on $name', ({ open: openStore }) => {
  test('every job, stream and path is one that no object may be called as', async () => {
    const heard = new Set<string>()
    const hear = (details: object) => {
      const { job } = details as { job?: string }
      if (job) heard.add(job)
    }
    const logger = { debug: hear, info: hear, warn: hear, error: hear }
    const { portal, sync, clock } = createWorld(listening(openStore(), heard), { logger })
    const { contacts: people } = populate(portal, { contacts: 5, companies: 2, deals: 2 })
    await clock.advance(7_200_000)
    const onEvent = hear
    await sync.run({ onEvent })
    await sync.run({ onEvent, jobs: sync.jobs })
    await sync.verify({ onEvent, repair: true })
    await sync.plan()
    await sync.syncRecords('contacts', people.slice(0, 1))
    await sync.enqueue([{ object: 'contacts', id: people[0] as string }])
    await sync.syncQueued()
    await sync.refreshProperties({ properties: ['firstname'], onEvent })
    for (const { jobs } of await sync.runs()) for (const job of jobs) heard.add(job)
    const handler = createHttpHandler({ sync, auth: 'token', webhooks: { clientSecret: 'secret' } })
    onTestFinished(() => handler.close())
    const request = new Request('https://crm.example.com/api/docs-json', {
      headers: { authorization: 'Bearer token' },
    })
    const { paths } = (await (await handler.fetch(request)).json()) as { paths: object }
    const parts = Object.keys(paths).map((path) => path.split('/').slice(1))
    for (const [first, second, third] of parts) {
      heard.add(String(first))
      if (first === 'etl' && second === 'hubspot' && third) heard.add(third)
    }
    const names = new Set([...heard].map((name) => name.split(':')[0] as string))
    // To show that something was reported at all.
    for (const name of ['queue', 'verify', 'associations', 'etl', 'runs'])
      expect(names).toContain(name)
    for (const name of names) expect(isFree(name), `the name ${name}`).toBe(false)
  })
})

describe.each(databases)('on $name', ({ name: database }) => {
  test('every table, view, index and sequence is called as no object may be', async () => {
    const mine = defineObject({ type: '2-1', name: 'pets', columns: { born: column.date('born') } })
    const pairs = [['contacts', 'companies'] as const, ['pets', 'contacts'] as const]
    const given = { objects: [...objects, mine], associations: pairs }
    const { store, relations } = openDatabase(database)
    await store.migrate(mirrorSchema(given.objects, pairsAmong(given.objects, given.associations)))
    const names = await relations()
    expect(names).toEqual(expect.arrayContaining(['contacts', 'pets', 'contacts_companies']))
    for (const name of names) expect(isFree(name, given), `the name ${name}`).toBe(false)
  })

  test('whatever word stands in the SQL of the stores may be the name of a column, or is refused', async () => {
    const { store } = openDatabase(database)
    const words = wordsOfSql()
    expect(words.length).toBeGreaterThan(100)
    const wanted: Record<string, Column> = {}
    for (const word of words) {
      const name = word.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
      if (canBeColumn(name)) wanted[name] = column.text(word)
    }
    const wide = defineObject({ type: '2-1', name: 'wide', columns: wanted })
    await store.migrate(mirrorSchema([wide], []))
    const filled = (value: string) =>
      Object.fromEntries(Object.keys(wanted).map((name) => [name, `${name} ${value}`]))
    const moments = ['2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'] as const
    for (const [index, updatedAt] of moments.entries()) {
      const values = filled(String(index))
      const raw = { id: '1', properties: {}, createdAt: updatedAt, updatedAt, archived: false }
      const base = {
        id: '1',
        status: 'ACTIVE',
        url: null,
        createdAt: null,
        archivedAt: null,
      } as const
      const rows: Batch['rows'] = [
        { object: 'wide', rows: [{ ...base, updatedAt, values, raw }], feed: true },
      ]
      await store.commit({ portalId: '1', at: updatedAt, rows })
      expect((await store.get('1', 'wide', '1'))?.values).toEqual(values)
      expect((await store.list('1', 'wide', { limit: 10 }))[0]?.values).toEqual(values)
    }
    const [, change] = await store.changes('1', { limit: 10 })
    expect(Object.keys(change?.columns ?? {})).toHaveLength(Object.keys(wanted).length)
  })

  test('whatever word stands in the SQL of the stores may be the name of an object, or is refused', async () => {
    const names = wordsOfSql()
      .filter((word) => isFree(word))
      .slice(0, 150)
    const { portal, again, store } = createWorld(openDatabase(database).store)
    portal.defineObject({ typeId: '2-1', name: 'pets', associatedObjects: ['contacts'] })
    const many = names.map((name, index) => called(name, `2-${index + 10}`))
    await store.migrate(mirrorSchema([contacts, ...many], []))
    const [name = ''] = names
    const sync = again({
      objects: [contacts, called(name)],
      associations: [['contacts', name]],
    } as never)
    const contact = portal.create('contacts', {})
    portal.associate('contacts', contact, '2-1', portal.create('2-1', {}))
    expect((await sync.run()).status).toBe('complete')
  })
})

/** A store of the running test's own, and the names that exist in its database. */
function openDatabase(name: string): { store: Store; relations(): Promise<string[]> } {
  if (name === 'SQLite') {
    const file = join(temporaryFolder(), 'hubspot.db')
    const store = sqliteStore({ file })
    onTestFinished(() => store.close())
    return {
      store,
      async relations() {
        const database = new Database(file)
        const lines = database.prepare('SELECT name FROM sqlite_master').all() as { name: string }[]
        database.close()
        return lines.map((line) => line.name)
      },
    }
  }
  const schema = temporarySchema()
  const store = postgresStore({ connectionString: inject('databaseUrl'), schema })
  onTestFinished(() => store.close())
  return {
    store,
    async relations() {
      const client = new pg.Client({ connectionString: inject('databaseUrl') })
      await client.connect()
      const { rows } = await client.query(
        'SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = $1::regnamespace',
        [schema],
      )
      await client.end()
      return rows.map(({ relname }) => relname)
    },
  }
}

/** Whether an object beside these may have this name. */
function isFree(
  name: string,
  given: { objects: readonly ObjectDefinition[]; associations?: unknown } = { objects },
) {
  try {
    open([...given.objects, called(name, '2-99')], given.associations)
    return true
  } catch (error) {
    if (isHubsyncError(error) && error.code === 'INVALID_OPTION') return false
    throw error
  }
}

function canBeColumn(name: string): boolean {
  try {
    defineObject({ type: '2-1', name: 'wide', columns: { [name]: column.text('x') } })
    return true
  } catch {
    return false
  }
}

/**
 * The words in the files with the stores' SQL: names of tables and columns, their aliases in statements, and functions.
 */
function wordsOfSql(): string[] {
  // Names that databases have in every table are in no statement.
  const words = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid', 'rowid', 'oid'])
  for (const adapter of ['postgres', 'sqlite']) {
    const folder = new URL(`../../packages/adapter-${adapter}/src/`, import.meta.url).pathname
    for (const file of readdirSync(folder).filter((each) =>
      /-(sql|tables|migrations|sets)\.ts$/.test(each),
    ))
      for (const [, template = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
        /`([^`]*)`/g,
      ))
        for (const [word] of template
          .replaceAll(/\$\{[^}]*\}/g, ' ')
          .matchAll(/\b[a-z][a-z0-9_]{0,39}\b/gi))
          words.add(word.toLowerCase())
  }
  return [...words]
}
