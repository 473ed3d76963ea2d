import assert from 'node:assert/strict'
import type { Store } from '@hubsync/core'
import { type ConformanceCase, storeCase } from '../conformance-case.js'
import { edgesOf, inOrder, paged } from '../read-back.js'
import { batch, companiesOf, edge, group, minute, portalId, row } from '../sample-rows.js'

/** Texts that often cause bugs. */
const texts: Record<string, string> = {
  quotes: `'; DROP TABLE contacts; -- "quoted" \`ticked\``,
  backslashes: '\\ \\\\ \\n \\u0041 \\0',
  placeholders: '? ?1 $1 :name @name %s {0} #{x}',
  whitespace: ' \t leading, \r\n lines \u00a0\u2028\u2029 trailing ',
  emoji: '😀 👩‍👩‍👧 🇩🇪 𝒳',
  'combining marks': 'é e\u0301 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤',
  'right to left': 'שלום \u202e abc عربى',
  'ends of the planes': '\u0001\u007f\u0080\ud7ff\ue000\ufeff\ufffd\uffff\u{10000}\u{10ffff}',
  'looks like JSON': '{"a": [null]}',
  'looks like a number': '0000.10e5',
  '65,536 characters': 'x'.repeat(65_536),
  '65,536 characters of three bytes': '€'.repeat(65_536),
}

/** Ids that aren't ordinary numbers, or are nearly equal. */
const ids = [
  '1000000000000',
  '9007199254740992',
  '9007199254740993',
  '123456789012345678901234567890',
  '7',
  '07',
  '007',
  '7.0',
  '1e3',
  '-1',
  ' 7',
  'NULL',
  'undefined',
  'constructor',
  '__proto__',
  "o'clock",
  '"quoted"',
  '\\',
  '%',
  '_',
  '?',
  '/',
  'a/b',
  '😀',
  '😁',
  'é',
  'e\u0301',
  'A',
  'a',
  'x'.repeat(255),
]

async function writeText(store: Store, id: string, text: string): Promise<void> {
  const values = { text, list: [text, 'b'] }
  await store.commit(batch({ rows: [group('items', row(id, { values }))] }))
}

export const nastyTextCases: readonly ConformanceCase[] = [
  ...Object.entries(texts).map(([what, text]) =>
    storeCase(10, `A text is read back unchanged: ${what}`, async (store, place) => {
      await writeText(store, '1', text)
      const stored = await store.get(portalId, 'items', '1')
      assert.equal(stored?.values.text, text)
      assert.deepEqual(stored.values.list, [text, 'b'])
      assert.equal(stored.raw.properties.text, text)
      assert.deepEqual(
        (await place.rows('items')).map((line) => line.text),
        [text],
      )
      const [entry] = await store.changes(portalId, { limit: 1 })
      assert.deepEqual(entry?.columns.text, { old: null, new: text })
    }),
  ),

  storeCase(10, 'A text with NUL in it is read back unchanged', async (store) => {
    const text = '\0before\0 and after\0'
    await writeText(store, '1', text)
    const stored = await store.get(portalId, 'items', '1')
    assert.equal(stored?.values.text, text)
    assert.deepEqual(stored.values.list, [text, 'b'])
    assert.equal(stored.raw.properties.text, text)
    await store.commit(batch({ rows: [group('items', row(text), row('\0'))] }))
    assert.equal((await store.get(portalId, 'items', text))?.id, text)
    assert.equal((await store.get(portalId, 'items', '\0'))?.id, '\0')
  }),

  storeCase(
    10,
    'Half a surrogate pair is replaced in columns, kept in raw, and not taken for a change',
    async (store) => {
      const text = 'cut \ud83d off \ude00 twice, whole 😀'
      const commit = (at: number) =>
        store.commit(
          batch({
            at: minute(at),
            rows: [group('items', row('1', { values: { text, list: [text] } }))],
          }),
        )
      await commit(100)
      const stored = await store.get(portalId, 'items', '1')
      const replaced = 'cut \ufffd off \ufffd twice, whole 😀'
      assert.equal(stored?.values.text, replaced)
      assert.deepEqual(stored.values.list, [replaced])
      assert.equal(stored.raw.properties.text, text)
      assert.equal((await commit(200)).rows.items?.unchanged, 1)
      const entries = await store.changes(portalId, { limit: 10 })
      assert.deepEqual(
        entries.map(({ columns }) => columns.text?.new),
        [replaced],
      )
    },
  ),

  storeCase(
    10,
    'Ids are compared as exact texts, whatever they look like',
    async (store, place) => {
      const rows = ids.map((id, index) => row(id, { values: { firstName: `name ${index}` } }))
      const { rows: counts } = await store.commit(batch({ rows: [group('contacts', ...rows)] }))
      assert.equal(counts.contacts?.created, ids.length)
      assert.deepEqual(
        inOrder((await place.rows('contacts')).map((line) => line.source_id)),
        inOrder(ids),
      )
      for (const [index, id] of ids.entries()) {
        const stored = await store.get(portalId, 'contacts', id)
        assert.deepEqual(
          [stored?.id, stored?.raw.id, stored?.values.firstName],
          [id, id, `name ${index}`],
        )
      }
      const claims = ids.map((id) => ({ id, updatedAt: minute(1) }))
      assert.deepEqual(await store.differing(portalId, 'contacts', claims), [])
      const listed = await paged(
        (after) => store.list(portalId, 'contacts', { after, limit: 4 }),
        ({ id }) => id,
      )
      assert.deepEqual(inOrder(listed.map(({ id }) => id)), inOrder(ids))
    },
  ),

  storeCase(
    10,
    'An id can be linked, archived and removed, whatever it looks like',
    async (store, place) => {
      const rows = ids.map((id) => row(id))
      await store.commit(
        batch({ rows: [group('contacts', row('1')), group('companies', ...rows)] }),
      )
      const edges = ids.map((id) => edge(id))
      const { associations } = await store.commit(
        batch({ associations: [companiesOf('1', ...edges)] }),
      )
      assert.equal(associations.added, ids.length)
      assert.deepEqual(await edgesOf(store, '1'), inOrder(edges))
      for (const [index, id] of ids.entries()) {
        const tombstone = { object: 'companies', id, reason: 'merged', intoId: id } as const
        await store.commit(
          index % 2 === 0
            ? batch({ rows: [group('companies', row(id, { archived: 5 }))] })
            : batch({ tombstones: [tombstone] }),
        )
        assert.equal((await edgesOf(store, '1')).length, ids.length - index - 1, id)
        const found = await store.tombstone(portalId, 'companies', id)
        assert.deepEqual(found, index % 2 === 0 ? null : tombstone)
      }
      assert.deepEqual(await place.rows('contacts_companies'), [])
    },
  ),
]
