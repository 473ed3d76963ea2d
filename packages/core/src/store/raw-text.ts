import type { HubspotRecord } from '../model.js'

/** HubSpot's object as text. Equal objects have equal texts. */
export function rawText(raw: HubspotRecord): string {
  return JSON.stringify(raw)
}

/** Whether two texts are of equal objects. A database may return its JSON with another order of keys. */
export function isSameRaw(one: string, other: string): boolean {
  return one === other || isSameJson(JSON.parse(one), JSON.parse(other))
}

function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const [these, those] = [Object.entries(one), other as Record<string, unknown>]
  return (
    these.length === Object.keys(those).length &&
    these.every(([name, value]) => Object.hasOwn(those, name) && isSameJson(value, those[name]))
  )
}
