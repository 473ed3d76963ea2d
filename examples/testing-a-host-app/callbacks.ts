import { createHubspotSync, type HubspotSyncOptions } from '@hubsync/core'

/** The mirror of the application. Tests pass another store, token and clock. */
export function createMirror(options: HubspotSyncOptions) {
  return createHubspotSync(options)
}

/** The telephone numbers of a deal's contacts. */
export async function phonesOfDeal(mirror: ReturnType<typeof createMirror>, id: string) {
  const deal = await mirror.resolve('deals', id)
  if (deal === null) return []
  const contacts = await mirror.related('deals', deal, 'contacts')
  return contacts.map(({ record }) => record.phone).filter((phone) => phone !== null)
}
