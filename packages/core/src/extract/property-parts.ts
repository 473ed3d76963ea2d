import type { HubspotRecord } from '../model.js'
import { MERGED_IDS } from './merged-ids.js'

/** The result of reading records by id. Every id that was asked for is in exactly one of the four. */
export interface BatchAnswer {
  records: HubspotRecord[]
  /** Ids of merged records, each with the id of the record that it became part of. */
  aliases: Map<string, string>
  /** Ids that no record has, as HubSpot says. */
  missing: string[]
  /** Ids that HubSpot left out, or can't answer for. Nothing is known about them. */
  unanswered: string[]
}

/** The result of reading nothing. */
export const noAnswer: Readonly<BatchAnswer> = {
  records: [],
  aliases: new Map(),
  missing: [],
  unanswered: [],
}

/** Joins the answers to several calls. If a record came more than once, the last one counts. */
export function mergeAnswers(answers: readonly BatchAnswer[]): BatchAnswer {
  const records = answers.flatMap(({ records }) => records)
  return {
    records: [...new Map(records.map((record) => [record.id, record])).values()],
    aliases: new Map(answers.flatMap(({ aliases }) => [...aliases])),
    missing: answers.flatMap(({ missing }) => missing),
    unanswered: answers.flatMap(({ unanswered }) => unanswered),
  }
}

/** Reads with no more properties than this are not divided by properties any more. */
export const FEW_PROPERTIES = 250
/** How often records are read that change from one part to the next. */
const ROUNDS = 3

/** The properties that show which record, and which version of it, a part belongs to. */
const inEachPart = [MERGED_IDS, 'createdate', 'hs_lastmodifieddate', 'lastmodifieddate']

/**
 * Reads records in parts with some of the properties each, and joins them. Parts of different versions are read again:
 * a record that is half from before a change and half from after it never existed.
 */
export async function readInParts(
  properties: readonly string[],
  most: number,
  ids: readonly string[],
  read: (properties: readonly string[], ids: readonly string[]) => Promise<BatchAnswer>,
): Promise<BatchAnswer> {
  if (properties.length <= most) return read(properties, ids)
  const answers: BatchAnswer[] = []
  let open = ids
  for (let round = 1; round <= ROUNDS && open.length > 0; round++) {
    const parts: BatchAnswer[] = []
    // One part after the other: if HubSpot can't answer the first, it isn't asked for the rest.
    for (const part of partsOf(properties, most)) parts.push(await read(part, open))
    const { whole, torn } = join(parts, open)
    answers.push(whole)
    open = torn
  }
  return mergeAnswers([...answers, { ...noAnswer, unanswered: [...open] }])
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

/** Joins what all parts say about each id. Ids about which they differ are returned separately. */
function join(
  parts: readonly BatchAnswer[],
  ids: readonly string[],
): { whole: BatchAnswer; torn: string[] } {
  const whole: BatchAnswer = { records: [], aliases: new Map(), missing: [], unanswered: [] }
  const torn: string[] = []
  const tellers = parts.map(tellerOf)
  for (const id of ids) {
    const told = tellers.map((tell) => tell(id))
    const [first] = told
    if (!first || told.some(({ state }) => state !== first.state)) {
      torn.push(id)
    } else if (first.record) {
      const joined = (key: 'properties' | 'propertiesWithHistory') =>
        Object.assign({}, ...told.map(({ record }) => record?.[key]))
      const record: HubspotRecord = { ...first.record, properties: joined('properties') }
      // A part that asks for no history gets none.
      if (told.some(({ record }) => record?.propertiesWithHistory))
        record.propertiesWithHistory = joined('propertiesWithHistory')
      whole.records.push(record)
      if (first.record.id !== id) whole.aliases.set(id, first.record.id)
    } else {
      whole[first.state === MISSING ? 'missing' : 'unanswered'].push(id)
    }
  }
  return { whole, torn }
}

const MISSING = 'missing'

/** What a part says about an id: the record with its version, that there is none, or nothing. */
function tellerOf({ records, aliases, missing }: BatchAnswer) {
  const byId = new Map(records.map((record) => [record.id, record]))
  const gone = new Set(missing)
  return (id: string): { state: string; record?: HubspotRecord } => {
    const record = byId.get(aliases.get(id) ?? id)
    if (gone.has(id)) return { state: MISSING }
    if (!record) return { state: 'unanswered' }
    return { state: `${record.id} ${record.updatedAt} ${record.archived}`, record }
  }
}
