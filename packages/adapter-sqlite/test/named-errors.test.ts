import { readFileSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { isHubsyncError, type Store } from '@hubsync/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sqliteStore } from '../src/index.js'
import { drivers } from '../src/sqlite-drivers.js'
import { contactBatch, portalId, schema } from './schema.js'
import { SqlitePlace } from './sqlite-harness.js'

let place: SqlitePlace
afterEach(() => place.dispose())

/** Each call of a store that reads its file. */
const calls: [name: string, call: (store: Store) => Promise<unknown>][] = [
  ['portals', (store) => store.portals()],
  ['missing', (store) => store.missing(schema)],
  ['migrate', (store) => store.migrate(schema)],
  ['readCheckpoint', (store) => store.readCheckpoint(portalId, 'contacts')],
  ['commit', (store) => store.commit(contactBatch('2'))],
  ['get', (store) => store.get(portalId, 'contacts', '1')],
  ['list', (store) => store.list(portalId, 'contacts', { limit: 9 })],
  ['ids', (store) => store.ids(portalId, 'contacts', { limit: 9 })],
  ['differing', (store) => store.differing(portalId, 'contacts', [{ id: '1', updatedAt: '' }])],
  ['tombstone', (store) => store.tombstone(portalId, 'contacts', '1')],
  ['changes', (store) => store.changes(portalId, { limit: 9 })],
  ['runs', (store) => store.runs(portalId, { limit: 9 })],
  ['counts', (store) => store.counts(portalId)],
]

async function filled(): Promise<Store> {
  const store = place.store()
  await store.migrate(schema)
  await store.commit({ ...contactBatch('1'), durable: true })
  return store
}

describe.each(drivers)('on %s', (driver) => {
  beforeEach(() => {
    place = new SqlitePlace(driver)
  })

  test('a read of a table that is gone fails with a code', async () => {
    const store = await filled()
    place.run('DROP TABLE contacts')
    await expect(store.get(portalId, 'contacts', '1')).rejects.toMatchObject({
      name: 'HubsyncError',
      code: 'STORE_FAILED',
      message: expect.stringMatching(/no such table: contacts.*Call run\(\): it creates them/),
    })
  })

  test('a database that has reached its maximum size says to make room', async () => {
    await filled()
    const database = place.connect()
    const store = sqliteStore({ database })
    await store.migrate(schema)
    database.exec('PRAGMA max_page_count = 1')
    const batch = contactBatch('2')
    for (const { rows } of batch.rows ?? [])
      for (const row of rows) row.values = { email: 'a'.repeat(100_000) }
    await expect(store.commit(batch)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/is full.*Make room, then run again.*Nothing of this commit/),
    })
  })

  test('a disk that fails says what to look at', async () => {
    await filled()
    const { store, failAt } = place.failing()
    await store.migrate(schema)
    failAt(1)
    await expect(store.commit(contactBatch('2'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/disk I\/O error.*Check it and its free space/),
    })
  })

  test.each<[what: string, sql: string, named: object]>([
    [
      'a unique index',
      'CREATE UNIQUE INDEX one ON contacts (portal_id, source_status)',
      { tables: ['contacts'], kind: 'UNIQUE', columns: ['portal_id', 'source_status'] },
    ],
    [
      'a unique index on an expression',
      'CREATE UNIQUE INDEX one ON contacts (lower(source_status))',
      { tables: [], kind: 'UNIQUE', constraint: 'one' },
    ],
    [
      'a condition on a column',
      `ALTER TABLE contacts ADD COLUMN mine TEXT CONSTRAINT short CHECK (source_id < '2')`,
      { tables: [], kind: 'CHECK', constraint: 'short' },
    ],
    [
      'a foreign key',
      `CREATE TABLE orders (portal_id TEXT, contact_id TEXT, FOREIGN KEY (portal_id, contact_id) REFERENCES contacts (portal_id, source_id));
INSERT INTO orders VALUES ('${portalId}', '1')`,
      { tables: ['orders'], kind: 'FOREIGN KEY', constraint: undefined, columns: [] },
    ],
  ])('%s of the user’s is named when it refuses a row', async (_, sql, named) => {
    const store = await filled()
    place.run(sql)
    const tombstones = [
      { object: 'contacts', id: '1', reason: 'purged', intoId: null } as const,
    ].slice(sql.includes('orders') ? 0 : 1)
    await expect(store.commit({ ...contactBatch('2'), tombstones })).rejects.toMatchObject({
      name: 'ConstraintError',
      code: 'ROW_REFUSED',
      ...named,
    })
  })
})

test.each(drivers)(
  'a trigger of the user’s that refuses a row on %s is reported with its own message',
  async (driver) => {
    place = new SqlitePlace(driver)
    const store = await filled()
    place.run(
      `CREATE TRIGGER mine BEFORE INSERT ON contacts BEGIN SELECT RAISE(ABORT, 'Not this one, within a transaction'); END`,
    )
    await expect(store.commit(contactBatch('2'))).rejects.toMatchObject({
      code: 'ROW_REFUSED',
      tables: [],
      message: expect.stringContaining(
        `a trigger or constraint that the database doesn't name ("Not this one, within a transaction") refuses it`,
      ),
    })
  },
)

describe.each(drivers)('on %s', (driver) => {
  test.each([
    [
      'a generated column',
      'ALTER TABLE contacts ADD COLUMN mine GENERATED ALWAYS AS (abs(-9223372036854775807 - source_id)) VIRTUAL; CREATE INDEX one ON contacts (mine)',
      'integer overflow',
    ],
    [
      'an index on an expression',
      `CREATE INDEX one ON contacts (json_extract(source_status, '$.a'))`,
      'malformed JSON',
    ],
    [
      'a trigger that asks for a table that is gone',
      'CREATE TRIGGER one BEFORE INSERT ON contacts BEGIN INSERT INTO gone VALUES (1); END',
      'no such table: main.gone',
    ],
    [
      'a trigger that writes what a table does not take',
      `CREATE TABLE numbers (id INTEGER PRIMARY KEY);
CREATE TRIGGER one BEFORE INSERT ON contacts BEGIN INSERT INTO numbers VALUES (NEW.source_status); END`,
      'datatype mismatch',
    ],
  ])('a row that %s fails on is refused', async (_, sql, said) => {
    place = new SqlitePlace(driver)
    const store = place.store()
    await store.migrate(schema)
    place.run(sql)
    const error = await store.commit(contactBatch('1')).catch((error: unknown) => error)
    expect(error).toMatchObject({ name: 'ConstraintError', code: 'ROW_REFUSED', said })
    expect(error).toMatchObject({ message: expect.not.stringContaining('Call run()') })
  })
})

describe.each(drivers)('on %s', (driver) => {
  const secret = 'secretvalue@private.example'
  test.each([
    ['an index on an expression', `CREATE INDEX one ON contacts (json_extract('{}', email))`],
    [
      'a generated column',
      `ALTER TABLE contacts ADD COLUMN mine GENERATED ALWAYS AS (json_extract('{}', email)) VIRTUAL; CREATE INDEX one ON contacts (mine)`,
    ],
    [
      'a trigger that calls a function',
      `CREATE TRIGGER one BEFORE INSERT ON contacts BEGIN SELECT json_extract('{}', NEW.email); END`,
    ],
    [
      'a trigger that raises',
      `CREATE TRIGGER one BEFORE INSERT ON contacts BEGIN SELECT RAISE(ABORT, 'bad ' || NEW.email); END`,
    ],
  ])('a row that %s refuses is told without its values', async (_, sql) => {
    place = new SqlitePlace(driver)
    const store = place.store()
    await store.migrate(schema)
    place.run(sql)
    const batch = contactBatch('1')
    for (const { rows } of batch.rows ?? []) for (const row of rows) row.values = { email: secret }
    const error: unknown = await store.commit(batch).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'ROW_REFUSED', tables: ['contacts'] })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('private.example')
  })
})

describe('a file of sql.js that became', () => {
  beforeEach(() => {
    place = new SqlitePlace('sql.js')
  })

  test.each(calls)('a text is named by %s, and left as it is', async (_, call) => {
    const store = await filled()
    const garbage = 'This is no database, it is a text.'.repeat(99)
    writeFileSync(place.file, garbage)
    await expect(call(store)).rejects.toMatchObject({
      name: 'HubsyncError',
      code: 'NOT_A_DATABASE',
      message: expect.stringContaining('hubspot.db'),
    })
    expect(readFileSync(place.file, 'utf8')).toBe(garbage)
  })

  test.each(calls)('half a database is named by %s', async (_, call) => {
    const store = await filled()
    const whole = readFileSync(place.file)
    writeFileSync(place.file, whole.fill('?', 100))
    const error: unknown = await call(store).catch((error: unknown) => error)
    expect(isHubsyncError(error) && error.code).toMatch(/^(STORE_FAILED|NOT_A_DATABASE)$/)
  })
})
