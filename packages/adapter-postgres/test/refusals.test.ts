import { inspect } from 'node:util'
import type { HubsyncError } from '@hubsync/core'
import type { Batch } from '@hubsync/core/store'
import { expect, test } from 'vitest'
import { openTestPlace, writesRows } from './place.js'
import { watched } from './postgres-harness.js'
import { batch, group, row } from './samples.js'

const secret = 'someone@private.example'

const write = (email = secret) => batch({ rows: [group('contacts', row('1', 1, { email }))] })
const remove = batch({
  tombstones: [{ object: 'contacts', id: '1', reason: 'purged', intoId: null }],
})

/** A store whose user has changed the table of contacts with this SQL. */
async function placeWith(sql: string, ...before: Batch[]) {
  const place = await openTestPlace()
  const store = await place.store()
  for (const each of before) await store.commit(each)
  await place.pool.query(sql.replaceAll('@', `"${place.schema}".`))
  return { place, store }
}

async function failureWith(sql: string, refused: Batch, ...before: Batch[]): Promise<HubsyncError> {
  const { store } = await placeWith(sql, ...before)
  return store.commit(refused).then(
    () => expect.fail('it was taken'),
    (error: unknown) => error as HubsyncError,
  )
}

const calling = (body: string, when: string) =>
  `CREATE FUNCTION @"my check"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} RETURN NEW; END $$;
CREATE ${when} FOR EACH ROW EXECUTE FUNCTION @"my check"()`

const tooLong = Array.from({ length: 300 }, (_, index) => Math.sin(index)).join('')

const byTrigger = { tables: ['contacts'], raisedBy: expect.stringContaining('my check') }

test.each<[what: string, sql: string, refused: Batch, named: object, before?: Batch]>([
  [
    'a trigger that raises an exception',
    calling("RAISE EXCEPTION 'no %', NEW.email;", 'TRIGGER mine BEFORE INSERT ON @contacts'),
    write(),
    byTrigger,
  ],
  [
    'a trigger that refuses a delete',
    calling("RAISE EXCEPTION 'no %', OLD.email;", 'TRIGGER mine BEFORE DELETE ON @contacts'),
    remove,
    byTrigger,
    write(),
  ],
  [
    'a deferred trigger',
    calling(
      "RAISE EXCEPTION 'no %', NEW.email;",
      'CONSTRAINT TRIGGER mine AFTER INSERT ON @contacts DEFERRABLE INITIALLY DEFERRED',
    ),
    write(),
    { raisedBy: byTrigger.raisedBy },
  ],
  [
    'a trigger with its own SQLSTATE',
    calling(
      "RAISE EXCEPTION 'no %', NEW.email USING ERRCODE = 'MY001';",
      'TRIGGER mine BEFORE INSERT ON @contacts',
    ),
    write(),
    byTrigger,
  ],
  [
    'a trigger that reads a missing table',
    calling('INSERT INTO gone VALUES (NEW.email);', 'TRIGGER mine BEFORE INSERT ON @contacts'),
    write(),
    { ...byTrigger, message: expect.not.stringContaining('Call run()') },
  ],
  [
    'a trigger without the rights it needs',
    calling(
      "RAISE insufficient_privilege USING MESSAGE = 'no ' || NEW.email;",
      'TRIGGER mine BEFORE INSERT ON @contacts',
    ),
    write(),
    byTrigger,
  ],
  [
    'a generated column',
    'ALTER TABLE @contacts ADD COLUMN mine int GENERATED ALWAYS AS (email::int) STORED',
    write(),
    { tables: ['contacts'], message: expect.stringContaining('invalid text representation') },
  ],
  [
    'a generated column that reads a text search',
    `ALTER TABLE @contacts ADD COLUMN mine tsquery GENERATED ALWAYS AS (to_tsquery('simple', email || ' & & (')) STORED`,
    write(),
    { tables: ['contacts'], message: expect.stringContaining('syntax error') },
  ],
  [
    'a generated column that reads a path',
    'ALTER TABLE @contacts ADD COLUMN mine jsonpath GENERATED ALWAYS AS (email::jsonpath) STORED',
    write(),
    { tables: ['contacts'], message: expect.stringContaining('syntax error') },
  ],
  [
    'a trigger that raises an internal error',
    calling(
      "RAISE EXCEPTION 'no %', NEW.email USING ERRCODE = 'XX000';",
      'TRIGGER mine BEFORE INSERT ON @contacts',
    ),
    write(),
    byTrigger,
  ],
  [
    'a trigger that puts values into the fields for names',
    calling(
      "RAISE EXCEPTION 'no' USING TABLE = NEW.email, COLUMN = NEW.email, CONSTRAINT = NEW.email, SCHEMA = NEW.email;",
      'TRIGGER mine BEFORE INSERT ON @contacts',
    ),
    write(),
    { ...byTrigger, columns: [], constraint: undefined },
  ],
  [
    'an index on an expression',
    'CREATE INDEX mine ON @contacts ((1 / (visits - 3)))',
    batch({ rows: [group('contacts', row('1', 1, { email: secret, visits: 3 }))] }),
    { tables: ['contacts'], message: expect.stringContaining('division by zero') },
  ],
  [
    'an index with a limit on the length of texts',
    'CREATE INDEX mine ON @contacts (email)',
    write(secret + tooLong),
    { tables: ['contacts'], constraint: 'mine', kind: 'INDEX SIZE' },
  ],
  [
    'an index that takes no text longer than a page',
    'CREATE INDEX mine ON @contacts (email)',
    write(secret + tooLong.repeat(20)),
    { tables: ['contacts'] },
  ],
  [
    'a text search with a limit on its length',
    `ALTER TABLE @contacts ADD COLUMN mine tsvector GENERATED ALWAYS AS (to_tsvector('simple', email)) STORED`,
    write(`${secret} ${Array.from({ length: 150_000 }, (_, index) => `word${index}`).join(' ')}`),
    { tables: ['contacts'] },
  ],
  [
    'a unique index',
    'CREATE UNIQUE INDEX mine ON @contacts (email)',
    batch({ rows: [group('contacts', row('2', 1, { email: secret }))] }),
    { tables: ['contacts'], constraint: 'mine' },
    write(),
  ],
])(
  'a row that %s refuses is reported as refused, without values',
  async (_, sql, refused, named, before) => {
    const error = await failureWith(sql, refused, ...(before ? [before] : []))
    expect(error).toMatchObject({ name: 'ConstraintError', code: 'ROW_REFUSED', ...named })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('private.example')
  },
)

test.each([
  ['cannot serialize the transaction', '40001'],
  ['is out of disk space', '53100'],
  ['cancels the statement', '57014'],
  ['has damaged files', 'XX001'],
])('if a server %s inside a trigger, no row is refused', async (_, state) => {
  const error = await failureWith(
    calling(
      `RAISE EXCEPTION 'no %', NEW.email USING ERRCODE = '${state}';`,
      'TRIGGER mine BEFORE INSERT ON @contacts',
    ),
    write(),
  )
  expect(error).toMatchObject({ code: 'STORE_FAILED' })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('private.example')
})

test('a deferred trigger that raises the loss of a connection reveals no values', async () => {
  const error = await failureWith(
    calling(
      "RAISE EXCEPTION 'no %', NEW.email USING ERRCODE = '08006';",
      'CONSTRAINT TRIGGER mine AFTER INSERT ON @contacts DEFERRABLE INITIALLY DEFERRED',
    ),
    write(),
  )
  expect(error).toMatchObject({ code: 'STORE_FAILED' })
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('private.example')
})

test.each([
  ['22021', 'an encoding that is wrong'],
  ['22P05', 'a text that the database cannot hold'],
  ['54000', 'a statement that is too large'],
  ['42P01', 'a missing table of hubsync'],
])('%s, %s, is told as a failure that refuses no row', async (code) => {
  const place = await openTestPlace()
  const store = await place.store(
    watched(place.pool, (text) => {
      if (writesRows(place, 'contacts', text))
        throw Object.assign(new Error('told to fail'), { severity: 'ERROR', code })
    }),
  )
  await expect(store.commit(write())).rejects.toMatchObject({ code: 'STORE_FAILED' })
})

test('a migration that a trigger of the user’s stops is not reported as a refused row', async () => {
  const { place } = await placeWith(`CREATE FUNCTION @stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'told to fail'; END $$;
CREATE TRIGGER mine BEFORE INSERT ON @sync_pairs FOR EACH ROW EXECUTE FUNCTION @stop()`)
  await place.pool.query(`DELETE FROM ${place.at('sync_pairs')}`)
  await expect(place.store()).rejects.toMatchObject({ code: 'STORE_FAILED' })
})
