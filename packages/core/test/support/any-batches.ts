import fc from 'fast-check'
import { expect } from 'vitest'
import type { Tombstone } from '../../src/model.js'
import { memoryStoreBy } from '../../src/store/memory-store.js'
import type { planCommit } from '../../src/store/plan-commit.js'
import { naiveMirror } from './naive-mirror.js'
import { edge, minute, row, schema } from './planned-rows.js'

const ids = fc.constantFrom('1', '2', '3')
const objects = fc.constantFrom('contacts', 'companies')
const anyRow = fc
  .record({
    id: ids,
    minutes: fc.integer({ min: 1, max: 4 }),
    isArchived: fc.boolean(),
    title: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    partial: fc.constantFrom(...[undefined, undefined, undefined, true]),
    readAt: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
  })
  .map(({ id, minutes, isArchived, title, partial, readAt }) =>
    row(id, {
      status: isArchived ? 'ARCHIVED' : 'ACTIVE',
      updatedAt: minute(minutes),
      values: title === undefined ? {} : { title },
      ...(partial ? { partial } : {}),
      ...(readAt === undefined ? {} : { readAt: minute(readAt) }),
    }),
  )
const anyTombstone = fc
  .record({ object: objects, id: ids, into: fc.option(ids) })
  .map(({ object, id, into }): Tombstone => {
    return into === null
      ? { object, id, reason: 'purged', intoId: null }
      : { object, id, reason: 'merged', intoId: into }
  })
const anySet = fc
  .record({
    fromId: ids,
    edges: fc.array(
      fc.record({ toId: ids, typeId: fc.constantFrom(1, 2), label: fc.constantFrom(null, 'x') }),
      { maxLength: 3 },
    ),
  })
  .map(({ fromId, edges }) => ({
    pair: 'contacts_companies',
    fromId,
    edges: edges.map(({ toId, typeId, label }) => edge(toId, typeId, label)),
  }))
/** What a batch writes. */
export const anyContent = fc.record({
  rows: fc.array(
    fc.record({ object: objects, rows: fc.array(anyRow, { maxLength: 4 }), feed: fc.boolean() }),
    { maxLength: 3 },
  ),
  tombstones: fc.array(anyTombstone, { maxLength: 2 }),
  // If a set is given twice, the later one counts, and the earlier isn't counted.
  associations: fc.uniqueArray(anySet, { maxLength: 3, selector: ({ fromId }) => fromId }),
})

/**
 * Expects that batches, planned this way, leave the same content as if each row, tombstone and set had been written by
 * itself.
 */
export function leavesAsMeant(plan: typeof planCommit) {
  return fc.asyncProperty(
    fc.array(anyContent, { minLength: 2, maxLength: 4 }),
    async (contents) => {
      const store = memoryStoreBy(plan)
      await store.migrate(schema)
      const naive = naiveMirror(schema)
      for (const [index, content] of contents.entries()) {
        const batch = { portalId: '1', at: minute(10 * (index + 1)), ...content }
        expect(await store.commit(batch)).toEqual(naive.commit(batch))
      }
      expect(await naive.readFrom(store)).toEqual(naive.content())
    },
  )
}
