import assert from 'node:assert/strict'
import type { MirrorRow, Store } from '@hubsync/core'
import type { Portal } from '@hubsync/emulator'

const pairs = [
  ['contacts', 'companies'],
  ['contacts', 'deals'],
  ['deals', 'companies'],
] as const

/**
 * Compares the mirror with the portal: every record, active or archived, with every mirrored property, and every
 * association. Throws at the first difference.
 */
export async function expectEqual(portal: Portal, store: Store): Promise<void> {
  const portalId = String(portal.portalId)
  for (const object of ['contacts', 'companies', 'deals']) {
    const rows = await allRows(store, portalId, object)
    for (const archived of [false, true])
      for (const record of portal.records(object, { archived })) {
        const row = rows.get(record.id)
        assert.ok(row, `${object} ${record.id} is missing in the mirror`)
        rows.delete(record.id)
        assert.equal(row.status, archived ? 'ARCHIVED' : 'ACTIVE', `${object} ${record.id}: status`)
        assert.equal(row.updatedAt, record.updatedAt, `${object} ${record.id}: updatedAt`)
        for (const [name, value] of Object.entries(row.raw.properties))
          assert.equal(
            value ?? '',
            record.properties[name] ?? '',
            `${object} ${record.id}: ${name}`,
          )
      }
    assert.deepEqual([...rows.keys()], [], `${object} that are in the mirror alone`)
  }
  for (const [from, to] of pairs) {
    const ids = [...(await allRows(store, portalId, from)).keys()]
    const sets = await store.sets(portalId, `${from}_${to}`, ids)
    const mirrored = sets.flatMap(({ fromId, edges }) =>
      edges.map(
        ({ toId, category, typeId, label }) => `${fromId} ${toId} ${category} ${typeId} ${label}`,
      ),
    )
    const real = [...portal.associations(from, to)].map(
      ({ fromId, toId, category, typeId, label }) =>
        `${fromId} ${toId} ${category} ${typeId} ${label}`,
    )
    assert.deepEqual(mirrored.sort(), real.sort(), `associations from ${from} to ${to}`)
  }
}

async function allRows(
  store: Store,
  portalId: string,
  object: string,
): Promise<Map<string, MirrorRow>> {
  const rows = new Map<string, MirrorRow>()
  for (let after: string | undefined; ; ) {
    const page = await store.list(portalId, object, { after, limit: 1_000 })
    for (const row of page) rows.set(row.id, row)
    if (page.length < 1_000) return rows
    after = page.at(-1)?.id
  }
}
