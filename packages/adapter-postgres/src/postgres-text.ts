import type { Json } from '@hubsync/core'

/**
 * PostgreSQL's text and jsonb can't hold U+0000 or half a surrogate pair. Such a character is stored as `�` (U+FFFD)
 * and its four hexadecimal digits: U+0000 as `�0000`, a lone U+D83D as `�d83d`. A `�` of the text itself is stored as
 * it is, unless four such digits follow it: then it is stored as `�fffd`, so that decoding returns the original text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: PostgreSQL refuses U+0000.
const refused = /[\u0000\ud800-\udfff]|\ufffd(?=[0-9a-f]{4})/gu
const escaped = /\ufffd([0-9a-f]{4})/g

/** The same in JSON text, where such characters are escapes. A false match only costs time. */
const refusedInJson = /\\u(?:0000|d[89a-f])|\ufffd[0-9a-f]{4}/

/** Replaces the characters that PostgreSQL can't hold. */
export function encodeText(text: string): string {
  return text.replace(refused, (character) => {
    return `\ufffd${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** The inverse of {@link encodeText}. */
export function decodeText(text: string): string {
  if (!text.includes('\ufffd')) return text
  return text.replace(escaped, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** A value as the text of a `jsonb` parameter, with every text in it encoded. */
export function encodeJson(value: unknown): string {
  return encodeJsonText(JSON.stringify(value))
}

/**
 * The same for a value that is JSON text already. Few texts contain a character with which the pattern can begin, and
 * checking for those first takes a tenth of the pattern's time.
 */
export function encodeJsonText(text: string): string {
  const isRefused = (text.includes('\\u') || text.includes('\ufffd')) && refusedInJson.test(text)
  return isRefused ? JSON.stringify(mapTexts(JSON.parse(text), encodeText)) : text
}

/** The value of a `jsonb` column, from its text. */
export function decodeJson<T = Json>(text: string): T {
  const value = JSON.parse(text)
  return (text.includes('\ufffd') ? mapTexts(value, decodeText) : value) as T
}

/** The text of a `jsonb` column, decoded. It is only parsed if it has to be. */
export function decodeJsonText(text: string): string {
  return text.includes('\ufffd') ? JSON.stringify(decodeJson(text)) : text
}

/** The value with every text in it changed, keys included. */
function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), mapTexts(item, change)]),
  )
}
