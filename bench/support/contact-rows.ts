import type { MirrorRow } from '@hubsync/core'

/**
 * A contact's row as the mapper would create it from these properties. Each revision is a minute later, and each row of
 * a commit has another date, as in HubSpot.
 */
export function contactRow(
  id: string,
  properties: Record<string, string>,
  { portalId, revision = 0 }: { portalId: string; revision?: number },
): MirrorRow {
  const createdAt = '2026-01-01T00:00:00.000Z'
  const within = Number(id) % 60_000
  const updatedAt = new Date(Date.UTC(2026, 5, 1) + revision * 60_000 + within).toISOString()
  const url = `https://app.hubspot.com/contacts/${portalId}/record/0-1/${id}`
  return {
    id,
    status: 'ACTIVE',
    url,
    createdAt,
    updatedAt,
    archivedAt: null,
    values: {
      email: properties.email ?? null,
      firstName: properties.firstname ?? null,
      lastName: properties.lastname ?? null,
      phone: properties.phone ?? null,
      lifecycleStage: properties.lifecyclestage ?? null,
      ownerId: properties.hubspot_owner_id ?? null,
    },
    raw: { id, createdAt, updatedAt, archived: false, url, properties },
  }
}
