import type { ColumnValue, MirrorRow } from '@hubsync/core'
import { type Batch, type MirrorSchema, type RowGroup, referenceTables } from '@hubsync/core/store'

export const portalId = '1000001'

const column = (
  name: string,
  kind: MirrorSchema['objects'][number]['columns'][number]['kind'],
) => ({
  name,
  sqlName: name,
  kind,
  property: name,
})

/** Contacts with a column of each kind, companies, and the pair of both. */
export const schema: MirrorSchema = {
  objects: [
    {
      name: 'contacts',
      type: 'contacts',
      columns: [
        column('email', 'email'),
        column('phone', 'phone'),
        column('name', 'text'),
        column('visits', 'integer'),
        column('score', 'number'),
        column('amount', 'decimal'),
        column('member', 'boolean'),
        column('birthday', 'date'),
        column('seen', 'datetime'),
        column('topics', 'list'),
      ],
    },
    { name: 'companies', type: 'companies', columns: [column('label', 'text')] },
  ],
  pairs: [{ name: 'contacts_companies', from: 'contacts', to: 'companies' }],
}

/** The samples with all reference tables, and a history of the contacts. */
export const wholeSchema: MirrorSchema = {
  ...schema,
  objects: schema.objects.map((table) =>
    table.name === 'contacts' ? { ...table, history: {} } : table,
  ),
  reference: referenceTables,
}

/** The time so many minutes into a day. */
export function minute(count: number): string {
  return new Date(Date.UTC(2026, 0, 5) + count * 60_000).toISOString()
}

/** A row that was last modified at that minute. */
export function row(id: string, at = 1, values: Record<string, ColumnValue> = {}): MirrorRow {
  const [createdAt, updatedAt] = [minute(0), minute(at)]
  return {
    id,
    status: 'ACTIVE',
    url: null,
    createdAt,
    updatedAt,
    archivedAt: null,
    values,
    raw: { id, createdAt, updatedAt, archived: false, properties: {} },
  }
}

/** An archived row that was last modified at that minute. */
export function archived(id: string, at = 1): MirrorRow {
  return { ...row(id, at), status: 'ARCHIVED', archivedAt: minute(at) }
}

export function group(object: string, ...rows: MirrorRow[]): RowGroup {
  return { object, rows, feed: true }
}

/** The set of associations from a contact to companies. */
export function companiesOf(fromId: string, ...toIds: string[]) {
  const edges = toIds.map((toId) => ({ toId, category: 'HUBSPOT_DEFINED', typeId: 1, label: null }))
  return { pair: 'contacts_companies', fromId, edges }
}

export function batch(content: Partial<Batch>): Batch {
  return { portalId, at: minute(100), ...content }
}
