import type { Batch, MirrorSchema } from '@hubsync/core/store'

export const schema: MirrorSchema = {
  objects: [
    {
      name: 'contacts',
      type: 'contacts',
      columns: [{ name: 'email', sqlName: 'email', kind: 'email', property: 'email' }],
    },
  ],
  pairs: [],
}

export const portalId = '1000001'
const at = '2026-01-05T00:00:00.000Z'

/** A batch with one contact. */
export function contactBatch(id: string): Batch {
  const raw = { id, properties: {}, createdAt: at, updatedAt: at, archived: false }
  const dates = { createdAt: at, updatedAt: at, archivedAt: null }
  const row = { id, status: 'ACTIVE' as const, url: null, ...dates, values: {}, raw }
  return { portalId, at, rows: [{ object: 'contacts', rows: [row], feed: true }] }
}
