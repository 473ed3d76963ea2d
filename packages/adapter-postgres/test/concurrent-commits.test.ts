import type { ChangeEntry, RecordsPlan, RowGroup } from '@hubsync/core/store'
import { expect, onTestFinished, test } from 'vitest'
import { deleteRows } from '../src/postgres-write-sql.js'
import { openTestPlace, type TestPlace, testPool, untilBlockedBy } from './place.js'
import { watched } from './postgres-harness.js'
import { archived, batch, companiesOf, group, minute, portalId, row, schema } from './samples.js'

/** A connection with an open transaction that has run these statements. */
async function holding(place: TestPlace, ...statements: string[]) {
  const client = await place.pool.connect()
  onTestFinished(() => client.release())
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  for (const statement of ['BEGIN', ...statements]) await client.query(statement)
  return { client, pid: Number(rows[0].pid) }
}

/** A pool whose transactions, after the migration, pause before this statement until they are released. */
function pausing(statement: string) {
  const aboutTo = Promise.withResolvers<number>()
  const mayGoOn = Promise.withResolvers<void>()
  let isMigrated = false
  const lent = watched(testPool({}), async (text, client) => {
    if (isMigrated && text === statement) {
      aboutTo.resolve((await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid)
      await mayGoOn.promise
    }
    // The first transaction is the migration.
    if (text === 'COMMIT') isMigrated = true
  })
  return { lent, aboutTo: aboutTo.promise, go: mayGoOn.resolve }
}

function deletionFrom({ schema }: TestPlace, table: string): string {
  const plan = { table: { name: table }, removed: new Set() } as RecordsPlan
  return deleteRows({ schema, portalId }, plan).text
}

const setStatus = (place: TestPlace, status: string) =>
  `UPDATE ${place.at('companies')} SET source_status = '${status}', label = 'x' WHERE source_id = '9'`

test('if many streams write a row at the same time, the newest version stays', async () => {
  const place = await openTestPlace()
  const stores = await Promise.all([1, 2, 3, 4].map(() => place.store()))
  const ids = ['1', '2', '3', '4', '5']
  // Each store takes the versions in another order, so that older and newer ones meet at every turn.
  await Promise.all(
    stores.map(async (store, index) => {
      for (let turn = 0; turn < 25; turn++) {
        const version = (turn * [1, 7, 12, 18][index]!) % 25
        const rows = ids.map((id) => row(id, version, { name: `version ${version}` }))
        await store.commit(batch({ rows: [group('contacts', ...rows)] }))
      }
    }),
  )
  const stored = (await stores[0]!.list(portalId, 'contacts', { limit: 9 })).map((each) => [
    each.id,
    each.updatedAt,
    each.values.name,
  ])
  expect(stored).toEqual(ids.map((id) => [id, minute(24), 'version 24']))
})

test('an older version waits for a newer one that is being written, and is then dropped', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(batch({ rows: [group('contacts', row('1', 1))] }))
  const { lent, aboutTo, go } = pausing('COMMIT')
  const newer = await place.store(lent)
  const written = newer.commit(batch({ rows: [group('contacts', row('1', 9))] }))
  const pid = await aboutTo
  const commit = store.commit(batch({ rows: [group('contacts', row('1', 5))] }))
  await untilBlockedBy(place.pool, pid)
  go()
  await written
  expect((await commit).rows.contacts?.stale).toBe(1)
  expect((await store.get(portalId, 'contacts', '1'))?.updatedAt).toBe(minute(9))
})

test('a row that another stream inserts at the same moment is not overwritten by an older one', async () => {
  const place = await openTestPlace()
  const [one, other] = [await place.store(), await place.store()]
  for (let round = 1; round <= 30; round++) {
    const results = await Promise.all([
      one.commit(batch({ rows: [group('contacts', row(`${round}`, 5))] })),
      other.commit(batch({ rows: [group('contacts', row(`${round}`, 3))] })),
    ])
    const counts = results.map(({ rows }) => rows.contacts)
    expect((await one.get(portalId, 'contacts', `${round}`))?.updatedAt).toBe(minute(5))
    // The counts are right: the row was created once, and then updated by newer versions only.
    expect(counts.reduce((sum, count) => sum + (count?.created ?? 0), 0)).toBe(1)
    expect(
      counts.reduce((sum, count) => sum + (count?.updated ?? 0) + (count?.stale ?? 0), 0),
    ).toBe(1)
  }
})

test('a reader that follows the feed by its numbers sees every entry once, however commits overlap', async () => {
  const place = await openTestPlace()
  const stores = await Promise.all([1, 2, 3, 4].map(() => place.store()))
  const follower = await place.store()
  const seen: ChangeEntry[] = []
  let [writing, after] = [true, 0]
  const follow = async () => {
    const page = await follower.changes(portalId, { after, limit: 7 })
    after = page.at(-1)?.seq ?? after
    seen.push(...page)
    return page.length
  }
  const writers = Promise.all(
    stores.map(async (store, index) => {
      for (let turn = 0; turn < 30; turn++) {
        // Commits of different sizes take different times, so they end in another order than they start.
        const rows = Array.from({ length: 1 + ((turn * (index + 3)) % 40) }, (_, place) =>
          row(`${index}0${turn}0${place}`),
        )
        await store.commit(batch({ rows: [group('contacts', ...rows)] }))
      }
    }),
  ).finally(() => {
    writing = false
  })
  while (writing) await follow()
  await writers
  while ((await follow()) > 0);
  const { rows } = await place.pool.query(
    `SELECT seq FROM ${place.at('sync_changes')} ORDER BY seq`,
  )
  expect(seen.map(({ seq }) => seq)).toEqual(rows.map(({ seq }) => Number(seq)))
})

test('an association waits for an end that is being archived, and is then left out', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(batch({ rows: [group('contacts', row('1')), group('companies', row('9'))] }))
  const { client, pid } = await holding(place, setStatus(place, 'ARCHIVED'))
  const commit = store.commit(batch({ associations: [companiesOf('1', '9')] }))
  await untilBlockedBy(place.pool, pid)
  await client.query('COMMIT')
  expect((await commit).associations).toEqual({ added: 0, removed: 0, unlinked: 1 })
  expect((await store.sets(portalId, 'contacts_companies', ['1']))[0]?.edges).toEqual([])
})

test('an association waits for an end that is being written, and is then written', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  await store.commit(
    batch({
      rows: [group('contacts', row('1')), group('companies', row('8'), row('9'))],
      associations: [companiesOf('1', '8')],
    }),
  )
  const { client, pid } = await holding(place, setStatus(place, 'ACTIVE'))
  const commit = store.commit(batch({ associations: [companiesOf('1', '8', '9')] }))
  await untilBlockedBy(place.pool, pid)
  await client.query('COMMIT')
  expect((await commit).associations).toEqual({ added: 1, removed: 0, unlinked: 0 })
  expect(await store.related(portalId, 'contacts_companies', { toId: '9' })).toHaveLength(1)
})

test('linking and archiving at the same time leaves no association with an archived end', async () => {
  const place = await openTestPlace()
  const [linking, archiving] = [await place.store(), await place.store()]
  const ids = Array.from({ length: 20 }, (_, index) => `${index + 1}`)
  await linking.commit(
    batch({
      rows: ['contacts', 'companies'].map((object) => group(object, ...ids.map((id) => row(id)))),
    }),
  )
  await Promise.all([
    ...ids.map((id) => linking.commit(batch({ associations: [companiesOf(id, ...ids)] }))),
    ...ids
      .slice(10)
      .map((id) => archiving.commit(batch({ rows: [group('companies', archived(id, 5))] }))),
    ...ids
      .slice(15)
      .map((id) => archiving.commit(batch({ rows: [group('contacts', archived(id, 5))] }))),
  ])
  const { rows } = await place.pool.query(
    `SELECT count(*)::int AS edges, count(*) FILTER (WHERE near.source_status <> 'ACTIVE' OR far.source_status <> 'ACTIVE')::int AS wrong
FROM ${place.at('contacts_companies')} JOIN ${place.at('contacts')} AS near ON near.source_id = from_id
JOIN ${place.at('companies')} AS far ON far.source_id = to_id`,
  )
  expect(rows).toEqual([{ edges: 150, wrong: 0 }])
})

test('a record that leaves while another stream links it takes the association with it, without a foreign key error', async () => {
  const place = await openTestPlace()
  const linking = await place.store()
  await linking.commit(batch({ rows: [group('contacts', row('1')), group('companies', row('9'))] }))
  const { lent, aboutTo, go } = pausing(deletionFrom(place, 'contacts'))
  const burying = await place.store(lent)
  const contact = { object: 'contacts', id: '1', reason: 'purged' as const, intoId: null }
  const buried = burying.commit(batch({ tombstones: [contact] }))
  const pid = await aboutTo
  const linked = linking.commit(batch({ associations: [companiesOf('1', '9')] }))
  await Promise.race([linked, untilBlockedBy(place.pool, pid)])
  go()
  expect((await buried).rows.contacts?.removed).toBe(1)
  expect((await linked).associations.unlinked).toBe(1)
})

test('commits that link to each other’s rows do not deadlock', async () => {
  const place = await openTestPlace()
  const begun: string[] = []
  const pool = watched(testPool({}), (text) => {
    if (text.startsWith('BEGIN')) begun.push(text)
  })
  const store = await place.store(pool)
  const back = { name: 'companies_contacts', from: 'companies', to: 'contacts' }
  await store.migrate({ ...schema, pairs: [...schema.pairs, back] })
  const both = (version: number) => [
    group('contacts', row('1', version)),
    group('companies', row('9', version)),
  ]
  await store.commit(batch({ rows: both(1) }))
  begun.length = 0
  for (let version = 2; version <= 21; version++) {
    const [contacts, companies] = both(version) as [RowGroup, RowGroup]
    const ids = version % 2 === 0 ? ['9'] : []
    const returning = { ...companiesOf('9', ...ids.map(() => '1')), pair: back.name }
    await Promise.all([
      store.commit(batch({ rows: [contacts], associations: [companiesOf('1', ...ids)] })),
      store.commit(batch({ rows: [companies], associations: [returning] })),
    ])
  }
  // No commit was retried.
  expect(begun).toHaveLength(40)
})

test('checkpoints are moved in one order, whatever their order in a batch', async () => {
  const place = await openTestPlace()
  const store = await place.store()
  const move = (stream: string, turn: number) => {
    return { stream, expected: turn === 1 ? null : { turn: turn - 1 }, next: { turn } }
  }
  await store.commit(batch({ fences: [move('one', 1), move('two', 1)] }))
  const rowOf = (stream: string) =>
    `SELECT 1 FROM ${place.at('sync_checkpoints')} WHERE stream = '${stream}' FOR UPDATE NOWAIT`
  const { client, pid } = await holding(place, rowOf('one'))
  const commit = store.commit(batch({ fences: [move('two', 2), move('one', 2)] }))
  await untilBlockedBy(place.pool, pid)
  // The waiting commit hasn't locked this one.
  await client.query(rowOf('two'))
  await client.query('COMMIT')
  await commit
  expect(await store.readCheckpoint(portalId, 'two')).toEqual({ turn: 2 })
})

test('a commit that forgets entries of the feed waits for one that writes to it', async () => {
  const place = await openTestPlace()
  const forgetting = await place.store()
  await forgetting.commit(batch({ rows: [group('contacts', row('1'))] }))
  const { lent, aboutTo, go } = pausing('COMMIT')
  const telling = await place.store(lent)
  const told = telling.commit(batch({ rows: [group('contacts', row('1', 2))] }))
  const pid = await aboutTo
  const forgotten = forgetting.commit(batch({ forgetChangesUpTo: 1 })).then(() => 'forgotten')
  const first = await Promise.race([forgotten, untilBlockedBy(place.pool, pid).then(() => 'waits')])
  go()
  await Promise.all([told, forgotten])
  expect(first).toBe('waits')
})

test('a row that is buried while another stream writes it does not come back', async () => {
  const place = await openTestPlace()
  const [writing, burying] = [await place.store(), await place.store()]
  const ids = Array.from({ length: 30 }, (_, index) => `${index + 1}`)
  await Promise.all(
    ids.flatMap((id) => [
      writing.commit(batch({ rows: [group('contacts', row(id))] })),
      burying.commit(
        batch({ tombstones: [{ object: 'contacts', id, reason: 'merged', intoId: '100' }] }),
      ),
    ]),
  )
  expect(await writing.ids(portalId, 'contacts', { limit: 100 })).toEqual([])
})

test('if two commits replace a set at the same time, one of the sets stays whole', async () => {
  const place = await openTestPlace()
  const [one, other] = [await place.store(), await place.store()]
  await one.commit(
    batch({
      rows: [
        group('contacts', row('1')),
        group('companies', ...['7', '8', '9'].map((id) => row(id))),
      ],
    }),
  )
  for (let round = 0; round < 20; round++) {
    await Promise.all([
      one.commit(batch({ associations: [companiesOf('1', '7', '8')] })),
      other.commit(batch({ associations: [companiesOf('1', '8', '9')] })),
    ])
    const [set] = await one.sets(portalId, 'contacts_companies', ['1'])
    expect([
      ['7', '8'],
      ['8', '9'],
    ]).toContainEqual(set?.edges.map(({ toId }) => toId))
  }
})
