import type { HubspotRecord } from '../model.js'
import { MERGED_IDS } from './property-reader.js'

/** What came of reading records by id: every id that was asked for is in exactly one of the four. */
export interface BatchAnswer {
  records: HubspotRecord[]
  /** Ids of records that were merged, and of those that they became part of. */
  aliases: Map<string, string>
  /** Ids of which HubSpot says that there is no such record. */
  missing: string[]
  /** Ids that HubSpot left out without a word, or can't answer for. Nothing is known of them. */
  unanswered: string[]
}

/** Reads of so few properties are divided by them no further. */
export const FEW_PROPERTIES = 250
/** How often records are read that change from one part to the next. */
const ROUNDS = 3

/** What tells which record a part is of, and of which version. */
const inEachPart = [MERGED_IDS, 'createdate', 'hs_lastmodifieddate', 'lastmodifieddate']

/**
 * Reads records in parts of so many properties, and puts them together. Parts of a record are of one version, or they are read again: a
 * record that is half of before a change and half of after it never was.
 */
export async function readInParts(
  properties: readonly string[],
  most: number,
  ids: readonly string[],
  read: (properties: readonly string[], ids: readonly string[]) => Promise<BatchAnswer>,
): Promise<BatchAnswer> {
  if (properties.length <= most) return read(properties, ids)
  const whole: BatchAnswer = { records: [], aliases: new Map(), missing: [], unanswered: [] }
  let open = ids
  for (let round = 1; round <= ROUNDS && open.length > 0; round++) {
    const parts: BatchAnswer[] = []
    // One after the other: where HubSpot can't answer the first, it isn't asked for the rest.
    for (const part of partsOf(properties, most)) parts.push(await read(part, open))
    open = join(parts, open, whole)
  }
  whole.unanswered.push(...open)
  return whole
}

function partsOf(properties: readonly string[], most: number): string[][] {
  const known = properties.filter((name) => inEachPart.includes(name))
  const others = properties.filter((name) => !inEachPart.includes(name))
  const size = Math.ceil(others.length / Math.ceil(properties.length / most))
  const parts: string[][] = []
  for (let start = 0; start < others.length; start += size)
    parts.push([...known, ...others.slice(start, start + size)])
  return parts
}

/** Adds what all parts say alike to the whole, and gives the ids of which they don't. */
function join(parts: readonly BatchAnswer[], ids: readonly string[], whole: BatchAnswer): string[] {
  const all = parts.map(({ records, aliases, missing }) => ({
    records: new Map(records.map((record) => [record.id, record])),
    aliases,
    missing: new Set(missing),
  }))
  const areAlike = (of: (part: (typeof all)[number]) => string) => new Set(all.map(of)).size === 1
  const torn = ids.filter(
    (id) =>
      !areAlike(({ records, aliases, missing }) =>
        missing.has(id) ? 'missing' : versionOf(records.get(aliases.get(id) ?? id)),
      ),
  )
  const isWhole = (id: string) => !torn.includes(id)
  const [first] = parts
  for (const record of first?.records ?? []) {
    if (!areAlike(({ records }) => versionOf(records.get(record.id)))) continue
    const properties = all.map(({ records }) => records.get(record.id)?.properties)
    whole.records.push({ ...record, properties: Object.assign({}, ...properties) })
  }
  for (const [id, other] of first?.aliases ?? []) if (isWhole(id)) whole.aliases.set(id, other)
  whole.missing.push(...(first?.missing ?? []).filter(isWhole))
  whole.unanswered.push(...(first?.unanswered ?? []).filter(isWhole))
  return torn
}

function versionOf(record: HubspotRecord | undefined): string {
  return record ? `${record.id} ${record.updatedAt} ${record.archived}` : 'unanswered'
}
