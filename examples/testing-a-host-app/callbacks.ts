import { createHubspotSync, type HubspotSyncOptions } from '@hubsync/core'

/** The mirror of the application. Tests give it another store, token and clock. */
export function createMirror(options: HubspotSyncOptions) {
  return createHubspotSync(options)
}

/** Who is to be called about a deal: the telephone numbers of its contacts. */
export async function phonesOfDeal(mirror: ReturnType<typeof createMirror>, id: string) {
  const deal = await mirror.resolve('deals', id)
  if (deal === null) return []
  const contacts = await mirror.related('deals', deal, 'contacts')
  return contacts.map(({ record }) => record.phone).filter((phone) => phone !== null)
}
