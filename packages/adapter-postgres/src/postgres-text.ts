import type { Json } from '@hubsync/core'

/**
 * PostgreSQL's text and jsonb hold every character but U+0000, and no half of a surrogate pair. Such a character is stored as
 * `�` (U+FFFD) and its four hexadecimal digits: U+0000 as `�0000`, a lone U+D83D as `�d83d`. A `�` that was in the text stays as
 * it is, unless four such digits follow: then it is stored as `�fffd`, so that reading gives back what was written.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: U+0000 is what PostgreSQL refuses.
const refused = /[\u0000\ud800-\udfff]|\ufffd(?=[0-9a-f]{4})/gu
const escaped = /\ufffd([0-9a-f]{4})/g

/** The same in the text of JSON, where such characters are written as escapes; what it finds in vain does no harm. */
const refusedInJson = /\\u(?:0000|d[89a-f])|\ufffd[0-9a-f]{4}/

/** A text as PostgreSQL can hold it. */
export function encodeText(text: string): string {
  return text.replace(refused, (character) => {
    return `\ufffd${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** The text that {@link encodeText} was given. */
export function decodeText(text: string): string {
  if (!text.includes('\ufffd')) return text
  return text.replace(escaped, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))
}

/** A value as the text of a `jsonb` parameter, every text in it encoded. */
export function encodeJson(value: unknown): string {
  return encodeJsonText(JSON.stringify(value))
}

/**
 * The same of a value that is text already. Few have a character that the pattern could begin with, which is found out in a tenth of
 * its time.
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

/** The text of a `jsonb` column, decoded but not parsed where that isn't needed. */
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
