import type { Store, StoredRow } from '@hubsync/core'

/** All rows of an object, by id. */
export async function allRows(
  store: Store,
  portalId: string,
  object: string,
): Promise<Map<string, StoredRow>> {
  const rows = new Map<string, StoredRow>()
  for (let after: string | undefined; ; ) {
    const page = await store.list(portalId, object, { after, limit: 1_000 })
    for (const row of page) rows.set(row.id, row)
    if (page.length < 1_000) return rows
    after = page.at(-1)?.id
  }
}
