import { parseId } from './record-ids.js'
import { invalid } from './replies.js'

/** Where a page of the associations of a record goes on. Opaque to a client. Source: recorded replies. */
export function encodeCursor(typeId: string, id: number): string {
  return Buffer.from(`${typeId}-${id}`).toString('base64')
}

/** The id to go on from. HubSpot's older replies have the cursor percent-encoded. */
export function decodeCursor(cursor: unknown): number {
  if (cursor === undefined || cursor === null || cursor === '') return 0
  const text = Buffer.from(String(cursor).replaceAll('%3D', '='), 'base64').toString()
  const id = parseId(/^\d+-\d+-(\d+)$/.exec(text)?.[1])
  if (id === undefined) throw invalid(`Invalid value for after: ${String(cursor)}`)
  return id
}
