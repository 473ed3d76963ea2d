import type { Hubspot } from '../client/hubspot-client.js'
import type { HubspotRecord } from '../model.js'
import { isRefusal } from './in-pieces.js'
import { parsePage } from './parse-page.js'
import { parseRecord } from './parse-record.js'
import { readRecords } from './record-reader.js'

/** HubSpot docs, CRM search: at most 5 filter groups, of which a record must meet one. */
const NAMES_A_SEARCH = 5
/** How many of the latest records are looked at first. */
const LATEST = 100
/** How many searches are under way at once. */
const WIDTH = 4

/**
 * Which of these properties any active record has a value of. First the latest records are looked at; then five of the
 * remaining names are searched at once, until a search finds nothing. A name that HubSpot can't search by counts as
 * used.
 */
export async function usedProperties(
  hubspot: Hubspot,
  { type, modifiedProperty }: { type: string; modifiedProperty: string },
  names: readonly string[],
): Promise<Set<string>> {
  const open = new Set(names)
  const note = (records: readonly HubspotRecord[]) => {
    for (const { properties } of records)
      for (const name of open) if (isValue(properties[name])) open.delete(name)
  }

  async function search(wanted: readonly string[]): Promise<HubspotRecord[]> {
    const { json } = await hubspot.ask(
      hubspot.endpoints.search({
        type,
        sortBy: 'hs_object_id',
        descending: true,
        limit: LATEST,
        properties: wanted,
        filters: [],
        anyOf: wanted.map((propertyName) => ({ propertyName, operator: 'HAS_PROPERTY' })),
      }),
    )
    return parsePage(json, `search of ${type}`).results.flatMap((each) => parseRecord(each) ?? [])
  }

  /** Searches these names until all of them are decided. Those that no record has stay open. */
  async function decide(chunk: readonly string[]): Promise<void> {
    let wanted = chunk.filter((name) => open.has(name))
    while (wanted.length > 0) {
      const found = await search(wanted).catch((error: unknown) => {
        if (isRefusal(error)) return undefined
        throw error
      })
      if (found?.length === 0) return
      if (found) note(found)
      const left = wanted.filter((name) => open.has(name))
      // HubSpot refuses one of them, or found records by values that it doesn't show.
      if (!found || left.length === wanted.length) {
        if (wanted.length > 1) for (const name of wanted) await decide([name])
        else open.delete(wanted[0] as string)
        return
      }
      wanted = left
    }
  }

  const ids = (await search([modifiedProperty])).map(({ id }) => id)
  if (ids.length === 0) return new Set()
  note((await readRecords(hubspot, { type, ids, properties: names })).records)
  const chunks = chunksOf([...open])
  const worker = async () => {
    for (let chunk = chunks.pop(); chunk; chunk = chunks.pop()) await decide(chunk)
  }
  await Promise.all(Array.from({ length: WIDTH }, worker))
  return new Set(names.filter((name) => !open.has(name)))
}

function isValue(value: string | null | undefined): boolean {
  return value !== undefined && value !== null && value !== ''
}

function chunksOf(names: readonly string[]): string[][] {
  const chunks: string[][] = []
  for (let start = 0; start < names.length; start += NAMES_A_SEARCH)
    chunks.push(names.slice(start, start + NAMES_A_SEARCH))
  return chunks
}
