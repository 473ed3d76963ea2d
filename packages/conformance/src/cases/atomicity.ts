import assert from 'node:assert/strict'
import type { ConstraintError, Store } from '@hubsync/core'
import type { Batch } from '@hubsync/core/store'
import { type ConformanceCase, migrated, storeCase } from '../conformance-case.js'
import { everything, expectRefusal, inOrder } from '../read-back.js'
import { batch, companiesOf, edge, group, minute, portalId, row, rowsFrom } from '../sample-rows.js'
import { sampleSchema } from '../sample-schema.js'
import type { Place } from '../store-harness.js'

/** Content of every kind, for a batch to change: rows, associations, a tombstone, a checkpoint, a run. */
async function fill(store: Store): Promise<void> {
  await store.commit(
    batch({
      portal: pinned(1),
      run: run('running'),
      checkpoint: { stream: 'contacts', expected: null, next: { page: 1 } },
      rows: [
        group('companies', ...rowsFrom(90, 3)),
        group('contacts', row('1', { values: { email: 'old@example.com' } }), ...rowsFrom(2, 3)),
      ],
      associations: [companiesOf('1', edge('90'), edge('91')), companiesOf('2', edge('90'))],
      tombstones: [{ object: 'contacts', id: '50', reason: 'purged', intoId: null }],
    }),
  )
}

/** A batch with every possible part, each of which changes some of the content of `fill`. */
function whole(): Batch & Required<Pick<Batch, 'rows' | 'tombstones' | 'associations'>> {
  return batch({
    at: minute(200),
    portal: pinned(2),
    run: run('complete'),
    forgetChangesUpTo: Number.MAX_SAFE_INTEGER,
    checkpoint: { stream: 'contacts', expected: { page: 1 }, next: { page: 2 } },
    rows: [
      group('companies', row('90', { at: 5, values: { name: 'Renamed' } }), row('93')),
      group(
        'contacts',
        row('1', { at: 5, values: { email: 'new@example.com' } }),
        row('2', { archived: 6 }),
        row('50', { at: 150 }),
      ),
    ],
    tombstones: [
      { object: 'contacts', id: '3', reason: 'purged', intoId: null },
      { object: 'contacts', id: '4', reason: 'merged', intoId: '1' },
    ],
    associations: [
      companiesOf('1', edge('90', 1, 'Owner'), edge('92')),
      companiesOf('50', edge('93')),
    ],
  }) as ReturnType<typeof whole>
}

const pinned = (at: number) => ({
  portalId,
  uiDomain: `app-${at}.hubspot.com`,
  timeZone: 'UTC',
  firstRunAt: minute(at),
  lastRunAt: minute(at),
})

const run = (status: 'running' | 'complete') => ({
  id: 'run-1',
  jobs: ['contacts'],
  status,
  startedAt: minute(1),
  error: null,
  finishedAt: status === 'complete' ? minute(2) : null,
  counts: { status },
})

/** A part of a batch that throws whenever it is read. */
const unreadable = (): never => {
  const refuse = () => {
    throw new Error('This part of the batch can not be read.')
  }
  return new Proxy({}, { get: refuse, ownKeys: refuse }) as never
}

async function expectWholeWritten(store: Store, place: Place): Promise<void> {
  assert.deepEqual(await store.readCheckpoint(portalId, 'contacts'), { page: 2 })
  assert.deepEqual(await store.ids(portalId, 'contacts', { limit: 10 }), ['1', '2', '50'])
  assert.deepEqual(
    inOrder((await place.rows('contacts_companies')).map((line) => [line.from_id, line.to_id])),
    [
      ['1', '90'],
      ['1', '92'],
      ['50', '93'],
    ],
  )
}

export const atomicityCases: readonly ConformanceCase[] = [
  storeCase(
    1,
    'A commit that fails at any of its statements changes nothing, and can be repeated',
    async (store, place) => {
      await fill(store)
      const before = await everything(place)
      const { store: failing, failAt, failed } = place.failing()
      await failing.migrate(sampleSchema)
      let statement = 1
      for (; statement < 1000; statement++) {
        failAt(statement)
        const done = await failing.commit(whole()).then(
          () => true,
          () => false,
        )
        assert.equal(done, !failed(), `Statement ${statement} failed, but the commit continued`)
        if (done) break
        assert.deepEqual(await everything(place), before, `After statement ${statement} failed`)
      }
      assert.ok(statement > 4, `Expected a statement for each part, counted ${statement - 1}`)
      await expectWholeWritten(store, place)
    },
  ),

  storeCase(
    1,
    'A commit with a part that can not be read changes nothing',
    async (store, place) => {
      await fill(store)
      const before = await everything(place)
      const { rows, tombstones, associations } = whole()
      const broken: Partial<Batch>[] = [
        { rows: [...rows, group('contacts', row('60'), unreadable())] },
        { rows: [...rows, unreadable()] },
        { tombstones: [...tombstones, unreadable()] },
        { associations: [...associations, unreadable()] },
        { associations: [...associations, companiesOf('1', edge('91'), unreadable())] },
        { run: unreadable() },
        { portal: unreadable() },
      ]
      for (const [index, part] of broken.entries()) {
        await assert.rejects(store.commit({ ...whole(), ...part }), `Part ${index} was read`)
        assert.deepEqual(await everything(place), before, `After part ${index} could not be read`)
      }
      await store.commit(whole())
      await expectWholeWritten(store, place)
    },
  ),

  storeCase(1, 'A commit for a missing table changes nothing', async (store, place) => {
    await fill(store)
    const before = await everything(place)
    const { rows, associations } = whole()
    const broken: Partial<Batch>[] = [
      { rows: [...rows, group('tickets', row('1'))] },
      { associations: [...associations, { pair: 'contacts_tickets', fromId: '1', edges: [] }] },
    ]
    for (const part of broken) {
      await expectRefusal(store.commit({ ...whole(), ...part }), 'STORE_FAILED')
      assert.deepEqual(await everything(place), before)
    }
  }),

  storeCase(
    1,
    'A commit that a constraint of the user refuses fails with ROW_REFUSED, and changes nothing',
    async (store, place) => {
      await fill(store)
      await place.makeUnique('contacts', 'email')
      const before = await everything(place)
      const twin = row('60', { values: { email: 'old@example.com' } })
      const rows = [group('contacts', row('61'), twin)]
      const refused = store.commit(batch({ rows }))
      await expectRefusal(refused, 'ROW_REFUSED')
      const { tables } = (await refused.catch((error: unknown) => error)) as ConstraintError
      assert.deepEqual(tables, ['contacts'])
      assert.deepEqual(await everything(place), before)
      await store.commit(batch({ rows: [group('contacts', row('61'))] }))
    },
  ),

  storeCase(
    1,
    'A commit is seen whole by another handle, and says what it did',
    async (store, place) => {
      await fill(store)
      const other = await migrated(place)
      const result = await store.commit(whole())
      assert.deepEqual(result.rows.contacts, {
        created: 1,
        updated: 1,
        unchanged: 0,
        archived: 1,
        restored: 0,
        removed: 2,
        stale: 0,
      })
      assert.deepEqual(result.rows.companies, {
        created: 1,
        updated: 1,
        unchanged: 0,
        archived: 0,
        restored: 0,
        removed: 0,
        stale: 0,
      })
      assert.deepEqual(result.associations, { added: 2, removed: 1, unlinked: 0 })
      await expectWholeWritten(other, place)
      assert.equal((await other.runs(portalId, { limit: 1 }))[0]?.status, 'complete')
      assert.equal((await other.portals())[0]?.uiDomain, 'app-2.hubspot.com')
      assert.equal(await other.tombstone(portalId, 'contacts', '50'), null)
      assert.equal((await other.tombstone(portalId, 'contacts', '4'))?.intoId, '1')
      const entries = await other.changes(portalId, { limit: 100 })
      assert.deepEqual(new Set(entries.map(({ at }) => at)), new Set([minute(200)]))
      assert.equal(entries.length, 7)
    },
  ),

  storeCase(1, 'A batch writes rows, then tombstones, then association sets', async (store) => {
    const { rows } = await store.commit(
      batch({
        associations: [companiesOf('1', edge('90'), edge('91'))],
        tombstones: [{ object: 'companies', id: '91', reason: 'purged', intoId: null }],
        rows: [group('contacts', row('1')), group('companies', row('90'), row('91', { at: 150 }))],
      }),
    )
    assert.deepEqual([rows.companies?.created, rows.companies?.removed], [2, 1])
    assert.deepEqual(await store.ids(portalId, 'companies', { limit: 10 }), ['90'])
    const [set] = await store.sets(portalId, 'contacts_companies', ['1'])
    assert.deepEqual(set?.edges, [edge('90')])
  }),

  storeCase(1, 'A batch of 7,000 rows is one commit', async (store, place) => {
    const values = { email: 'a@example.com', firstName: 'A', budget: '1.00' }
    const { rows } = await store.commit(
      batch({ rows: [group('contacts', ...rowsFrom(1, 7000, { values }))] }),
    )
    assert.equal(rows.contacts?.created, 7000)
    assert.equal((await place.rows('contacts')).length, 7000)
    assert.deepEqual((await store.counts(portalId)).contacts, { active: 7000, archived: 0 })
  }),

  storeCase(1, 'A reader during a commit sees all of its rows or none', async (store, place) => {
    const reader = await migrated(place)
    let ended = false
    const commit = store
      .commit(batch({ rows: [group('contacts', ...rowsFrom(1, 300))] }))
      .finally(() => {
        ended = true
      })
    do {
      const active = (await reader.counts(portalId)).contacts?.active
      assert.ok(active === 0 || active === 300, `Saw ${active} of 300 rows`)
    } while (!ended)
    await commit
    assert.equal((await reader.counts(portalId)).contacts?.active, 300)
  }),

  storeCase(1, 'An empty batch does nothing', async (store, place) => {
    await fill(store)
    const before = await everything(place)
    const result = await store.commit(
      batch({ at: minute(300), rows: [], associations: [], tombstones: [] }),
    )
    assert.deepEqual(result.associations, { added: 0, removed: 0, unlinked: 0 })
    assert.deepEqual(await everything(place), before)
  }),
]
