import type { HubspotRecord } from '../model.js'

/** HubSpot's object as text: equal objects give equal text. */
export function rawText(raw: HubspotRecord): string {
  return JSON.stringify(raw)
}

/** Whether two texts are of equal objects. A database may give its JSON back in another order of keys. */
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

const opening = '"properties":{'
const [quote, comma, backslash] = ['"', ',', '\\'].map((character) => character.charCodeAt(0))

/**
 * Whether a text of {@link rawText} ends with these properties and no others, in the order that they have here. Told without parsing
 * it, which would cost as much as reading it from the database. False also where it can't be told so.
 */
export function endsWithProperties(text: string, properties: HubspotRecord['properties']): boolean {
  let at = text.indexOf(opening) + opening.length
  if (at < opening.length) return false
  let isFirst = true
  for (const name of Object.keys(properties)) {
    if (!isFirst && text.charCodeAt(at++) !== comma) return false
    isFirst = false
    const value = at + name.length + 3
    const isNamed =
      text.charCodeAt(at) === quote &&
      text.startsWith(name, at + 1) &&
      text.startsWith('":', value - 2) &&
      !name.includes('"')
    if (!isNamed) return false
    if (text.charCodeAt(value) === quote) at = endOfString(text, value)
    else if (text.startsWith('null', value)) at = value + 4
    else return false
  }
  return text.startsWith('}}', at) && at + 2 === text.length
}

/** Where a string ends that begins with the quote at this place. */
function endOfString(text: string, begin: number): number {
  let end = begin
  let escapes: number
  do {
    end = text.indexOf('"', end + 1)
    escapes = 0
    while (text.charCodeAt(end - escapes - 1) === backslash) escapes++
  } while (escapes % 2 === 1)
  return end + 1
}
