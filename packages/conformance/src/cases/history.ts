import assert from 'node:assert/strict'
import { type ConformanceCase, historyCase } from '../conformance-case.js'
import { entry, gapsOf, historyOf, read, readingOf, rowWith } from '../sample-history.js'
import { batch, group, minute, portalId, row } from '../sample-rows.js'

const twenty = Array.from({ length: 20 }, (_, index) => index + 1)

export const historyCases: readonly ConformanceCase[] = [
  historyCase('Entries of a history are stored as they were given', async (store, place) => {
    const whole = { ...entry(3, ' Ünï\n"quoted" '), sourceType: 'API', sourceLabel: 'An app' }
    const bare = { ...entry(2, ''), sourceRef: null, userId: null }
    const cleared = entry(1, null)
    const given = [whole, bare, cleared]
    const counts = await read(store, 100, '1', { stage: given, 'hs_strange-name': [] })
    assert.deepEqual(counts, { added: 3, gaps: 0, filled: 0, tied: 0 })
    const more = { property: 'stage', ordinal: 0, mergedFrom: null, syncedAt: minute(100) }
    assert.deepEqual(
      await store.history(portalId, 'contacts', '1', { limit: 10 }),
      given.map((each) => ({ ...each, ...more })),
    )
    const lines = await place.rows('contacts_history')
    assert.deepEqual(
      lines.find(({ changed_at }) => changed_at === minute(3)),
      {
        portal_id: portalId,
        source_id: '1',
        property: 'stage',
        changed_at: minute(3),
        ordinal: 0,
        value: whole.value,
        source_type: 'API',
        source_ref: 'userId:3',
        source_label: 'An app',
        user_id: '3',
        merged_from: null,
        synced_at: minute(100),
      },
    )
    assert.equal(lines.length, 3)
  }),

  historyCase('A reading that comes again adds no entry', async (store, place) => {
    await read(store, 100, '1', { stage: readingOf(1, 2) })
    const before = await place.rows('contacts_history')
    const counts = await read(store, 200, '1', { stage: readingOf(1, 2) })
    assert.deepEqual(counts, { added: 0, gaps: 0, filled: 0, tied: 0 })
    assert.deepEqual(await place.rows('contacts_history'), before)
    assert.equal((await read(store, 300, '1', { stage: readingOf(2, 3) }))?.added, 1)
    assert.deepEqual(await historyOf(store, '1'), ['1 v1', '2 v2', '3 v3'])
  }),

  historyCase(
    'An entry that HubSpot no longer gives stays, and so does what is not asked for',
    async (store) => {
      await read(store, 100, '1', { stage: readingOf(1, 2), owner: readingOf(5) })
      await read(store, 200, '1', { stage: readingOf(2, 3) })
      await read(store, 300, '1', { stage: [] })
      assert.deepEqual(await historyOf(store, '1'), ['1 v1', '2 v2', '3 v3'])
      assert.deepEqual(await historyOf(store, '1', 'owner'), ['5 v5'])
      assert.deepEqual(await gapsOf(store, '1'), [])
    },
  ),

  historyCase(
    'Where a reading shares no entry with those that are stored, the gap is named',
    async (store, place) => {
      await read(store, 100, '1', { stage: readingOf(1, 2), owner: readingOf(1, 2) })
      const counts = await read(store, 200, '1', { stage: readingOf(5, 6), owner: readingOf(2, 6) })
      assert.deepEqual(counts, { added: 3, gaps: 1, filled: 0, tied: 0 })
      assert.deepEqual(await gapsOf(store, '1'), [[2, 5]])
      assert.deepEqual(await gapsOf(store, '1', 'owner'), [])
      assert.deepEqual(await store.historyGaps(portalId, 'contacts', '1', { limit: 10 }), [
        {
          property: 'stage',
          after: minute(2),
          before: minute(5),
          mergedFrom: null,
          foundAt: minute(200),
        },
      ])
      assert.deepEqual(await place.rows('contacts_history_gaps'), [
        {
          portal_id: portalId,
          source_id: '1',
          property: 'stage',
          after: minute(2),
          before: minute(5),
          found_at: minute(200),
          merged_from: null,
        },
      ])
    },
  ),

  historyCase(
    'A late reading fills a gap that it bridges, and narrows one that it does not',
    async (store) => {
      await read(store, 100, '1', { stage: readingOf(1, 2) })
      await read(store, 200, '1', { stage: readingOf(7, 8) })
      const narrowed = await read(store, 300, '1', { stage: readingOf(2, 3, 4) })
      assert.deepEqual(narrowed, { added: 2, gaps: 0, filled: 0, tied: 0 })
      assert.deepEqual(await gapsOf(store, '1'), [[4, 7]])
      const filled = await read(store, 400, '1', { stage: readingOf(4, 5, 7) })
      assert.deepEqual(filled, { added: 1, gaps: 0, filled: 1, tied: 0 })
      assert.deepEqual(await gapsOf(store, '1'), [])
      assert.equal((await historyOf(store, '1')).length, 7)
    },
  ),

  historyCase('A late reading from within a gap leaves two', async (store) => {
    await read(store, 100, '1', { stage: readingOf(1) })
    await read(store, 200, '1', { stage: readingOf(9) })
    await read(store, 300, '1', { stage: readingOf(4, 5) })
    assert.deepEqual(await gapsOf(store, '1'), [
      [1, 4],
      [5, 9],
    ])
  }),

  historyCase(
    'A first reading that may lack its beginning has a gap before it, until the beginning is read',
    async (store) => {
      const many = Array.from({ length: 45 }, (_, index) => index + 10)
      const counts = await read(store, 100, '1', {
        stage: readingOf(...many),
        owner: readingOf(10),
      })
      assert.deepEqual(counts, { added: 46, gaps: 1, filled: 0, tied: 0 })
      assert.deepEqual(await gapsOf(store, '1'), [[null, 10]])
      assert.deepEqual(await gapsOf(store, '1', 'owner'), [])
      const rest = await read(store, 200, '1', { stage: readingOf(8, 9, 10) })
      assert.deepEqual(rest, { added: 2, gaps: 0, filled: 1, tied: 0 })
      assert.deepEqual(await gapsOf(store, '1'), [])
    },
  ),

  historyCase('HubSpot keeps fewer entries of other objects than of contacts', async (store) => {
    const items = rowWith('1', { stage: readingOf(...twenty) })
    const contacts = rowWith('2', { stage: readingOf(...twenty) })
    const rows = [group('items', items), group('contacts', contacts)]
    const { history } = await store.commit(batch({ rows }))
    assert.deepEqual([history?.items?.gaps, history?.contacts?.gaps], [1, 0])
  }),

  historyCase('Several entries of one moment are all kept, in their order', async (store) => {
    const given = [entry(3), entry(2, 'c'), entry(2, 'b'), entry(2, 'c'), entry(1)]
    const counts = await read(store, 100, '1', { stage: given })
    assert.deepEqual(counts, { added: 5, gaps: 0, filled: 0, tied: 3 })
    const wanted = ['1 v1', '2 c', '2 b', '2 c', '3 v3']
    assert.deepEqual(await historyOf(store, '1'), wanted)
    assert.equal((await read(store, 200, '1', { stage: given }))?.added, 0)
    const [first, ...rest] = given
    const more = [first, entry(2, 'd'), ...rest].filter((each) => each !== undefined)
    assert.equal((await read(store, 300, '1', { stage: more }))?.added, 1)
    assert.deepEqual(await historyOf(store, '1'), ['1 v1', '2 c', '2 b', '2 c', '2 d', '3 v3'])
  }),

  historyCase(
    'A row that is older, or has not changed, still brings its history',
    async (store) => {
      await read(store, 100, '1', { stage: readingOf(3) }, { at: 5 })
      await read(store, 200, '1', { stage: readingOf(2, 3) }, { at: 4 })
      const { syncedAt } = (await store.get(portalId, 'contacts', '1')) ?? {}
      assert.equal(syncedAt, minute(100))
      await read(store, 300, '1', { stage: readingOf(3, 4) }, { at: 5 })
      assert.deepEqual(await historyOf(store, '1'), ['2 v2', '3 v3', '4 v4'])
    },
  ),

  historyCase('Two readings of a record in one batch are both written', async (store) => {
    const rows = [
      group('contacts', rowWith('1', { stage: readingOf(1, 2) }, { at: 2 })),
      group('contacts', rowWith('1', { stage: readingOf(5, 6) }, { at: 6 })),
      group('contacts', rowWith('1', { stage: readingOf(2, 5) }, { at: 5 })),
    ]
    const { history } = await store.commit(batch({ rows }))
    assert.deepEqual(history?.contacts, { added: 4, gaps: 1, filled: 1, tied: 0 })
    assert.deepEqual(await historyOf(store, '1'), ['1 v1', '2 v2', '5 v5', '6 v6'])
    assert.deepEqual(await gapsOf(store, '1'), [])
  }),

  historyCase('An archived record keeps its history, and goes on when restored', async (store) => {
    await read(store, 100, '1', { stage: readingOf(1) })
    await store.commit(batch({ rows: [group('contacts', row('1', { at: 1, archived: 5 }))] }))
    assert.deepEqual(await historyOf(store, '1'), ['1 v1'])
    await read(store, 300, '1', { stage: readingOf(1, 7) }, { at: 7 })
    assert.deepEqual(await historyOf(store, '1'), ['1 v1', '7 v7'])
  }),

  historyCase(
    'A history is read from its newest entry on, page by page, of one property or of all',
    async (store) => {
      const given = {
        b: [entry(2, 'y'), entry(2, 'x'), entry(1)],
        a: readingOf(2, 3),
        B: readingOf(2),
      }
      await read(store, 100, '1', given)
      await read(store, 100, '2', { b: readingOf(7) })
      const wanted = ['a 3 v3', 'b 2 y', 'b 2 x', 'a 2 v2', 'B 2 v2', 'b 1 v1']
      const spelled = (list: Awaited<ReturnType<typeof store.history>>) =>
        list.map(({ property, changedAt, value }) => {
          return `${property} ${(Date.parse(changedAt) - Date.parse(minute(0))) / 60_000} ${value}`
        })
      const all = await store.history(portalId, 'contacts', '1', { limit: 10 })
      assert.deepEqual(spelled(all), wanted)
      const paged: typeof all = []
      for (;;) {
        const page = await store.history(portalId, 'contacts', '1', {
          after: paged.at(-1),
          limit: 1,
        })
        if (page.length === 0) break
        paged.push(...page)
        assert.ok(paged.length < 20, 'Expected the pages to end')
      }
      assert.deepEqual(paged, all)
      const one = await store.history(portalId, 'contacts', '1', {
        property: 'b',
        after: all[1],
        limit: 5,
      })
      assert.deepEqual(spelled(one), ['b 2 x', 'b 1 v1'])
      assert.deepEqual(await store.history(portalId, 'contacts', '3', { limit: 5 }), [])
    },
  ),
]
