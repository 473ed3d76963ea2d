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

const opening = '"properties":{'
const [quote, comma, backslash] = ['"', ',', '\\'].map((character) => character.charCodeAt(0))

/**
 * Whether a text of {@link rawText} has no properties except those of an object, in the same order. Found out without
 * parsing, which would take as long as reading the text from the database. False also if it can't be found out.
 *
 * If the object's own text ends with the rest of this text, that rest names properties of the object: its quotes come
 * in pairs, so it can't begin within a string. This is tried more and more rarely, because each failure takes some
 * time.
 *
 * @param whole - the text of the object.
 */
export function hasNoOtherProperties(text: string, object: HubspotRecord, whole: string): boolean {
  let at = text.indexOf(opening) + opening.length
  if (at < opening.length) return false
  const longer = whole.length - text.length
  const isLast = Object.keys(object).at(-1) === 'properties'
  let walked = 0
  let lookAfter = isLast ? 1 : Number.POSITIVE_INFINITY
  for (const name of Object.keys(object.properties)) {
    if (walked === lookAfter) {
      if (text.slice(at) === whole.slice(at + longer)) return true
      lookAfter *= 2
    }
    if (walked > 0 && text.charCodeAt(at++) !== comma) return false
    walked++
    const value = at + name.length + 3
    const isNamed =
      text.charCodeAt(at) === quote &&
      text.startsWith(name, at + 1) &&
      text.startsWith('":', value - 2) &&
      !name.includes('"')
    // If there are no properties at all, not even the first one is found.
    if (!isNamed) break
    if (text.charCodeAt(value) === quote) at = endOfString(text, value)
    else if (text.startsWith('null', value)) at = value + 4
    else return false
  }
  return text.startsWith('}}', at) && at + 2 === text.length
}

/** The end of the string that begins with the quote at this place. */
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
