import assert from 'node:assert/strict'
import { type ConformanceCase, historyCase, placeCase } from '../conformance-case.js'
import { everything, expectRefusal } from '../read-back.js'
import { entry, gapsOf, historyOf, read, readingOf, rowWith } from '../sample-history.js'
import { batch, group, minute, otherPortalId, portalId, row } from '../sample-rows.js'
import { historySchema, sampleSchema } from '../sample-schema.js'

const tables = ['contacts_history', 'contacts_history_gaps']
const prunedPart = { table: 'contacts_history', historyOf: 'contacts', shared: false }

export const historyPlaceCases: readonly ConformanceCase[] = [
  placeCase(
    22,
    'Migrating makes the tables of histories, in a mirror too that had none',
    async (place) => {
      const store = place.store()
      await store.migrate(sampleSchema)
      assert.ok(!(await place.tables()).some((table) => tables.includes(table)))
      await store.commit(batch({ rows: [group('contacts', row('1'))] }))
      const lacking = await store.missing(historySchema)
      assert.deepEqual(lacking.history?.toSorted(), ['contacts', 'items'])
      assert.deepEqual(await store.history(portalId, 'contacts', '1', { limit: 5 }), [])
      await store.migrate(historySchema)
      await store.migrate(historySchema)
      assert.equal((await store.missing(historySchema)).history, undefined)
      for (const table of tables) assert.ok((await place.tables()).includes(table))
      await read(store, 200, '1', { stage: readingOf(1) })
      assert.deepEqual(await historyOf(store, '1'), ['1 v1'])
    },
  ),

  historyCase('A reader that never migrates reads histories', async (store, place) => {
    await read(store, 100, '1', { stage: readingOf(1, 2) })
    await read(store, 200, '1', { stage: readingOf(5) })
    const reader = place.store()
    await reader.missing(historySchema)
    assert.deepEqual(await historyOf(reader, '1'), ['1 v1', '2 v2', '5 v5'])
    assert.deepEqual(await gapsOf(reader, '1'), [[2, 5]])
  }),

  historyCase('A row with a history is refused where the object has none', async (store) => {
    const rows = [group('companies', rowWith('1', { stage: readingOf(1) }))]
    await expectRefusal(store.commit(batch({ rows })), 'STORE_FAILED')
    assert.equal(await store.get(portalId, 'companies', '1'), null)
  }),

  historyCase(
    'A handle whose schema has no histories any more still erases those of purged records',
    async (store, place) => {
      await read(store, 100, '1', { stage: readingOf(1) })
      await read(store, 100, '2', { stage: readingOf(2) })
      const other = place.store()
      await other.migrate(sampleSchema)
      const tombstones = [{ object: 'contacts', id: '1', reason: 'purged', intoId: null } as const]
      await other.commit(batch({ at: minute(200), tombstones }))
      assert.deepEqual(await historyOf(store, '1'), [])
      assert.deepEqual(await historyOf(store, '2'), ['2 v2'])
    },
  ),

  ...tables.map((table) =>
    placeCase(
      22,
      `A table that somebody else made is refused for a history: ${table}`,
      async (place) => {
        await place.occupy(table)
        const store = place.store()
        await expectRefusal(store.migrate(historySchema), 'SCHEMA_CONFLICT')
        assert.deepEqual(await place.rows(table), [{ id: 1, note: 'mine' }])
      },
    ),
  ),

  historyCase(
    'The history of an object is pruned for one portal, and dropped when no other has any',
    async (store, place) => {
      const other = (content: Parameters<typeof batch>[0]) =>
        store.commit(batch({ ...content, portalId: otherPortalId }))
      await read(store, 100, '1', { stage: readingOf(1) })
      await read(store, 200, '1', { stage: readingOf(5) })
      await other({ rows: [group('contacts', rowWith('1', { stage: readingOf(7) }))] })
      const dry = await store.prune(portalId, [prunedPart], { dryRun: true })
      assert.deepEqual(dry, [2])
      assert.equal((await historyOf(store, '1')).length, 2)
      assert.deepEqual(await store.prune(portalId, [prunedPart], { dryRun: false }), [2])
      assert.deepEqual(await historyOf(store, '1'), [])
      assert.deepEqual(await place.rows('contacts_history_gaps'), [])
      assert.deepEqual(await historyOf(store, '1', 'stage', otherPortalId), ['7 v7'])
      assert.deepEqual(await store.prune(otherPortalId, [prunedPart], { dryRun: false }), [1])
      assert.ok(!(await place.tables()).some((table) => tables.includes(table)))
      assert.deepEqual(await store.prune(portalId, [prunedPart], { dryRun: true }), [null])
      assert.notEqual(await store.get(portalId, 'contacts', '1'), null)
    },
  ),

  historyCase(
    'Two handles that write the same reading at once write each entry once',
    async (store, place) => {
      const other = place.store()
      await other.migrate(historySchema)
      const given = { stage: readingOf(...Array.from({ length: 19 }, (_, index) => index + 1)) }
      const counts = await Promise.all([store, other].map((each) => read(each, 100, '1', given)))
      assert.deepEqual(counts.map((each) => each?.added).sort(), [0, 19])
      assert.equal((await place.rows('contacts_history')).length, 19)
    },
  ),

  historyCase(
    'A commit with histories that fails at any of its statements changes nothing, and can be repeated',
    async (store, place) => {
      await read(store, 100, '1', { stage: readingOf(1), owner: readingOf(1) })
      await read(store, 100, '2', { stage: readingOf(2, 3) })
      await read(store, 200, '1', { owner: readingOf(4) })
      const content = batch({
        at: minute(300),
        rows: [
          group('contacts', rowWith('1', { stage: readingOf(7, 8), owner: readingOf(1, 2, 4) })),
        ],
        tombstones: [{ object: 'contacts', id: '2', reason: 'merged', intoId: '1' }],
      })
      const before = await everything(place)
      const { store: failing, failAt, failed } = place.failing()
      await failing.migrate(historySchema)
      let statement = 1
      for (; statement < 1000; statement++) {
        failAt(statement)
        const done = await failing.commit(content).then(
          () => true,
          () => false,
        )
        assert.equal(done, !failed(), `Statement ${statement} failed, but the commit continued`)
        if (done) break
        assert.deepEqual(await everything(place), before, `After statement ${statement} failed`)
      }
      assert.ok(statement > 6, `Expected a statement for each part, counted ${statement - 1}`)
      assert.deepEqual(await historyOf(store, '1'), [
        '1 v1',
        '2 v2 of 2',
        '3 v3 of 2',
        '7 v7',
        '8 v8',
      ])
      assert.deepEqual(await gapsOf(store, '1'), [[1, 7]])
      assert.deepEqual(await gapsOf(store, '1', 'owner'), [])
    },
  ),

  historyCase(
    'The view of stages has each stay, by what the record itself was',
    async (store, place) => {
      const stages = (...list: [number, string][]) =>
        list.map(([at, value]) => entry(at, value)).reverse()
      await read(store, 100, '1', {
        // One that was entered again, one that is written again, and another pipeline with its stage.
        stage: stages([1, 'new'], [3, 'won'], [4, 'won'], [5, 'new'], [8, 'open']),
        pipeline: stages([1, 'sales'], [8, 'support']),
      })
      await read(store, 100, '2', {
        // The pipeline alone, then none, then again.
        stage: stages([2, 'new'], [6, ''], [7, 'new']),
        pipeline: stages([2, 'sales'], [4, 'support']),
      })
      await read(store, 100, '3', {
        stage: stages([1, 'lost'], [9, 'won']),
        pipeline: stages([1, 'sales']),
      })
      const tombstones = [{ object: 'contacts', id: '3', reason: 'merged', intoId: '1' } as const]
      await store.commit(batch({ at: minute(200), tombstones }))
      await store.commit(batch({ rows: [group('contacts', row('2', { at: 1, archived: 5 }))] }))
      const lines = await place.rows('contacts_stages')
      const spelled = lines.map((line) =>
        [
          line.source_id,
          line.pipeline_id,
          line.stage_id,
          at(line.entered_at),
          at(line.left_at),
          Boolean(line.is_current),
        ].join(' '),
      )
      assert.deepEqual(spelled.sort(), [
        '1 sales new 1 3 false',
        '1 sales new 5 8 false',
        '1 sales won 3 5 false',
        '1 support open 8  true',
        '2 sales new 2 4 false',
        '2 support new 4 6 false',
        '2 support new 7  true',
      ])
      assert.ok(lines.every((line) => line.portal_id === portalId))
    },
  ),
]

const at = (moment: unknown) =>
  typeof moment === 'string' ? (Date.parse(moment) - Date.parse(minute(0))) / 60_000 : ''
