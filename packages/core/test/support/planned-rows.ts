import type { AssociationEdge, MirrorRow } from '../../src/model.js'
import type { KnownRow } from '../../src/store/plan-row.js'
import { rawText } from '../../src/store/raw-text.js'
import type { MirrorSchema } from '../../src/store/tables.js'

const table = (name: string) => ({
  name,
  type: name,
  columns: [
    { name: 'title', sqlName: 'title', kind: 'text' as const, property: 'title' },
    { name: 'tags', sqlName: 'tags', kind: 'list' as const, property: 'tags' },
  ],
})

/** Two objects with a text and a list each, and a pair of them. */
export const schema: MirrorSchema = {
  objects: [table('contacts'), table('companies')],
  pairs: [{ name: 'contacts_companies', from: 'contacts', to: 'companies' }],
}

/** A moment of one day, by its minute. */
export const minute = (count: number) =>
  new Date(Date.UTC(2026, 0, 5) + count * 60_000).toISOString()

/** A row of minute 1 with a title and the given parts. */
export function row(id: string, given: Partial<MirrorRow> = {}): MirrorRow {
  const { status = 'ACTIVE', updatedAt = minute(1), values = { title: 'one', tags: null } } = given
  const archivedAt = status === 'ARCHIVED' ? updatedAt : null
  const properties = { title: typeof values.title === 'string' ? values.title : null }
  return {
    ...{ id, status, url: null, createdAt: minute(0), updatedAt, archivedAt, values },
    raw: { id, createdAt: minute(0), updatedAt, archived: status === 'ARCHIVED', properties },
    ...given,
  }
}

/** The same as a store knows it. */
export function known(id: string, given: Partial<MirrorRow> = {}): KnownRow {
  const stored = row(id, given)
  return { ...stored, rawText: rawText(stored.raw) }
}

export function edge(toId: string, typeId = 1, label: string | null = null): AssociationEdge {
  return { toId, category: 'HUBSPOT_DEFINED', typeId, label }
}
