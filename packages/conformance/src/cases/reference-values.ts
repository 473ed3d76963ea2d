import assert from 'node:assert/strict'
import { type ConformanceCase, referenceCase } from '../conformance-case.js'
import { pipeline, reading, referenceRow, stage } from '../sample-reference.js'
import { batch, minute, portalId } from '../sample-rows.js'

const p = reading('pipelines', ['deals'], pipeline('p', 'One'))

/** A stage with a value in each column. */
const won = stage('won', {
  sourceCreatedAt: '2020-02-29T23:59:59.999Z',
  sourceUpdatedAt: '9999-12-31T23:59:59.999Z',
  sourceArchivedAt: '1970-01-01T00:00:00.000Z',
  label: "Won 😀 o'clock",
  displayOrder: -1,
  isClosed: true,
  isWon: false,
  probability: '0.10',
  state: 'OPEN',
})

/** Option values that are nearly equal, or often cause bugs, in the order of their bytes. */
const options = [
  '',
  ' ',
  '%',
  "'; DROP TABLE property_options; --",
  '07',
  '10',
  '7',
  'A',
  'a',
  'a/b',
  'constructor',
  'e\u0301',
  'é',
  '\uffff',
  '😀',
]

export const referenceValueCases: readonly ConformanceCase[] = [
  referenceCase(
    'Reference rows are read back whole, and are in their columns',
    async (store, place) => {
      const bare = stage('bare')
      const reference = [p, reading('pipeline_stages', ['deals'], won, bare)]
      await store.commit(batch({ reference }))
      const found = await store.reference(portalId, 'pipeline_stages', ['deals', 'p'])
      const empty = Object.fromEntries(Object.keys(won.values).map((name) => [name, null]))
      const syncedAt = minute(100)
      assert.deepEqual(found, [
        { ...bare, values: empty, syncedAt },
        { ...won, syncedAt },
      ])
      const lines = await place.rows('pipeline_stages')
      const line = lines.find(({ source_id }) => source_id === 'won')
      const { is_closed, is_won, display_order, ...rest } = line ?? {}
      assert.deepEqual([is_closed, is_won, display_order].map(Number), [1, 0, -1])
      assert.deepEqual(rest, {
        portal_id: portalId,
        object: 'deals',
        pipeline_id: 'p',
        source_id: 'won',
        source_status: 'ACTIVE',
        source_created_at: '2020-02-29T23:59:59.999Z',
        source_updated_at: '9999-12-31T23:59:59.999Z',
        source_archived_at: '1970-01-01T00:00:00.000Z',
        label: "Won 😀 o'clock",
        probability: '0.10',
        state: 'OPEN',
        raw: won.raw,
        synced_at: syncedAt,
      })
    },
  ),

  referenceCase('Reading the same again writes nothing, whatever the values are', async (store) => {
    const reference = [p, reading('pipeline_stages', ['deals'], won, stage('bare'))]
    await store.commit(batch({ reference }))
    const { rows } = await store.commit(batch({ at: minute(200), reference }))
    assert.equal(rows.pipeline_stages?.unchanged, 2)
    const found = await store.reference(portalId, 'pipeline_stages', [])
    assert.deepEqual(
      found.map(({ syncedAt }) => syncedAt),
      [minute(100), minute(100)],
    )
  }),

  referenceCase(
    'Keys are exact texts, and reference rows come in the order of their bytes',
    async (store) => {
      const rows = options.map((value) =>
        referenceRow(['deals', 'size', value], { values: { label: value }, raw: null }),
      )
      const part = reading('property_options', ['deals'], ...rows.toReversed())
      await store.commit(batch({ reference: [part] }))
      const found = await store.reference(portalId, 'property_options', ['deals'])
      assert.deepEqual(
        found.map(({ key, values }) => [key[2], values.label]),
        options.map((value) => [value, value]),
      )
      const again = await store.commit(batch({ reference: [part] }))
      assert.equal(again.rows.property_options?.unchanged, options.length)
      const entries = await store.changes(portalId, { limit: 100 })
      assert.deepEqual(
        entries.map(({ id }) => id).sort(),
        options.map((value) => `deals/size/${value}`).sort(),
      )
    },
  ),

  referenceCase('Numbers in keys are numbers, and are in their order', async (store, place) => {
    const types = [279, 5, 2147483648, 10].map((typeId) =>
      referenceRow(['contacts', 'deals', 'HUBSPOT_DEFINED', typeId], { raw: null }),
    )
    await store.commit(
      batch({ reference: [reading('association_types', ['contacts', 'deals'], ...types)] }),
    )
    const found = await store.reference(portalId, 'association_types', ['contacts'])
    assert.deepEqual(
      found.map(({ key }) => key[3]),
      [5, 10, 279, 2147483648],
    )
    const one = ['contacts', 'deals', 'HUBSPOT_DEFINED', 10]
    assert.equal((await store.reference(portalId, 'association_types', one)).length, 1)
    const lines = await place.rows('association_types')
    assert.deepEqual(
      lines.map(({ type_id }) => Number(type_id)).sort((a, b) => a - b),
      [5, 10, 279, 2147483648],
    )
  }),

  referenceCase('A part is read by the first values of its key', async (store) => {
    const stages = [stage('a'), stage('b'), stage('a', {}, 'tickets')]
    const reference = [
      p,
      reading('pipelines', ['tickets'], pipeline('p', 'Ticket', 'tickets')),
      reading('pipeline_stages', [], ...stages),
    ]
    await store.commit(batch({ reference }))
    const keysOf = async (...scope: string[]) => {
      const rows = await store.reference(portalId, 'pipeline_stages', scope)
      return rows.map(({ key }) => key.join('/'))
    }
    assert.deepEqual(await keysOf(), ['deals/p/a', 'deals/p/b', 'tickets/p/a'])
    assert.deepEqual(await keysOf('deals'), ['deals/p/a', 'deals/p/b'])
    assert.deepEqual(await keysOf('deals', 'p', 'b'), ['deals/p/b'])
    assert.deepEqual(await keysOf('deals', 'q'), [])
    assert.deepEqual(await keysOf('deal'), [])
  }),

  referenceCase('A reference text with NUL in it is read back unchanged', async (store) => {
    const text = '\0before\0 and after\0'
    const owner = referenceRow([text], { values: { firstName: text }, raw: { [text]: text } })
    const part = reading('owners', [], owner)
    await store.commit(batch({ reference: [part] }))
    const [found] = await store.reference(portalId, 'owners', [text])
    assert.deepEqual([found?.key, found?.values.firstName, found?.raw], [[text], text, owner.raw])
    const again = await store.commit(batch({ reference: [part] }))
    assert.equal(again.rows.owners?.unchanged, 1)
  }),

  referenceCase(
    'Half a surrogate pair becomes U+FFFD in a reference row, and is the same row again',
    async (store) => {
      const half = 'cut \ud83d'
      const owner = referenceRow([half], { values: { firstName: half }, raw: { name: half } })
      const part = reading('owners', [], owner)
      await store.commit(batch({ reference: [part] }))
      const [found] = await store.reference(portalId, 'owners', [])
      const { key, values, raw } = found ?? {}
      assert.deepEqual([key, values?.firstName], [['cut \ufffd'], 'cut \ufffd'])
      assert.deepEqual(raw, { name: half })
      const again = await store.commit(batch({ reference: [part] }))
      assert.equal(again.rows.owners?.unchanged, 1)
    },
  ),

  referenceCase(
    'Changing reference rows that were passed in or returned does not change the store',
    async (store) => {
      const raw = { name: 'Ada' }
      const values = { email: 'a@example.com' }
      const owner = referenceRow(['1'], { values, raw })
      await store.commit(batch({ reference: [reading('owners', [], owner)] }))
      raw.name = 'spoiled'
      values.email = 'spoiled'
      const [first] = await store.reference(portalId, 'owners', [])
      Object.assign(first?.raw as object, { name: 'spoiled' })
      Object.assign(first?.values as object, { email: 'spoiled' })
      const [found] = await store.reference(portalId, 'owners', [])
      assert.deepEqual([found?.raw, found?.values.email], [{ name: 'Ada' }, 'a@example.com'])
    },
  ),
]
