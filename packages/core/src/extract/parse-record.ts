import type { HubspotRecord } from '../model.js'

/**
 * Takes a record from a reply as leniently as possible: what the mirror needs is normalized, everything else passes
 * through. Undefined if there is no id, because nothing can be done with such a record.
 *
 * @param inBin - whether the recycle bin was read: a record that doesn't say where it is, is there.
 */
export function parseRecord(value: unknown, inBin = false): HubspotRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { archivedAt: givenArchivedAt, ...given } = value as Record<string, unknown>
  const id = parseId(given.id)
  if (id === undefined) return undefined
  const properties = parseProperties(given.properties)
  const modified = properties.hs_lastmodifieddate ?? properties.lastmodifieddate
  const createdAt = moment(given.createdAt) ?? moment(properties.createdate) ?? EPOCH
  const updatedAt = moment(given.updatedAt) ?? moment(modified) ?? createdAt
  const archivedAt = moment(givenArchivedAt)
  return {
    ...given,
    id,
    properties,
    createdAt,
    updatedAt,
    archived: typeof given.archived === 'boolean' ? given.archived : inBin,
    ...(archivedAt === undefined ? {} : { archivedAt }),
  }
}

/**
 * Ids come as text, or as JSON numbers. The mirror has text only. Undefined if the number has already lost precision.
 */
export function parseId(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}

const EPOCH = '1970-01-01T00:00:00.000Z'

function parseProperties(value: unknown): Record<string, string | null> {
  const properties: Record<string, string | null> = {}
  if (typeof value !== 'object' || value === null) return properties
  // A copy of so many names takes V8 four times the memory of what \`JSON.parse\` made.
  if (Object.values(value).every(isText)) return value as Record<string, string | null>
  for (const [name, property] of Object.entries(value))
    properties[name] = isText(property) ? property : JSON.stringify(property)
  return properties
}

function isText(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}

function moment(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined
  return isoMoment(new Date(value))
}

/**
 * A moment as ISO-8601. Undefined for an invalid one, and for years of more than four digits: databases refuse their
 * form.
 */
export function isoMoment(at: Date): string | undefined {
  const year = at.getUTCFullYear()
  return year >= 0 && year <= 9999 ? at.toISOString() : undefined
}
